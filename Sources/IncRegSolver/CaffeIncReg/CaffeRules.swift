/// How a method follows caffe_increg: whether it repeats its mistakes, and in which words it reports.
public struct CaffeRules: Sendable {
  /// The profile.
  public let profile: PruneProfile
  /// Whether the method prunes rows, for which the original has words and counts of its own.
  public let prunesRows: Bool

  /// Whether the original's oddities are reproduced.
  var isReference: Bool { profile == .reference }
}
