import Base
import Budgets
import CaffeProto
import Layers
import NetModel
import Pruning
import Slimming

/// A chain of three convolutions: 16 channels, 16 channels, 4 outputs.
let chain = """
  layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 1 dim: 4 dim: 4 } } }
  layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 16 kernel_size: 1 } }
  layer { name: "b" type: "Convolution" bottom: "a" top: "b" convolution_param { num_output: 16 kernel_size: 1 } }
  layer { name: "c" type: "Convolution" bottom: "b" top: "c" convolution_param { num_output: 4 kernel_size: 1 } }
  """

/// A net whose filters count up: filter i of a layer has weights of i + 1, so that it is clear what goes first.
struct BudgetFixture {
  let parameter: NetParameter
  let net: NetDescription
  let weights: [String: [WeightBlob]]

  init(_ text: String = chain) throws {
    parameter = try NetParameter(text: text, file: "fixture.prototxt")
    net = try NetDescription(parameter, state: Self.state, registry: .caffe)
    weights = Dictionary(
      uniqueKeysWithValues: net.layers.filter { !$0.blobs.isEmpty }.map { layer in
        (
          layer.name,
          layer.blobs.map { spec in
            let inner = spec.shape.count(from: 1)
            let values = (0..<spec.shape.count).map { Float($0 / max(1, inner) + 1) / 16 }
            return WeightBlob(shape: spec.shape, data: Floats(values))
          }
        )
      })
  }

  static var state: NetState { .with { $0.phase = .test } }

  func space(multiple: Int = 4, floor: Int = 1, _ importance: any Importance = L1Norm()) throws -> WidthSpace {
    try WidthSpace(
      PruneRanking(net, weights: weights, importance: importance), .init(multiple: multiple, floor: floor),
      registry: .caffe)
  }
}

extension WidthSpace {
  /// The channels of each family's first maker.
  func widths(_ point: Point) -> [Int] { point.rungs.enumerated().map { width($0, $1) } }
}
