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
    let scale = clippingScale() / Float(parameter.iterSize)
    for (index, learned) in net.parameters.enumerated() {
      let blob = learned.blob
      var step = UpdateStep(rate: learningRate * learned.lrMult, iteration: iteration)
      step.gradientScale = scale
      let strength = parameter.weightDecay * learned.decayMult
      decay.add(hook?.weightDecay(self, parameter: index, strength: strength) ?? strength, to: &step)
      if let hook {
        // It adds to the regularised gradient, so that comes first; otherwise all is done in one pass.
        step.regularize(blob.data, blob.mutableDiff)
        step = UpdateStep(rate: step.rate, iteration: iteration)
        try hook.regularize(self, parameter: index)
        try hook.willUpdate(self, parameter: index)
      }
      rule.update(
        blob.mutableData, gradient: blob.mutableDiff, history: history[index].map(\.mutableData), step: step)
    }
    if displays, parameter.debugInfo { logUpdate() }
  }

  /// What brings the norm of all gradients together down to `clip_gradients` where it is larger.
  private func clippingScale() -> Float {
    let limit = parameter.clipGradients
    guard limit >= 0 else { return 1 }
    let norm = Float(net.parameters.reduce(0) { $0 + $1.blob.diff.squareSum }.squareRoot())
    guard norm > limit else { return 1 }
    let scale = limit / norm
    log.info(
      "Gradient clipping: scaling down gradients (L2 norm \(norm.logged) > \(limit.logged)) by scale factor \(scale.logged)"
    )
    return scale
  }
}
