/// The phases of a pruning run, by their names in caffe_increg's solver states and lines.
public enum CoursePhase: String, Codable, CaseIterable, Sendable {
  /// Penalties grow and groups fall until every layer has reached the stage's target.
  case prune
  /// The net settles for `losseval_interval` iterations.
  case settle = "losseval"
  /// The net is trained at falling rates until its accuracy does not rise any more; then the stage is judged.
  case retrain
  /// The last training, at one rate.
  case finalRetrain = "final_retrain"

  /// How accuracy is watched in a phase.
  struct Watch {
    /// The number of checks without a new best after which the learning rate falls.
    let patience: Int
    /// Additional checks for the first rate of the phase.
    let firstPeriodBonus: Int
  }

  /// How accuracy is watched; nil where it is not.
  ///
  /// - Parameter keepsAccuracy: the run is given an accuracy to keep
  func watch(keepsAccuracy: Bool) -> Watch? {
    switch self {
    case .prune, .settle: nil
    case .retrain: Watch(patience: keepsAccuracy ? 4 : 6, firstPeriodBonus: 2)
    case .finalRetrain: Watch(patience: 8, firstPeriodBonus: 0)
    }
  }
}
