import CaffeProto
import Engine
import Layers
import NetIO
import NetModel

@testable import Slimming

/// A whole run on a net that is tested and trained, with weights as files have them.
extension Fixture {
  static let net = """
    layer { name: "data" type: "Input" top: "data" top: "label"
      input_param { shape { dim: 4 dim: 3 dim: 8 dim: 8 } shape { dim: 4 } } }
    layer { name: "a" type: "Convolution" bottom: "data" top: "a" prune_param { prune_ratio: 0.5 }
      convolution_param { num_output: 8 kernel_size: 3 bias_term: false } }
    layer { name: "bn" type: "BatchNorm" bottom: "a" top: "a" }
    layer { name: "s" type: "Scale" bottom: "a" top: "a" scale_param { bias_term: true } }
    layer { name: "g" type: "Convolution" bottom: "a" top: "g"
      convolution_param { num_output: 6 kernel_size: 1 group: 2 } }
    layer { name: "head" type: "InnerProduct" bottom: "a" top: "head" include { phase: TRAIN }
      inner_product_param { num_output: 2 } }
    layer { name: "aside" type: "InnerProduct" bottom: "data" top: "aside" include { phase: TRAIN }
      inner_product_param { num_output: 2 } }
    layer { name: "quiet" type: "Silence" bottom: "head" bottom: "aside" include { phase: TRAIN } }
    layer { name: "b" type: "InnerProduct" bottom: "g" top: "b" inner_product_param { num_output: 5 bias_term: false } }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "b" bottom: "label" top: "loss" }
    layer { name: "unweighted" type: "SoftmaxWithLoss" bottom: "b" bottom: "label" top: "unweighted" loss_weight: 0 }
    """

  /// The net with filters 1 and 6 of `a` masked, which leave a constant behind that goes into biases.
  static func masked() throws -> Fixture {
    var fixture = try Fixture(net)
    fixture.zero("a", axis: 0, [1, 6])
    fixture.zero("b", axis: 1, 0..<36)
    fixture.zero("b", axis: 1, 180..<216)
    return fixture
  }

  /// Slims the net as a file's, with the weights of further layers, and proves it.
  func run(
    bound: Comparison.Bound = .init(), extra: [WeightSet.Layer] = [], inputs: [String: Comparison.Values] = [:]
  ) throws -> (slim: SlimNet, proof: SlimProof) {
    var set = WeightSet(name: "net")
    set.layers = description.layers.map { layer in
      WeightSet.Layer(
        name: layer.name, blobs: (weights[layer.name] ?? []).map { BlobProto(shape: $0.shape.dims, data: $0.data) })
    }
    set.layers += extra
    let slim = try SlimRun(
      parameter, weights: set, .init(state: Fixture.state, bound: bound, inputs: inputs), registry: .caffe
    ).plan().apply()
    return (slim, try slim.prove(on: ReferenceBackend()))
  }
}
