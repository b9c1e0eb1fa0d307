/// What a run does where caffe_increg works, but not as anybody can want it; docs/compatibility/caffe-increg.md lists the
/// cases.
/// Crashes, lost state and half-masked files are never reproduced.
public enum PruneProfile: String, CaseIterable, Sendable {
  /// As caffe_increg.
  case reference
  /// As it is meant. The same decisions and arithmetic as in caffe_increg everywhere else.
  case fixed
}
