import CaffeProto

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

  /// Sets a step's decay.
  func add(_ strength: Float, to step: inout UpdateStep) {
    switch self {
    case .l1: step.l1 = strength
    case .l2: step.l2 = strength
    }
  }
}
