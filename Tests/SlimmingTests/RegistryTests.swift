import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Pruning
import Slimming
import Testing

/// Every layer type knows the fields of its message that count channels: what surgery plans is what its message then gives.
@Suite struct RegistryTests {
  /// Layers on the blobs `a` and `b` (2, 6, 6, 6), the rows `r` (2, 6), the numbers `n` (2) and the times `t` (4, 2, 6), with
  /// the top `y`.
  private static let samples: [String: [String]] = [
    "AbsVal": [""], "BNLL": [""], "Clip": ["clip_param { min: 0 max: 1 }"], "ELU": [""], "Exp": [""], "Log": [""],
    "Power": [""], "Sigmoid": [""], "Swish": [""], "TanH": [""], "Threshold": [""], "ReLU": [""], "Dropout": [""],
    "BatchNorm": [""], "LRN": ["", "lrn_param { norm_region: WITHIN_CHANNEL local_size: 3 }"],
    "MVN": ["", "mvn_param { across_channels: true }"], "PReLU": ["", "prelu_param { channel_shared: true }"],
    "Scale": [
      "scale_param { bias_term: true }", "scale_param { axis: 0 } bottom: 'r'", "scale_param { axis: 1 num_axes: 2 }",
    ],
    "Bias": ["", "bias_param { axis: 0 } bottom: 'r'"],
    "Pooling": ["pooling_param { kernel_size: 2 }", "pooling_param { global_pooling: true }"],
    "SPP": ["spp_param { pyramid_height: 2 }"], "Im2col": ["convolution_param { kernel_size: 2 }"],
    "Convolution": [
      "convolution_param { num_output: 4 kernel_size: 1 }",
      "convolution_param { num_output: 4 kernel_size: 1 group: 2 }",
      "convolution_param { num_output: 6 kernel_size: 1 group: 6 }",
      "convolution_param { num_output: 12 kernel_size: 1 group: 6 }",
      "convolution_param { num_output: 4 kernel_size: 1 axis: 2 }",
    ],
    "Deconvolution": [
      "convolution_param { num_output: 4 kernel_size: 2 }",
      "convolution_param { num_output: 6 kernel_size: 2 group: 6 }",
      "convolution_param { num_output: 4 kernel_size: 2 group: 2 }",
    ],
    "InnerProduct": [
      "inner_product_param { num_output: 4 }", "inner_product_param { num_output: 4 transpose: true }",
      "inner_product_param { num_output: 4 axis: 2 }",
    ],
    "Eltwise": ["bottom: 'b'", "bottom: 'b' eltwise_param { operation: MAX }"],
    "Concat": ["bottom: 'b'", "bottom: 'b' concat_param { axis: 0 }", "bottom: 'b' concat_param { axis: -1 }"],
    "Slice": ["top: 'z'", "top: 'z' slice_param { slice_point: 4 }", "top: 'z' slice_param { axis: 2 }"],
    "Split": ["top: 'z'"], "Flatten": ["", "flatten_param { end_axis: 2 }", "flatten_param { axis: 2 }"],
    "Reshape": [
      "reshape_param { shape { dim: 0 dim: 6 dim: 36 } }", "reshape_param { shape { dim: 0 dim: -1 } }",
      "reshape_param { shape { dim: 2 dim: 216 } }", "reshape_param { shape { dim: 0 dim: 3 dim: 12 dim: 6 } }",
      "reshape_param { shape { dim: 0 dim: 2 dim: -1 } }",
      "reshape_param { shape { dim: 3 dim: 12 } axis: 1 num_axes: 2 }",
      "reshape_param { shape { dim: 12 dim: 18 } axis: 1 }", "reshape_param { shape { dim: 0 dim: 4 dim: 54 } }",
    ],
    "Tile": [
      "tile_param { tiles: 2 }", "tile_param { axis: 2 tiles: 3 }", "tile_param { axis: -4 tiles: 2 }",
    ],
    "Crop": ["bottom: 'b' crop_param { axis: 2 }", "bottom: 'b' crop_param { axis: 1 }"],
    "Reduction": ["reduction_param { axis: 2 }", "reduction_param { axis: 1 }"],
    "Softmax": ["", "softmax_param { axis: 2 }"], "ArgMax": ["", "argmax_param { axis: 1 }"],
    "BatchReindex": ["bottom: 'n'"], "Filter": ["bottom: 'n'"],
    "Embed": ["embed_param { num_output: 4 input_dim: 5 }"],
    "Parameter": ["parameter_param { shape { dim: 2 dim: 6 dim: 6 dim: 6 } }"],
    "LSTM": ["recurrent_param { num_output: 4 }"], "RNN": ["recurrent_param { num_output: 4 }"],
    "BN": [""], "ReLU6": [""], "Normalize": [""], "Interp": ["interp_param { height: 12 width: 12 }"],
    "Upsample": ["upsample_param { scale: 2 }"],
    "Permute": [
      "permute_param { order: 0 order: 2 order: 3 order: 1 }", "permute_param { order: 0 order: 1 order: 3 }",
    ],
    "ShuffleChannel": ["shuffle_channel_param { group: 2 }"],
    "ConvolutionDepthwise": ["convolution_param { num_output: 6 kernel_size: 1 }"],
    "DepthwiseConvolution": ["convolution_param { num_output: 6 kernel_size: 3 pad: 1 }"],
  ]
  /// What gives its layer another first bottom than `a`.
  private static let bottoms = ["Embed": "n", "LSTM": "t", "RNN": "t", "Parameter": nil] as [String: String?]

