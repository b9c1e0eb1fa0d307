import CaffeProto
import NetModel
import Pruning
import TestSupport

@testable import IncRegSolver

/// Where this module's golden numbers lie.
let goldenDirectory = TestFiles.golden + "/increg"

/// The layers of the golden tiny nets.
func tinyLayers(ratio: Float = 0.5, step: Float = 0.5) -> [PrunableLayer] {
  [
    layer("conv1", true, [6, 1, 3, 3], 3456, ratio, step), layer("conv2", true, [8, 6, 3, 3], 1728, ratio, step),
    layer("ip", false, [10, 32], 320, 0, 0),
  ]
}

/// The layers of LeNet-5.
func lenetLayers() -> [PrunableLayer] {
  [
    layer("conv1", true, [20, 1, 5, 5], 288_000, 0.9, 0.75),
    layer("conv2", true, [50, 20, 5, 5], 1_600_000, 0.9, 0.75),
    layer("ip1", false, [500, 800], 400_000, 0, 0), layer("ip2", false, [10, 500], 5000, 0, 0),
  ]
}

private func layer(
  _ name: String, _ isConvolution: Bool, _ shape: Shape, _ multiplyAdds: Float, _ ratio: Float, _ step: Float
) -> PrunableLayer {
  PrunableLayer(
    name: name, isConvolution: isConvolution, parameters: [0], shape: shape,
    matrix: WeightMatrix(shape), ratio: ratio, ratioStep: step, takesFromNeighbours: true, multiplyAdds: multiplyAdds)
}

/// The settings of a solver.
func settings(_ change: (inout IncRegSettings) -> Void = { _ in }) throws -> IncRegSettings {
  var settings = try IncRegSettings(
    .with {
      $0.pruneMethod = "Reg_Col"
      $0.aa = 0.02
      $0.targetReg = 0.2
    })
  change(&settings)
  return settings
}

/// The families of layers that are pruned by column.
func columnFamilies(of layers: [PrunableLayer]) -> [PrunedFamily] {
  layers.enumerated().map { index, layer in
    let member = GroupMember(
      BlobPlace(layer: index, blob: 0), role: .maker, matrix: layer.matrix, slices: .columns(nil))
    let groups = GroupFamily(name: layer.name, layers: [index], count: layer.matrix.columns, members: [member])
    var family = PrunedFamily(groups, ratio: layer.ratio, ratioStep: layer.ratioStep, layers: [index])
    family.adoptMasks(layers)
    return family
  }
}

extension MaskSet {
  /// 1 for a weight that lives, 0 for one that is masked; (rows, columns).
  var factors: [Float] {
    matrix.rows.indices.flatMap { row in (0..<matrix.width).map { matrix.factor(row: row, column: $0) } }
  }
}

extension MaskSet {
  /// Masks a column in all convolution groups.
  mutating func mask(column: Int) {
    for block in 0..<matrix.blocks { mask(column: column, block: block) }
  }
}
