import CaffeProto
import Engine

/// AdaGrad (Duchi et al. 2011; Caffe: adagrad_solver.cpp): h += g^2; U = rate * g / (sqrt(h) + delta); w -= U.
/// Slot 0 is h.
public struct AdaGrad: UpdateRule {
  /// The name in `type`.
  public static let name = "AdaGrad"
  /// The sum of squares.
  public static let slots = 1
  private let delta: Float

  /// Reads `delta`; refuses momentum.
  public init(_ parameter: SolverParameter) throws(SolverError) {
    try UpdateRules.refuseMomentum(parameter, Self.name)
    delta = parameter.delta
  }

  /// Changes the weights.
  public func update(
    _ weight: MutableFloatView, gradient: MutableFloatView, history: [MutableFloatView], step: UpdateStep
  ) {
    step.prepare(weight, gradient, history)
    let rate = step.rate
    let (w, g, h) = (weight.pointer, gradient.pointer, history[0].pointer)
    for i in 0..<weight.count {
      h[i] += g[i] * g[i]
      let change = rate * (g[i] / (h[i].squareRoot() + delta))
      g[i] = change
      w[i] -= change
    }
  }
}
