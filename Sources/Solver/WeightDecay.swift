import CaffeProto
import Engine

/// The penalty on the size of all weights (Caffe: `SGDSolver::Regularize`).
enum WeightDecay: Sendable {
  /// The gradient of the sum of magnitudes: the weights' signs.
  case l1
  /// The gradient of half the sum of squares: the weights.
  case l2

  /// caffe_increg's types, under which the plain L2 penalty stays and the pruning method adds its own.
  private static let methodTypes = [
    "Reg_Col", "Reg_Row", "AFP_Col", "AFP_Row", "Auto-balanced", "Auto-balanced_Row",
  ]

  /// Reads `regularization_type`.
  ///
  /// - Parameter hasHook: a pruning method is there; it has checked types that only it knows.
  init(_ parameter: SolverParameter, hasHook: Bool) throws(SolverError) {
    switch parameter.regularizationType {
    case "L1": self = .l1
    case "L2": self = .l2
    case let type where hasHook || Self.methodTypes.contains(type): self = .l2
    case let type:
      throw .unknown(field: "regularization_type", value: type, known: ["L1", "L2"] + Self.methodTypes)
    }
  }

  /// Adds the penalty's gradient: gradient += decay * weight or its sign.
  func add(_ weight: FloatView, to gradient: MutableFloatView, decay: Float) {
    let (w, g) = (weight.pointer, gradient.pointer)
    switch self {
    case .l1: for i in 0..<weight.count { g[i] += decay * (w[i] > 0 ? 1 : w[i] < 0 ? -1 : 0) }
    case .l2: for i in 0..<weight.count { g[i] += decay * w[i] }
    }
  }
}
