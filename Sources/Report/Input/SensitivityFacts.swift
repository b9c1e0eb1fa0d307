import Base

/// What a net loses with a layer made narrower, layer by layer.
struct SensitivityFacts: Sendable {
  /// A layer's points, from wide to narrow.
  struct Layer: Sendable {
    var name: String
    /// The share of the layer that is kept.
    var widths: [Double]
    /// What is lost, in the map's measure.
    var losses: [Double]
    /// The width that was chosen.
    var chosen: Double?
  }

  let label: String
  let measure: String
  let threshold: Double?
  private(set) var layers: [Layer] = []

  /// Nil where a file is no such map, in one of its two forms (docs/report.md).
  init?(_ node: JSONNode, path: String) {
    label = path.lastComponent
    measure = node["measure"]?.text ?? (node["families"] == nil ? "loss" : "accuracy lost")
    threshold = node["threshold"]?.number
    if let whole = node["accuracy"]?.number, let families = node["families"]?.items {
      for family in families { take(family, whole) }
    } else if let points = node.items ?? node["points"]?.items {
      for point in points { take(point, node) }
    }
    guard !layers.isEmpty else { return nil }
    for index in layers.indices {
      let order = layers[index].widths.indices.sorted { layers[index].widths[$0] > layers[index].widths[$1] }
      layers[index].widths = order.map { layers[index].widths[$0] }
      layers[index].losses = order.map { layers[index].losses[$0] }
    }
  }

  /// Takes a family with the accuracies at its widths, where `whole` is that of the whole net.
  private mutating func take(_ family: JSONNode, _ whole: Double) {
    guard let name = family["makers"]?.texts?.first, let channels = family["channels"]?.number, channels > 0 else {
      return
    }
    var layer = Layer(name: name, widths: [1], losses: [0])
    for point in family["points"]?.items ?? [] {
      guard let width = point["width"]?.number, let accuracy = point["accuracy"]?.number else { continue }
      layer.widths.append(width / channels)
      layer.losses.append(whole - accuracy)
    }
    layers.append(layer)
  }

  /// Takes a point of a layer.
  private mutating func take(_ point: JSONNode, _ map: JSONNode) {
    guard let name = point["layer"]?.text, let width = point["width"]?.number, let loss = point["loss"]?.number else {
      return
    }
    let index = layers.firstIndex { $0.name == name } ?? layers.count
    if index == layers.count {
      layers.append(Layer(name: name, widths: [], losses: [], chosen: map["chosen"]?[name]?.number))
    }
    layers[index].widths.append(width)
    layers[index].losses.append(loss)
  }
}
