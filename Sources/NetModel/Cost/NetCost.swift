/// What a net costs: the one account that all reports print.
///
/// The unit is one item of a batch, even where layers make more items of it: a net that reads 2 images and cuts 10
/// regions out of them pays for 5 regions per image. The batch is the first axis of the net's first blob. Where some
/// layer does not use its weights as often for each item, the whole batch is the unit: that hangs on no number of channels,
/// so that a net and its slim one have the same unit.
public struct NetCost: Hashable, Sendable {
  /// The items of a batch by which multiply-adds are divided; 1 where the whole batch is the unit.
  public let items: Int
  /// Per layer, the multiply-adds of one item.
  public let multiplyAdds: [Int]
  /// Per layer, the values of its parameter blobs. Shared blobs count where they appear first.
  public let parameters: [Int]

  /// The multiply-adds of one item.
  public var totalMultiplyAdds: Int { multiplyAdds.reduce(0, +) }
  /// The values of all parameter blobs, each once.
  public var totalParameters: Int { parameters.reduce(0, +) }
}

extension NetDescription {
  /// The cost of one forward pass over a whole batch.
  public var batchCost: Cost { layers.reduce(Cost()) { $0 + $1.cost } }

  /// The cost of an item, layer by layer.
  public var cost: NetCost {
    let whole = layers.map(\.cost.multiplyAdds)
    let batch = blobs.first?.shape.legacy(0) ?? 1
    let items = batch > 0 && layers.allSatisfy { $0.weightUses % batch == 0 } ? batch : 1
    let parameters = layers.enumerated().map { index, layer in
      layer.blobs.indices.reduce(0) { $0 + (shared.owns(index, $1) ? layer.blobs[$1].shape.count : 0) }
    }
    return NetCost(items: items, multiplyAdds: whole.map { $0 / items }, parameters: parameters)
  }
}

extension DescribedLayer {
  /// How often a forward pass uses each weight; the multiply-adds where that cannot be said.
  fileprivate var weightUses: Int {
    let weights = blobs.reduce(0) { $1.role == .weight ? $0 + $1.shape.count : $0 }
    let whole = cost.multiplyAdds
    return weights > 0 && whole % weights == 0 ? whole / weights : whole
  }
}