  /// Types that make nothing from channels which could be cut: data, losses and measures, what is refused, and what reads
  /// bottoms of forms of its own (ForkNetTests has those).
  private static let others: Set<String> = [
    "Accuracy", "ContrastiveLoss", "Data", "DummyData", "EuclideanLoss", "HDF5Data", "HDF5Output", "HingeLoss",
    "ImageData", "InfogainLoss", "Input", "LSTMUnit", "MemoryData", "MultinomialLogisticLoss", "Python",
    "SigmoidCrossEntropyLoss", "Silence", "SoftmaxWithLoss", "WindowData",
    "Axpy", "DetectionOutput", "PriorBox", "PSROIPooling", "Reorg", "ROIPooling",
  ]

  @Test func everyTypeIsTriedHereOrHasNothingToCut() {
    for type in LayerRegistry.caffe.names where !Self.others.contains(type) {
      #expect(Self.samples[type] != nil, "give '\(type)' a sample in RegistryTests, or name it among the others")
    }
  }

  private func text(_ type: String, _ rest: String) -> String {
    let bottom = Self.bottoms[type, default: "a"].map { "bottom: '\($0)' " } ?? ""
    let cont = type == "LSTM" || type == "RNN" ? "bottom: 'cont' " : ""
    let lacksRows = type == "ArgMax" || type == "Reduction" && rest.contains("axis: 1")
    func input(_ name: String, _ shape: [Int]) -> String {
      "layer { name: '\(name)' type: 'Input' top: '\(name)' input_param { shape { "
        + shape.map { "dim: \($0) " }.joined() + "} } }\n"
    }
    func convolution(_ name: String, _ bottom: String) -> String {
      "layer { name: '\(name)' type: 'Convolution' bottom: '\(bottom)' top: '\(name)' "
        + "convolution_param { num_output: 6 kernel_size: 1 } }\n"
    }
    func reader(_ name: String, _ bottom: String) -> String {
      "layer { name: '\(name)' type: 'InnerProduct' bottom: '\(bottom)' top: '\(name)' "
        + "inner_product_param { num_output: 2 } }\n"
    }
    // Every channel of a, b and r is made by weights, and read once more.
    return input("x", [2, 3, 6, 6]) + input("n", [2]) + input("t", [4, 2, 6]) + input("cont", [4, 2])
      + convolution("a", "x") + convolution("b", "x")
      + "layer { name: 'r' type: 'InnerProduct' bottom: 'x' top: 'r' inner_product_param { num_output: 6 } }\n"
      + reader("readA", "a") + reader("readB", "b") + reader("readR", "r")
      + "layer { name: 'l' type: '\(type)' \(bottom)\(cont)top: 'y' \(rest) }\n"
      + (lacksRows ? "" : reader("readY", "y")) + (rest.contains("'z'") ? reader("readZ", "z") : "")
  }

  @Test(arguments: samples.keys.sorted()) func messagesGiveThePlannedShapes(type: String) throws {
    for rest in Self.samples[type] ?? [] {
      let fixture = try Fixture(text(type, rest))
      for (ratio, seed) in [(0.34, 1), (0.5, 2), (0.7, 3)] {
        let plan = try PrunePlan(
          fixture.description, weights: fixture.weights,
          .init(importance: RandomScore(seed: seed), ratios: PruneRatios(ratio)))
        let weights = WeightSet(fixture.description, blobs: plan.masked())
        #expect(!plan.families.isEmpty, "\(type) \(rest)")
        // It throws where a message gives other shapes than the planned ones, or something planned stays.
        do {
          _ = try plan.slimmed(fixture.parameter, weights, state: Fixture.state, registry: .caffe)
        } catch { Issue.record("\(type) \(rest): \(error)") }
      }
    }
  }
}
