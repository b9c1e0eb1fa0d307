import CaffeProto

/// What a solver prototxt asks of IncReg, checked.
public struct IncRegSettings: Sendable {
  /// Whether oddities of the original are reproduced.
  public var profile: PruneProfile
  /// The penalty's largest step (`AA`).
  public var step: Float
  /// The ceiling before its factor (`target_reg`).
  public var targetReg: Float
  /// Whether scheme 1 is used (`IF_scheme1_when_Reg_rank`).
  public var centreSymmetric: Bool
  /// The net's speed-up at which pruning ends (`speedup`).
  public var speedup: Float
  /// The net's compression at which pruning of single weights ends (`compRatio`).
  public var compression: Float
  /// What counts for the two.
  public var budget: Budget.Rule
  /// Whether pruned channels prune the filters that make them (`IF_update_row_col`).
  public var propagates: Bool
  /// Whether the run ends where the final target is reached (`IF_eswpf`).
  public var endsAtTarget: Bool
  /// The accuracy to keep, a fraction of 1; at most 0 asks for the best accuracy at the given ratios instead.
  public var borderline: Float
  /// The accuracy of the unpruned net, a fraction of 1.
  public var baseline: Float
  /// Iterations between two checks of accuracy; 0 never checks.
  public var checkInterval: Int
  /// Iterations after a stage in which the net settles.
  public var settlingIterations: Int
  /// Whether the smallest of several accuracies decides (`IF_use_acc1`); else the largest.
  public var usesSmallestAccuracy: Bool
  /// Passes per update in the four phases.
  public var accumulation: [CoursePhase: Int]

  /// Whether the run is given an accuracy to keep, and looks for the sparsity.
  public var keepsAccuracy: Bool { borderline > 0 }

  /// Reads the fields.
  ///
  /// - Throws: ``IncRegError/field(_:_:)`` for values with which the run could not prune or would not end.
  public init(
    _ parameter: SolverParameter, profile: PruneProfile = .fixed, alwaysCentreSymmetric: Bool = false
  ) throws {
    func positive(_ field: String, _ value: Float) throws -> Float {
      guard value > 0, value.isFinite else {
        throw IncRegError.field(field, "must be positive for '\(parameter.pruneMethod)', not \(value)")
      }
      return value
    }
    func atLeast(_ least: Int, _ field: String, _ value: Int) throws -> Int {
      guard value >= least else { throw IncRegError.field(field, "must be at least \(least), not \(value)") }
      return value
    }
    self.profile = profile
    step = try positive("AA", parameter.aa)
    targetReg = try positive("target_reg", parameter.targetReg)
    centreSymmetric = alwaysCentreSymmetric || parameter.ifScheme1WhenRegRank
    speedup = try positive("speedup", parameter.speedup)
    compression = try positive("compRatio", parameter.compRatio)
    budget = Budget.Rule(
      speedupCountsInnerProducts: parameter.ifSpeedupCountFc,
      compressionCountsConvolutions: parameter.ifComprCountConv)
    propagates = parameter.ifUpdateRowCol
    endsAtTarget = parameter.ifEswpf
    borderline = parameter.accBorderline
    baseline = parameter.baselineAcc
    // `!(a < b)` is not the same as `a >= b` where one is NaN.
    guard baseline >= borderline else {
      throw IncRegError.field("baseline_acc", "\(baseline) is below acc_borderline, \(borderline)")
    }
    checkInterval = try atLeast(0, "retrain_test_interval", parameter.retrainTestInterval)
    settlingIterations = try atLeast(0, "losseval_interval", parameter.lossevalInterval)
    usesSmallestAccuracy = parameter.ifUseAcc1
    let prune = try atLeast(1, "iter_size_prune", parameter.iterSizePrune)
    let settle = try atLeast(1, "iter_size_losseval", parameter.iterSizeLosseval)
    let retrain = try atLeast(1, "iter_size_retrain", parameter.iterSizeRetrain)
    let final = try atLeast(1, "iter_size_final_retrain", parameter.iterSizeFinalRetrain)
    accumulation =
      parameter.accBorderline > 0
      ? [.prune: prune, .settle: settle, .retrain: retrain, .finalRetrain: final]
      : [.prune: prune, .settle: final, .retrain: final, .finalRetrain: final]
  }
}
