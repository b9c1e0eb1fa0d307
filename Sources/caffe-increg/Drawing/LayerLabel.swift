import CaffeProto
import NetModel

/// What a drawing says about a layer (Caffe: `get_layer_label`, `get_edge_label`, `choose_color_by_layertype` in
/// `draw.py`).
struct LayerLabel {
  /// Name, type and settings.
  let parts: [String]
  /// The label of the edges to its tops.
  let output: String
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

extension LayerParameter {
  fileprivate var isInPlace: Bool { bottom.count == 1 && bottom == top }

  /// The learning rate multipliers of weights and bias, of layers that learn both.
  fileprivate var rates: (Float, Float)? {
    let rates = (param.first?.lrMult ?? 1, param.dropFirst().first?.lrMult ?? 1)
    return rates == (0, 0) ? nil : rates
  }
}
