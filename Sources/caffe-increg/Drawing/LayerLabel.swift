import CaffeProto
import NetModel

/// What a drawing says about a layer (Caffe: `get_layer_label`, `get_edge_label`, `choose_color_by_layertype` in
/// `draw.py`).
struct LayerLabel {
  /// Name, type and settings.
  private(set) var parts: [String]
  /// The label of the edges to its tops.
  private(set) var output: String
  /// Its colour.
  let fill: String

  init(_ layer: LayerParameter, showsRates: Bool, registry: LayerRegistry) {
    let label =
      (registry[layer.type] as? any DrawingLabelled.Type)?.drawingLabel(layer)
      ?? DrawingLabel(fill: layer.isInPlace ? "#90EE90" : "#6495ED")
    (output, fill) = (label.output, label.fill)
    let type = ([layer.type] + [label.variant].filter { !$0.isEmpty }).joined(separator: " ")
    let rates = showsRates && label.learns ? layer.rates : nil
    parts = [layer.name, "(\(type))"] + label.settings + (rates.map { ["lr mult: \($0.0), \($0.1)"] } ?? [])
  }
}

extension LayerLabel {
  /// Adds the settings of the same layer in another net, where these differ; `other` is nil where that net has no such
  /// layer.
  mutating func hold(against other: LayerLabel?) {
    guard let other else { return parts.append("(not in the other net)") }
    if output != other.output { output += " → " + (other.output.isEmpty ? "none" : other.output) }
    let name = parts[0]
    for part in other.parts.dropFirst() where !parts.contains(part) {
      // As in `kernel size: 5`.
      let words = part.split(separator: ": ", maxSplits: 1)
      if words.count == 2, let index = parts.firstIndex(where: { $0.hasPrefix(words[0] + ": ") }), parts[index] != name
      {
        parts[index] += " → " + words[1]
      } else {
        parts.append("→ " + part)
      }
    }
  }
}

extension LayerParameter {
  fileprivate var isInPlace: Bool { bottom.count == 1 && bottom == top }

  /// The learning rate multipliers of weights and bias, of layers that learn both.
  fileprivate var rates: (Float, Float)? {
    let rates = (param.first?.lrMult ?? 1, param.dropFirst().first?.lrMult ?? 1)
    return rates == (0, 0) ? nil : rates
  }
}
