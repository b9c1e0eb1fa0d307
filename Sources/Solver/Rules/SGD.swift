import CaffeProto
import Engine

/// Stochastic gradient descent with momentum m (Caffe: sgd_solver.cpp): h = m * h + rate * g; U = h; w -= U.
/// Slot 0 is h.
public struct SGD: UpdateRule {
  /// The name in `type`.
  public static let name = "SGD"
  /// The momentum.
  public static let slots = 1
  private let momentum: Float

  /// Reads `momentum`.
  public init(_ parameter: SolverParameter) { momentum = parameter.momentum }

  /// Changes the weights.
  public func update(
    _ weight: MutableFloatView, gradient: MutableFloatView, history: [MutableFloatView], rate: Float,
    iteration: Int
  ) {
    let (w, g, h) = (weight.pointer, gradient.pointer, history[0].pointer)
    for i in 0..<weight.count {
      let change = momentum * h[i] + rate * g[i]
      h[i] = change
      g[i] = change
      w[i] -= change
    }
  }
}
