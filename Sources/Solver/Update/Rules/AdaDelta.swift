import CaffeProto
import Engine

/// AdaDelta with decay m, the field `momentum` (Zeiler 2012; Caffe: adadelta_solver.cpp): h = m * h + (1 - m) * g^2;
/// D = g * sqrt((s + delta) / (h + delta)); s = m * s + (1 - m) * D^2; U = rate * D; w -= U. Slot 0 is h, slot 1 is s.
public struct AdaDelta: UpdateRule {
  /// The name in `type`.
  public static let name = "AdaDelta"
  /// The mean squares of gradients and of changes.
  public static let slots = 2
  private let decay: Float
  private let delta: Float

  /// Reads `momentum` and `delta`.
  public init(_ parameter: SolverParameter) {
    decay = parameter.momentum
    delta = parameter.delta
  }

  /// Changes the weights.
  public func update(
    _ weight: MutableFloatView, gradient: MutableFloatView, history: [MutableFloatView], step: UpdateStep
  ) {
    step.prepare(weight, gradient, history)
    let rate = step.rate
    let (w, g, h, s) = (weight.pointer, gradient.pointer, history[0].pointer, history[1].pointer)
    for i in 0..<weight.count {
      h[i] = decay * h[i] + (1 - decay) * (g[i] * g[i])
      let change = g[i] * ((s[i] + delta) / (h[i] + delta)).squareRoot()
      s[i] = decay * s[i] + (1 - decay) * (change * change)
      g[i] = rate * change
      w[i] -= rate * change
    }
  }
}
