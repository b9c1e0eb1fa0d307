import Engine
import NetModel
import Pruning

extension PrunedFamily {
  /// The families of a net, by a structure, with the ratios that their layers ask for: of several layers the largest.
  ///
  /// - Throws: ``IncRegError/layerField(layer:field:_:)`` where a layer asks for a ratio, but its groups must stay
  static func all(
    of net: Net, _ found: [(layer: PrunableLayer, weight: FilterWeight)], _ structure: any Structure
  ) throws -> [PrunedFamily] {
    let division = structure.divide(net.description, weights: found.map(\.weight))
    let positions = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1.weight.layer, $0) })
    let divided = Set(division.families.flatMap(\.layers))
    for (layer, weight) in found where !divided.contains(weight.layer) && layer.ratioIsOwn {
      throw IncRegError.layerField(
        layer: layer.name, field: "prune_param.prune_ratio",
        "its \(structure.plural) cannot be pruned: \(division.held[weight.layer] ?? "something else needs them")")
    }
    let smallest = Dictionary(
      uniqueKeysWithValues: division.families.blocks.flatMap { block in
        block.map { ($0, block.map { division.families[$0].count }.min() ?? 0) }
      })
    return division.families.enumerated().map { index, groups in
      let asking = groups.layers.compactMap { positions[$0] }.map { found[$0].layer }
      return PrunedFamily(
        groups, ratio: asking.map(\.ratio).max() ?? 0, ratioStep: asking.map(\.ratioStep).max() ?? 0,
        layers: groups.members.map { $0.place.blob == 0 ? positions[$0.place.layer] : nil },
        counted: smallest[index])
    }
  }
}
