import CaffeProto

/// The penalty on the size of all weights (Caffe: `SGDSolver::Regularize`).
enum WeightDecay: Sendable {
  /// The gradient of the sum of magnitudes: the weights' signs.
  case l1
  /// The gradient of half the sum of squares: the weights.
  case l2

  /// Reads `regularization_type`.
  ///
  /// - Parameter others: types under which the plain L2 penalty stays and a pruning method may add its own; nil for any
  init(_ parameter: SolverParameter, others: [String]?) throws(SolverError) {
    switch parameter.regularizationType {
    case "L1": self = .l1
    case "L2": self = .l2
    case let type where others?.contains(type) ?? true: self = .l2
    case let type: throw .unknown(field: "regularization_type", value: type, known: ["L1", "L2"] + (others ?? []))
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
