import CaffeProto
import Engine

extension Solver {
  /// Turns the accumulated gradients into an update (Caffe: `SGDSolver::ApplyUpdate`), unless that has happened early.
  /// The sum over iter_size passes is clipped, then divided by iter_size; the passes that a hook adds on top are not
  /// divided by (caffe_increg).
  func applyUpdate() throws {
    if !updatesEarly { takeLearningRate() }
    if hasStepped, parameter.lrPolicy == "multistep" {
      log.info("MultiStep Status: Iteration \(iteration), step = \(currentStep)")
    }
    if displays { log.info("Iteration \(iteration), lr = \(learningRate.logged)") }
    guard !updatesEarly else { return }
    let scale = clippingScale() / Float(parameter.iterSize)
    for index in net.parameters.indices { try update(index, gradientScale: scale) }
    if displays, parameter.debugInfo { logUpdate() }
  }

  /// Sets the rate of the coming update.
  func takeLearningRate() {
    let before = currentStep
    let policyRate = policy.rate(at: iteration, step: &currentStep)
    hasStepped = currentStep != before
    learningRate = hook?.learningRate(self, policy: policyRate) ?? policyRate
  }

  /// Updates one parameter.
  func update(_ index: Int, gradientScale: Float) throws {
    let learned = net.parameters[index]
    let blob = learned.blob
    var step = UpdateStep(rate: learningRate * learned.lrMult, iteration: iteration)
    step.gradientScale = gradientScale
    let strength = parameter.weightDecay * learned.decayMult
    decay.add(hook?.weightDecay(self, parameter: index, strength: strength) ?? strength, to: &step)
    if let hook {
      if hook.regularizes(self, parameter: index) {
        // It adds to the regularised gradient, so that comes first; otherwise all is done in one pass.
        step.regularize(blob.data, blob.mutableDiff)
        step = UpdateStep(rate: step.rate, iteration: iteration)
        try hook.regularize(self, parameter: index)
      }
      try hook.willUpdate(self, parameter: index)
    }
    rule.update(
      blob.mutableData, gradient: blob.mutableDiff, history: history[index].map(\.mutableData), step: step)
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
