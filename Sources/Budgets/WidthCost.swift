import NetModel

/// What a net costs by its widths, layer by layer.
public protocol WidthCost {
  /// What a layer costs.
  func cost(of layer: Int, _ widths: LayerWidths) throws -> Double
  /// What does not depend on widths.
  var constant: Double { get }
}

extension WidthSpace {
  /// What the whole net costs at a point.
  public func total(_ cost: some WidthCost, at point: Point) throws -> Double {
    try ranking.net.layers.indices.reduce(cost.constant) { try $0 + cost.cost(of: $1, channels(of: $1, at: point)) }
  }

  /// What goes of the cost when one family moves to another rung.
  public func saving(_ cost: some WidthCost, from point: Point, _ family: Int, to rung: Int) throws -> Double {
    let after = point.moved(family, to: rung, in: self)
    return try layers[family].reduce(0) { sum, layer in
      try sum + cost.cost(of: layer, channels(of: layer, at: point))
        - cost.cost(of: layer, channels(of: layer, at: after))
    }
  }
}

/// Costs that are counted: multiply-adds, parameters, bytes.
public final class CountedCost: WidthCost {
  private let space: WidthSpace
  private let kind: NetBudget.Kind
  private let items: Double
  private var known: [[LayerWidths: Double]]

  /// Counts what `kind` says; ``NetBudget/Kind/latency`` counts as 0.
  public init(_ kind: NetBudget.Kind, in space: WidthSpace) {
    (self.kind, self.space) = (kind, space)
    items = Double(space.ranking.net.cost.items)
    known = space.ranking.net.layers.map { _ in [:] }
  }

  /// None.
  public var constant: Double { 0 }

  /// As `NetCost` counts it.
  public func cost(of layer: Int, _ widths: LayerWidths) throws -> Double {
    if let cost = known[layer][widths] { return cost }
    let cost = try counted(layer, widths)
    known[layer][widths] = cost
    return cost
  }

  private func counted(_ layer: Int, _ widths: LayerWidths) throws -> Double {
    let net = space.ranking.net
    let described = net.layers[layer]
    // Layers without parameters and multiply-adds cost nothing at any width.
    guard !described.blobs.isEmpty || described.cost.multiplyAdds > 0 else { return 0 }
    let (message, bottom, top) = space.message(of: layer, widths)
    let context = DescriptionContext(phase: net.parameter.state.phase)
    guard let description = try space.registry[described.type]?.init(message, in: context) else { return 0 }
    if kind == .macs { return Double(description.cost(bottom: bottom, top: top).multiplyAdds) / items }
    let parameters = try description.blobs(bottom).enumerated().reduce(0) { sum, blob in
      net.shared.owns(layer, blob.offset) ? sum + blob.element.shape.count : sum
    }
    return Double(kind == .bytes ? parameters * MemoryLayout<Float>.stride : parameters)
  }
}
