import CaffeProto
import Engine

/// RMSProp with decay d (Tieleman and Hinton 2012; Caffe: rmsprop_solver.cpp): h = d * h + (1 - d) * g^2;
/// U = rate * g / (sqrt(h) + delta); w -= U. Slot 0 is h.
public struct RMSProp: UpdateRule {
  /// The name in `type`.
  public static let name = "RMSProp"
  /// The mean square.
  public static let slots = 1
  private let decay: Float
  private let delta: Float

  /// Reads `rms_decay`, in 0 ..< 1, and `delta`; refuses momentum.
  public init(_ parameter: SolverParameter) throws(SolverError) {
    try UpdateRules.refuseMomentum(parameter, Self.name)
    guard parameter.rmsDecay >= 0, parameter.rmsDecay < 1 else {
      throw .field("rms_decay", "must be at least 0 and less than 1, but is \(parameter.rmsDecay)")
    }
    decay = parameter.rmsDecay
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
      h[i] = decay * h[i] + (1 - decay) * (g[i] * g[i])
      let change = rate * (g[i] / (h[i].squareRoot() + delta))
      g[i] = change
      w[i] -= change
    }
  }
}
