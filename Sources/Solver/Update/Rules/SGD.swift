import CaffeProto
import Engine

/// Stochastic gradient descent with momentum m (Caffe: sgd_solver.cpp): h = m * h + rate * g; U = h; w -= U.
/// Slot 0 is h.
public struct SGD: UpdateRule {
  /// The name in `type`.
  public static let name = "SGD"
  /// The momentum.
  public static let slots = 1
  /// Yes.
  public static let takesTiles = true
  private let momentum: Float

  /// Reads `momentum`.
  public init(_ parameter: SolverParameter) { momentum = parameter.momentum }

  /// Changes the weights.
  public func update(
    _ weight: MutableFloatView, gradient: MutableFloatView, history: [MutableFloatView], step: UpdateStep
  ) {
    let descent = DescentStep(
      rate: step.rate, momentum: momentum, gradientScale: step.gradientScale, l2: step.l2, l1: step.l1,
      keepsChange: step.keepsChange)
    weight.descend(descent, terms: step.terms, tiles: step.tiles, gradient: gradient, history: history[0])
  }
}
