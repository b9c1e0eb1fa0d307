import CaffeProto
import Glibc
import Solver

extension SolverParameter {
  /// The run that tunes a slim net: short, and with a rate that falls in a straight line to zero.
  ///
  /// - Parameters:
  ///   - iterations: nil for a fifth of this solver's
  ///   - rate: nil for the geometric mean of this solver's first and last rate (a tenth of the first where the last is 0)
  /// - Throws: `SolverError` where this solver's policy cannot be read
  func tuning(iterations: Int?, rate: Double?) throws -> SolverParameter {
    let rate = try rate ?? middleRate()
    var result = training
    result.maxIter = iterations ?? max(1, maxIter / 5)
    (result.baseLr, result.lrPolicy, result.power) = (Float(rate), "poly", 1)
    return result
  }

  /// The run that trains a slim net as this solver trained the whole one, from the weights that are left (learning rate
  /// rewinding; Renda et al., ICLR 2020). The rates are this solver's, stretched over the iterations.
  ///
  /// - Parameters:
  ///   - iterations: nil for as many as cost what the whole net's training did, but at most twice the solver's (as
  ///     "Scratch-B" of Liu et al., ICLR 2019)
  ///   - share: what the slim net costs of the whole one
  func retraining(iterations: Int?, share: Double) -> SolverParameter {
    var result = training
    let iterations = iterations ?? Int((Double(maxIter) * min(2, max(1, 1 / share))).rounded())
    result.scale(Double(iterations) / Double(max(1, maxIter)))
    result.maxIter = iterations
    return result
  }

  /// This solver without tests and a pruning method.
  private var training: SolverParameter {
    var result = self
    result.pruneMethod = "None"
    (result.testIter, result.testNet, result.testNetParam, result.testState) = ([], [], [], [])
    result.testInterval = 0
    return result
  }

  private func middleRate() throws -> Double {
    let policy = try LearningRatePolicy(self)
    var step = 0
    let first = policy.rate(at: 0, step: &step)
    var last = first
    // Policies with steps go one at a time.
    for iteration in 1..<max(2, maxIter) { last = policy.rate(at: iteration, step: &step) }
    return last > 0 ? sqrt(Double(first) * Double(last)) : Double(first) / 10
  }
}
