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

  /// Both for the file beside the slim weights: entries by name. No two rules have the same names.
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
  /// Changes all layers of a name: those of all phases.
  mutating func edit(_ name: String, _ body: (inout LayerParameter) -> Void) {
    for position in layer.indices where layer[position].name == name { body(&layer[position]) }
  }
}
