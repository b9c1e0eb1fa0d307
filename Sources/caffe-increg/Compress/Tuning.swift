import CaffeProto
import Glibc
import Solver

extension SolverParameter {
  /// The run that tunes a slim net: short, and with small rates.
  ///
  /// - Parameters:
  ///   - iterations: nil for a fifth of this solver's
  ///   - rate: nil for the geometric mean of this solver's first and last rate (a tenth of the first where the last is 0)
  /// - Throws: `SolverError` where this solver's policy cannot be read
  func tuning(iterations: Int?, rate: Double?) throws -> SolverParameter {
    falling(from: try rate.map { Float($0) } ?? middleRate(), iterations: iterations ?? max(1, maxIter / 5))
  }

  /// The run that trains a slim net as long as the whole one was, from the weights that are left and with the solver's
  /// highest rate (learning rate rewinding; Renda et al., ICLR 2020).
  ///
  /// - Parameters:
  ///   - iterations: nil for as many as cost what the whole net's training did, but at most twice the solver's (as
  ///     "Scratch-B" of Liu et al., ICLR 2019)
  ///   - share: what the slim net costs of the whole one
  func retraining(iterations: Int?, share: Double) -> SolverParameter {
    let longer = (Double(maxIter) * min(2, max(1, 1 / share))).rounded()
    return falling(from: baseLr, iterations: iterations ?? Int(min(longer, Double(Int32.max))))
  }

  /// This solver without tests and a pruning method, and with a rate that falls in a straight line to zero: of the
  /// schedules for a given number of iterations it is the best (Li et al., "Budgeted training", ICLR 2020).
  private func falling(from rate: Float, iterations: Int) -> SolverParameter {
    var result = self
    result.pruneMethod = "None"
    (result.testIter, result.testNet, result.testNetParam, result.testState) = ([], [], [], [])
    result.testInterval = 0
    (result.baseLr, result.lrPolicy, result.power, result.maxIter) = (rate, "poly", 1, iterations)
    return result
  }

  private func middleRate() throws -> Float {
    let policy = try LearningRatePolicy(self)
    var step = 0
    let first = policy.rate(at: 0, step: &step)
    var last = first
    // Policies with steps go one at a time.
    for iteration in 1..<max(2, maxIter) { last = policy.rate(at: iteration, step: &step) }
    return last > 0 ? sqrt(first * last) : first / 10
  }
}
