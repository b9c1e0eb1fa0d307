import CaffeProto
import Engine

/// How a gradient becomes a change of the weights. Implementations hold the rule's constants only; what they remember
/// of a parameter lies in its history slots.
public protocol UpdateRule: Sendable {
  /// The name in the solver's `type`.
  static var name: String { get }

  /// How many arrays of a parameter's size the rule remembers.
  static var slots: Int { get }

  /// Reads the rule's fields.
  ///
  /// - Throws: ``SolverError`` where a field is out of range or does not go with the rule.
  init(_ parameter: SolverParameter) throws(SolverError)

  /// Changes the weights in one pass; afterwards the gradient holds what was subtracted, as Caffe's diffs do.
  ///
  /// - Parameters:
  ///   - weight: w
  ///   - gradient: g; U, the change, afterwards
  ///   - history: the slots, all of the weight's size
  ///   - rate: the learning rate times the parameter's lr_mult
  ///   - iteration: counts the updates made before this one
  func update(
    _ weight: MutableFloatView, gradient: MutableFloatView, history: [MutableFloatView], rate: Float,
    iteration: Int)
}

/// The update rules there are.
enum UpdateRules {
  private static let all: [any UpdateRule.Type] = [
    SGD.self, Nesterov.self, AdaGrad.self, RMSProp.self, AdaDelta.self, Adam.self,
  ]

  /// The rule that `type` names.
  static func rule(for parameter: SolverParameter) throws(SolverError) -> any UpdateRule {
    guard let type = all.first(where: { $0.name == parameter.type }) else {
      throw .unknown(field: "type", value: parameter.type, known: all.map { $0.name })
    }
    return try type.init(parameter)
  }

  /// Momentum does not go with the rule `name`.
  static func refuseMomentum(_ parameter: SolverParameter, _ name: String) throws(SolverError) {
    guard parameter.momentum == 0 else {
      throw .field("momentum", "cannot be used with \(name), but is \(parameter.momentum)")
    }
  }
}
