import CaffeProto
import Glibc

extension SolverParameter {
  /// Makes a run longer or shorter: all its numbers of iterations, and what grows by iterations.
  mutating func scale(_ factor: Double) {
    guard factor != 1 else { return }
    func scaled(_ count: Int) -> Int { count <= 0 ? count : max(1, Int((Double(count) * factor).rounded())) }
    maxIter = max(2, scaled(maxIter))
    stepvalue = stepvalue.map(scaled)
    if hasEpochIters { epochIters = scaled(epochIters) }
    if hasStepsize { stepsize = scaled(stepsize) }
    // These policies count iterations against gamma.
    switch lrPolicy {
    case "inv", "sigmoid": gamma /= Float(factor)
    case "exp": gamma = pow(gamma, 1 / Float(factor))
    default: break
    }
    testInterval = scaled(testInterval)
    lossevalInterval = scaled(lossevalInterval)
    retrainTestInterval = scaled(retrainTestInterval)
    // AFP's AA is a strength, that of IncReg a step.
    if pruneMethod.hasPrefix("Reg") { aa /= Float(factor) }
    guard hasPruningParam else { return }
    if pruningParam.hasSettleIters { pruningParam.settleIters = scaled(pruningParam.settleIters) }
    if pruningParam.hasItersBeforeCut { pruningParam.itersBeforeCut = scaled(pruningParam.itersBeforeCut) }
    if pruningParam.hasRegStep { pruningParam.regStep /= Float(factor) }
    if pruningParam.hasPickStep { pruningParam.pickStep /= Float(factor) }
  }
}
