import CaffeProto

/// What a solver prototxt asks of GReg, checked. By default penalties reach their limit after two fifths of
/// the run, the net settles for a tenth of the run, and the rest is fine-tuning.
struct GrowingRegSettings: Sendable {
  /// Whether groups are picked by how they respond to a penalty on all, as GReg-2 does.
  let picks: Bool
  /// Iterations between two steps.
  let interval: Int
  /// The step of penalties of groups that go, and the penalty above which a family is done.
  let step: Float
  let limit: Float
  /// The step of all penalties while groups are picked, and the penalty at which they are.
  let pickStep: Float
  let pickLimit: Float
  /// The penalty of groups that stay, once they are picked.
  let keepPenalty: Float
  /// How much larger on average the groups that stay are when a family is done.
  let magnitudeRatio: Float
  /// Iterations from the last step to the cut.
  let settling: Int

  /// - Throws: ``IncRegError/field(_:_:)``
  init(_ solver: SolverParameter, picks: Bool) throws {
    let (check, given) = (SettingCheck(solver), solver.pruningParam)
    self.picks = picks
    interval = try check.atLeast(1, "reg_interval", given.regInterval)
    limit = Float(try check.positive("reg_limit", given.regLimit))
    pickLimit = Float(try check.positive("pick_limit", given.pickLimit))
    let steps = Float(max(1, solver.maxIter * 2 / 5 / interval))
    step = given.hasRegStep ? Float(try check.positive("reg_step", given.regStep)) : limit / steps
    pickStep =
      given.hasPickStep ? Float(try check.positive("pick_step", given.pickStep)) : pickLimit / max(1, steps / 10)
    keepPenalty = try check.finite("keep_penalty", given.keepPenalty)
    magnitudeRatio = Float(try check.positive("magnitude_ratio", given.magnitudeRatio))
    settling = try check.atLeast(0, "settle_iters", given.hasSettleIters ? given.settleIters : solver.maxIter / 10)
  }
}
