/// What a net costs: the one account that all reports print.
///
/// The unit is one item of a batch, even where layers make more items of it: a net that reads 2 images and cuts 10
/// regions out of them pays for 5 regions per image. The batch is the first axis of the net's first blob. Where some
/// layer's cost cannot be divided by it, the whole batch is the unit.
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
    let items = batch > 0 && whole.allSatisfy { $0 % batch == 0 } ? batch : 1
    let parameters = layers.enumerated().map { index, layer in
      layer.blobs.indices.reduce(0) { $0 + (shared.owns(index, $1) ? layer.blobs[$1].shape.count : 0) }
    }
    return NetCost(items: items, multiplyAdds: whole.map { $0 / items }, parameters: parameters)
  }
}
