import CaffeProto
import Engine

extension Solver {
  /// Turns the accumulated gradients into an update (Caffe: `SGDSolver::ApplyUpdate`). The sum over iter_size passes is
  /// clipped, then divided by iter_size; the passes that a hook adds on top are not divided by (caffe_increg).
  func applyUpdate() throws {
    let before = currentStep
    let policyRate = policy.rate(at: iteration, step: &currentStep)
    if currentStep != before, parameter.lrPolicy == "multistep" {
      log.info("MultiStep Status: Iteration \(iteration), step = \(currentStep)")
    }
    learningRate = hook?.learningRate(self, policy: policyRate) ?? policyRate
    if displays { log.info("Iteration \(iteration), lr = \(learningRate.logged)") }
    clipGradients()
    let normalisation = 1 / Float(parameter.iterSize)
    for (index, learned) in net.parameters.enumerated() {
      let blob = learned.blob
      if parameter.iterSize > 1 { blob.mutableDiff.scale(by: normalisation) }
      let strength = parameter.weightDecay * learned.decayMult
      if strength != 0 { decay.add(blob.data, to: blob.mutableDiff, decay: strength) }
      try hook?.regularize(self, parameter: index)
      try hook?.willUpdate(self, parameter: index)
      rule.update(
        blob.mutableData, gradient: blob.mutableDiff, history: history[index].map(\.mutableData),
        rate: learningRate * learned.lrMult, iteration: iteration)
    }
    if displays, parameter.debugInfo { logUpdate() }
  }

  /// Scales all gradients down to the norm `clip_gradients` together, where they exceed it.
  private func clipGradients() {
    let limit = parameter.clipGradients
    guard limit >= 0 else { return }
    let norm = net.parameters.reduce(0) { $0 + $1.blob.diff.sumOfSquares }.squareRoot()
    guard norm > limit else { return }
    let scale = limit / norm
    log.info(
      "Gradient clipping: scaling down gradients (L2 norm \(norm.logged) > \(limit.logged)) by scale factor \(scale.logged)"
    )
    for learned in net.parameters { learned.blob.mutableDiff.scale(by: scale) }
  }
}

extension MutableFloatView {
  fileprivate func scale(by factor: Float) {
    let values = pointer
    for i in 0..<count { values[i] *= factor }
  }
}

extension FloatView {
  /// Eight sums side by side: a single one would not be vectorised, and would lose more digits.
  fileprivate var sumOfSquares: Float {
    var sums = SIMD8<Float>()
    let whole = count / 8 * 8
    for i in stride(from: 0, to: whole, by: 8) {
      let values = UnsafeRawPointer(pointer + i).loadUnaligned(as: SIMD8<Float>.self)
      sums += values * values
    }
    return (whole..<count).reduce(sums.sum()) { $0 + pointer[$1] * pointer[$1] }
  }
}
