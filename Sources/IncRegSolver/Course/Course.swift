/// What a pruning run does when.
public enum Course: Sendable {
  /// Stages one after the other.
  case stages([Stage])
  /// caffe_increg's search: prune, settle, retrain, judge the accuracy, and go on or back.
  case search(IncRegSettings)
}

/// A stretch of a run.
public struct Stage: Equatable, Sendable {
  /// When a stage ends.
  public enum End: Equatable, Sendable {
    /// With so many iterations of the run.
    case iteration(Int)
    /// When every family has reached its ratio, or the net the given speed-up.
    case reached(speedup: Float)
    /// So many iterations after the method is done with the last family.
    case finished(settling: Int)
    /// With the run.
    case run
  }

  /// What happens with the last update of a stage.
  public enum Finish: Equatable, Sendable {
    /// Nothing.
    case nothing
    /// The groups that are to go are pruned (``Moment/cut``). At the end of a run this comes behind the update, else
    /// with the update.
    case cut
    /// The groups are pruned behind the update, and the update rules begin anew. It comes at the latest with the run's
    /// last update.
    case cutAndReset
  }

  /// The phase, by its name in solver states.
  public let phase: CoursePhase
  /// Until when.
  public let end: End
  /// What happens then.
  public let finish: Finish

  /// Makes a stage.
  public init(_ phase: CoursePhase, until end: End = .run, then finish: Finish = .nothing) {
    (self.phase, self.end, self.finish) = (phase, end, finish)
  }
}
