/// What a run does where caffe_increg makes a mistake; docs/compatibility/caffe-increg.md lists the cases. Crashes,
/// lost state and half-masked files are never reproduced.
public enum PruneProfile: String, CaseIterable, Sendable {
  /// The same as caffe_increg.
  case reference
  /// What was meant. Everywhere else decisions and arithmetic are those of caffe_increg.
  case fixed
}
