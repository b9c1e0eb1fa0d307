/// The numbers by which messages find their receivers.
enum MessageTag {
  /// Arrays on their way are numbered from 0 up to this.
  static let means = 1 << 13

  static func part(_ number: Int) -> Int { number }
  static func mean(_ number: Int) -> Int { means + number }
  static let gather = 2 * means
  static let question = 2 * means + 1
  static let answer = 2 * means + 2
}
