import CaffeProto
import NetModel

/// Something that slimming changes in a net without changing what the net computes, as a value: found in a net with its
/// weights, then applied to prototxt and weights together.
public protocol SlimRule: Sendable {
  /// Finds all that the rule can change in a net.
  ///
  /// - Throws: ``SlimError`` where the net cannot be changed
  static func plan(for subject: SlimSubject) throws -> Self

  /// The net and its weights with what was found changed; `subject` is what it was found in.
  ///
  /// - Throws: ``SlimError/patch(_:)`` when the result is not as planned
  func apply(to subject: SlimSubject) throws -> SlimSubject

  /// What stays of a blob of the same shape as blob `index` of a layer, such as its momentum.
  func kept(of blob: WeightBlob, layer: String, _ index: Int) -> WeightBlob

  /// What is changed, beyond channels, parameters and multiply-adds by layer (a line each).
  var changes: [String] { get }

  /// What could not be changed, and why (a line each).
  var held: [String] { get }

  /// What was changed and what could not be, for the file beside the slim weights: entries by name. No two rules use
  /// the same name.
  var record: [String: any Encodable & Sendable] { get }
}

/// The rules, in the order in which they are applied.
public enum SlimRules {
  /// Each finds what those before it have left.
  public static let all: [any SlimRule.Type] = [
    ChannelRemoval.self,
    KernelShrink.self,
  ]
}

extension NetParameter {
  /// Changes a layer of a phase, and its counterparts in other phases: the layers of the same name and type. Where the
  /// phase has several layers of that name, counterparts also have the same bottoms and tops.
  ///
  /// - Parameters:
  ///   - index: the layer's position in the phase
  ///   - positions: where the phase's layers are, as `layers(in:)` gives them
  mutating func edit(_ index: Int, of positions: [Int], _ body: (inout LayerParameter) -> Void) {
    let chosen = layer[positions[index]]
    let isAlone = positions.count { layer[$0].name == chosen.name } == 1
    let phase = Set(positions)
    body(&layer[positions[index]])
    for other in layer.indices where !phase.contains(other) {
      let twin = layer[other]
      guard twin.name == chosen.name, twin.type == chosen.type else { continue }
      if isAlone || twin.bottom == chosen.bottom && twin.top == chosen.top { body(&layer[other]) }
    }
  }
}
