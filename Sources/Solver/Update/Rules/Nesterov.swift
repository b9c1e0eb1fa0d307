import CaffeProto
import Engine

/// Nesterov's accelerated gradient with momentum m (Caffe: nesterov_solver.cpp): v = m * h + rate * g;
/// U = (1 + m) * v - m * h; h = v; w -= U. Slot 0 is h.
public struct Nesterov: UpdateRule {
  /// The name in `type`.
  public static let name = "Nesterov"
  /// The momentum.
  public static let slots = 1
  private let momentum: Float

  /// Reads `momentum`.
  public init(_ parameter: SolverParameter) { momentum = parameter.momentum }

  /// Changes the weights.
  public func update(
    _ weight: MutableFloatView, gradient: MutableFloatView, history: [MutableFloatView], step: UpdateStep
  ) {
    step.prepare(weight, gradient, history)
    let rate = step.rate
    let (w, g, h) = (weight.pointer, gradient.pointer, history[0].pointer)
    for i in 0..<weight.count {
      let velocity = momentum * h[i] + rate * g[i]
      let change = (1 + momentum) * velocity - momentum * h[i]
      h[i] = velocity
      g[i] = change
      w[i] -= change
    }
  }
}
