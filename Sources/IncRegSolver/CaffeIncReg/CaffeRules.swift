/// How closely a method follows caffe_increg where that does what nobody can want, and in which words.
public struct CaffeRules: Sendable {
  /// The profile.
  public let profile: PruneProfile
  /// Whether the method prunes rows, of which the original speaks and counts in its own way.
  public let prunesRows: Bool

  /// Whether the original's oddities are reproduced.
  var isReference: Bool { profile == .reference }
}
