import CaffeProto
import Engine
import Glibc

/// Adam (Kingma and Ba 2015; Caffe: adam_solver.cpp) with the decays a, the field `momentum`, and b, `momentum2`:
/// m = a * m + (1 - a) * g; v = b * v + (1 - b) * g^2; U = rate * c * m / (sqrt(v) + delta); w -= U, where
/// c = sqrt(1 - b^t) / (1 - a^t) and t counts the updates from 1. Slot 0 is m, slot 1 is v.
public struct Adam: UpdateRule {
  /// The name in `type`.
  public static let name = "Adam"
  /// The means of gradients and of their squares.
  public static let slots = 2
  private let decay1: Float
  private let decay2: Float
  private let delta: Float

  /// Reads `momentum`, `momentum2` and `delta`.
  public init(_ parameter: SolverParameter) {
    decay1 = parameter.momentum
    decay2 = parameter.momentum2
    delta = parameter.delta
  }

  /// Changes the weights.
  public func update(
    _ weight: MutableFloatView, gradient: MutableFloatView, history: [MutableFloatView], step: UpdateStep
  ) {
    step.prepare(weight, gradient, history)
    let t = Double(step.iteration + 1)
    let correction = Float((1 - pow(Double(decay2), t)).squareRoot() / (1 - pow(Double(decay1), t)))
    let scale = step.rate * correction
    let (w, g, m, v) = (weight.pointer, gradient.pointer, history[0].pointer, history[1].pointer)
    for i in 0..<weight.count {
      m[i] = decay1 * m[i] + (1 - decay1) * g[i]
      v[i] = decay2 * v[i] + (1 - decay2) * (g[i] * g[i])
      let change = scale * (m[i] / (v[i].squareRoot() + delta))
      g[i] = change
      w[i] -= change
    }
  }
}
