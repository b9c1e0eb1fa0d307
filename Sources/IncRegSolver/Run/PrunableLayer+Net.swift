import CaffeProto
import Engine
import NetModel
import Pruning

extension PrunableLayer {
  /// The layers of a net whose weights a structure takes, in the net's order, with their places in it.
  ///
  /// - Parameter ratio: of layers that give none themselves
  /// - Throws: ``IncRegError`` where a layer that cannot be pruned has a ratio, or a ratio is not a fraction
  static func all(
    in net: Net, _ structure: any Structure, ratio: Float = 0
  ) throws -> [(layer: PrunableLayer, weight: FilterWeight)] {
    try net.description.layers.enumerated().compactMap { index, described in
      let prune = described.parameter.pruneParam
      func refuse(_ cause: String) -> IncRegError {
        .layerField(layer: described.name, field: "prune_param.prune_ratio", cause)
      }
      guard prune.pruneRatio >= 0, prune.pruneRatio < 1 else {
        throw refuse("must be at least 0 and below 1, not \(prune.pruneRatio)")
      }
      let parameters = net.parameters.indices.filter { net.parameters[$0].layerIndex == index }
      guard let filters = described.description as? any FilterBearing, let weight = parameters.first,
        net.parameters[weight].role == .weight
      else {
        if prune.pruneRatio > 0 {
          throw refuse(
            "the layer has no weight of its own that can be pruned; Convolution and InnerProduct layers have")
        }
        return nil
      }
      let shape = net.parameters[weight].blob.shape
      let found = FilterWeight(
        layer: index, shape: shape, filterAxis: filters.filterAxis, blocks: filters.filterBlocks(described.bottomShapes)
      )
      if prune.pruneRatio > 0, let obstacle = structure.obstacle(found) { throw refuse(obstacle) }
      guard structure.takes(found) else { return nil }
      let isConvolution = shape.rank > 2
      // A transposed convolution uses its weight once for every position of its bottom.
      let images = filters.filterAxis == 0 ? described.topShapes : described.bottomShapes
      let positions = isConvolution ? images.reduce(1) { $0 * $1.count(from: min(2, $1.rank)) } : 1
      let asked = prune.hasPruneRatio || structure.obstacle(found) != nil ? prune.pruneRatio : ratio
      let layer = PrunableLayer(
        name: described.name, isConvolution: isConvolution, parameters: parameters, shape: shape,
        matrix: WeightMatrix(shape, blocks: found.blocks), ratio: asked, ratioStep: prune.pruneRatioStep,
        takesFromNeighbours: prune.ifUpdateRowCol, multiplyAdds: Float(shape.count) * Float(positions),
        ratioIsOwn: prune.pruneRatio > 0)
      return (layer, found)
    }
  }
}
