import Base
import CaffeProto
import Engine

extension Solver {
  /// Turns the accumulated gradients into an update (Caffe: `SGDSolver::ApplyUpdate`), unless that has happened early.
  /// The sum over iter_size passes is clipped, then divided by iter_size; the passes that a hook adds on top are not
  /// divided by (caffe_increg).
  func applyUpdate() throws {
    if !updatesEarly { try takeLearningRate() }
    if hasStepped, parameter.lrPolicy == "multistep" {
      log.info("MultiStep Status: Iteration \(iteration), step = \(currentStep)")
    }
    if displays { log.info("Iteration \(iteration), lr = \(learningRate.logged)") }
    guard !updatesEarly else { return }
    let scale = try clippingScale() / Float(parameter.iterSize)
    for index in net.parameters.indices { try update(net.gradient(index), gradientScale: scale) }
    if displays, parameter.debugInfo { logUpdate() }
  }

  /// Sets the rate of the coming update.
  func takeLearningRate() throws {
    let before = currentStep
    let policyRate = policy.rate(at: iteration, step: &currentStep)
    hasStepped = currentStep != before
    learningRate = hook?.learningRate(self, policy: policyRate) ?? policyRate
    try checkLearningRate()
  }

  /// Updates one parameter, or a piece of it.
  func update(_ part: ParameterGradient, gradientScale: Float) throws {
    let (learned, rule) = (net.parameters[part.parameter], rules[part.parameter])
    var step = UpdateStep(rate: learningRate * learned.lrMult, iteration: iteration - optimiserStart)
    step.gradientScale = gradientScale
    step.keepsChange = parameter.debugInfo || parameter.snapshotDiff
    let strength = parameter.weightDecay * learned.decayMult
    decay.add(hook?.weightDecay(self, parameter: part.parameter, strength: strength) ?? strength, to: &step)
    step.terms = try hook?.terms(self, parameter: part.parameter)
    let additions = try hook?.gradientTerms(self, parameter: part.parameter) ?? []
    var mask = try hook?.elementMask(self, parameter: part.parameter)
    if let tiles = part.tiles, tiles.holdsOnlyLive, additions.isEmpty, step.terms?.onlyMasks ?? true {
      // What masks hold at zero is not there.
      (step.terms, mask) = (nil, nil)
    }
    let isPlain = mask != nil || !additions.isEmpty
    step.tiles = part.tiles.flatMap { !isPlain && canUse($0, step.terms, rule) ? $0 : nil }
    let gradient = step.tiles == part.tiles ? part.values : learned.blob.mutableDiff
    if !additions.isEmpty {
      if gradientScale != 1 { gradient.multiply(by: gradientScale) }
      step.gradientScale = 1
      for term in additions { try term.add(learned.blob.data, to: gradient) }
    }
    // They would be of weights that are not masked yet.
    if mask != nil { step.terms?.sums = nil }
    func values(_ blob: Blob) -> MutableFloatView {
      let all = blob.mutableData(in: step.tiles)
      // Filters in tiles are whole.
      return part.tiles == nil ? all.part(part.range.lowerBound, count: part.range.count) : all
    }
    rule.update(values(learned.blob), gradient: gradient, history: history[part.parameter].map(values), step: step)
    step.terms?.sums?.updated(learned.blob)
    guard let mask else { return }
    mask.apply(to: learned.blob.mutableData)
    for slot in history[part.parameter] { mask.apply(to: slot.mutableData) }
    if step.keepsChange { mask.apply(to: gradient) }
  }

  /// Whether an update with such terms can be done in tiles. Without, every rule goes element by element.
  private func canUse(_ tiles: FilterTiles, _ terms: GroupTerms?, _ rule: any UpdateRule) -> Bool {
    terms.map { type(of: rule).takesTiles && $0.fits(tiles) } ?? true
  }

  /// Whether the norm of all gradients together counts.
  public var clipsGradients: Bool { parameter.clipGradients >= 0 }

  /// What brings the norm of all gradients together down to `clip_gradients` where it is larger.
  private func clippingScale() throws -> Float {
    let limit = parameter.clipGradients
    guard clipsGradients else { return 1 }
    for (index, learned) in net.parameters.enumerated() {
      try hook?.elementMask(self, parameter: index)?.apply(to: learned.blob.mutableDiff)
    }
    let norm = Float(net.parameters.indices.reduce(0) { $0 + net.gradient($1).values.readOnly.squareSum }.squareRoot())
    try checkGradients(norm: norm)
    guard norm > limit else { return 1 }
    let scale = limit / norm
    log.info(
      "Gradient clipping: scaling down gradients (L2 norm \(norm.logged) > \(limit.logged)) by scale factor \(scale.logged)"
    )
    return scale
  }

  /// Has the update rules begin anew: all that they remember is zero, and they count iterations from the next update
  /// on. To be called between updates. Weights and learning rate stay.
  public func resetOptimiser() {
    for blob in history.joined() { blob.mutableData(in: blob.dataTiles).fill(0) }
    optimiserStart = updateIsMade ? iteration + 1 : iteration
  }
}
