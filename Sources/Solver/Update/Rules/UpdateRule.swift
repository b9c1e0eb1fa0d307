import CaffeProto
import Engine

/// How a gradient becomes a change of the weights. Implementations hold the rule's constants only; what they remember
/// of a parameter lies in its history slots.
public protocol UpdateRule: Sendable {
  /// The name in the solver's `type`.
  static var name: String { get }

  /// How many arrays of a parameter's size the rule remembers.
  static var slots: Int { get }

  /// Whether the rule can take terms for weights that lie in tiles.
  static var takesTiles: Bool { get }

  /// Reads the rule's fields.
  ///
  /// - Throws: ``SolverError`` where a field is out of range or does not go with the rule.
  init(_ parameter: SolverParameter) throws(SolverError)

  /// Prepares the gradient as the step says and changes the weights.
  ///
  /// - Parameters:
  ///   - weight: w, or a part of it
  ///   - gradient: g; afterwards, where the step says so, U, the change that was subtracted, as in Caffe's diffs
  ///   - history: the slots, all of the weight's size
  ///   - step: everything else
  func update(
    _ weight: MutableFloatView, gradient: MutableFloatView, history: [MutableFloatView], step: UpdateStep)
}

extension UpdateRule {
  /// No.
  public static var takesTiles: Bool { false }
}

/// What one update of a parameter depends on besides its arrays.
public struct UpdateStep {
  /// The learning rate times the parameter's lr_mult.
  public var rate: Float
  /// The updates made before this one, since the rule began.
  public var iteration: Int
  /// Multiplies the gradient first: clipping and 1 / iter_size.
  public var gradientScale: Float = 1
  /// Then this times the weight is added.
  public var l2: Float = 0
  /// And this times the weight's sign.
  public var l1: Float = 0
  /// What a pruning method adds, for a whole weight.
  public var terms: GroupTerms?
  /// How all arrays lie, if in tiles; where there are terms, only if the rule takes tiles.
  public var tiles: FilterTiles?
  /// Whether the gradient is to hold the change afterwards.
  public var keepsChange = true

  /// Makes a step that takes the gradient as it is.
  public init(rate: Float, iteration: Int) {
    self.rate = rate
    self.iteration = iteration
  }

  /// Does all that the step says, but for the rate, for rules that do not do so in their own pass.
  public func prepare(_ weight: MutableFloatView, _ gradient: MutableFloatView, _ history: [MutableFloatView]) {
    terms?.gradientMask?.apply(to: gradient)
    if gradientScale != 1 { gradient.multiply(by: gradientScale) }
    if l2 != 0 { gradient.add(l2, times: weight.readOnly) }
    if l1 != 0 {
      let (w, g) = (weight.pointer, gradient.pointer)
      for i in 0..<weight.count { g[i] += l1 * (w[i] > 0 ? 1 : w[i] < 0 ? -1 : 0) }
    }
    guard let terms else { return }
    terms.addPenalty(of: weight.readOnly, to: gradient)
    for slot in history { terms.historyMask?.apply(to: slot) }
    terms.weightMask?.apply(to: weight)
  }
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
