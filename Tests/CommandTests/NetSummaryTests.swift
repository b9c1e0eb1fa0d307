import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Slimming
import Testing
import TestSupport

@testable import caffe_increg

@Suite struct NetSummaryTests {
  private func description(_ text: String) throws -> NetDescription {
    try NetDescription(NetParameter(text: text), state: NetState(), registry: .caffe)
  }

  /// The lines with single spaces.
  private func words(_ summary: NetSummary) -> [String] {
    summary.lines.map { $0.split(separator: " ").joined(separator: " ") }
  }

  /// By hand: 20 (5 5 + 1), 50 (20 5 5 + 1), 500 (800 + 1), 10 (500 + 1) parameters; 20 5 5 24 24, 50 20 5 5 8 8, 800 500
  /// and 500 10 multiply-adds per image.
  @Test func lenet() throws {
    let net = try NetDescription(
      NetParameter(textFile: TestFiles.package + "/examples/lenet5/deploy.prototxt"), state: NetState(),
      registry: .caffe)
    #expect(
      words(NetSummary(net)) == [
        "layer type top shape parameters multiply-adds",
        "data Input 64 x 1 x 28 x 28 0 0",
        "conv1 Convolution 64 x 20 x 24 x 24 520 288000",
        "pool1 Pooling 64 x 20 x 12 x 12 0 0",
        "conv2 Convolution 64 x 50 x 8 x 8 25050 1600000",
        "pool2 Pooling 64 x 50 x 4 x 4 0 0",
        "ip1 InnerProduct 64 x 500 400500 400000",
        "relu1 ReLU 64 x 500 0 0",
        "ip2 InnerProduct 64 x 10 5010 5000",
        "prob Softmax 64 x 10 0 0",
        "total 431080 2293000",
        "Multiply-adds: one per product of a weight and an input, for one of the 64 items of a batch; "
          + "biases, activations, pooling and normalisation count nothing.",
      ])
  }

  /// The regions of images are a batch of their own; both reports count them for one image.
  @Test func summaryAndSlimPrintTheSameTotals() throws {
    let net = try NetParameter(
      text: """
        layer { name: "x" type: "Input" top: "x" input_param { shape { dim: 2 dim: 6 dim: 5 } } }
        layer { name: "a" type: "InnerProduct" bottom: "x" top: "a" inner_product_param { num_output: 4 } }
        layer { name: "regions" type: "Reshape" bottom: "x" top: "regions" reshape_param { shape { dim: 12 dim: 5 } } }
        layer { name: "b" type: "InnerProduct" bottom: "regions" top: "b" inner_product_param { num_output: 3 } }
        """)
    let description = try NetDescription(net, state: NetState(), registry: .caffe)
    let random = RandomSource(seed: 1)
    let blobs = Dictionary(
      uniqueKeysWithValues: description.layers.map { layer in
        (
          layer.name,
          layer.blobs.map { spec in
            WeightBlob(shape: spec.shape, data: Floats((0..<spec.shape.count).map { _ in random.gaussian() }))
          }
        )
      })
    let slim = try SlimRun(
      net, weights: WeightSet(description, blobs: blobs), .init(state: NetState()), registry: .caffe
    ).plan().apply()
    let report = SlimReport(slim, try slim.prove(on: ReferenceBackend()))
    func total(_ lines: [String]) -> [Substring] {
      lines.filter { $0.hasPrefix("total") }.flatMap { $0.split(separator: " ") }
    }
    // 30 x 4 + 4 parameters and 5 x 3 + 3; 30 x 4 products and 6 x 5 x 3.
    #expect(total(NetSummary(description).lines) == ["total", "142", "210"])
    #expect(total(report.lines) == ["total", "142", "210"])
  }

  @Test func sharedParametersCountOnce() throws {
    let product = #"type: "InnerProduct" param { name: "w" } inner_product_param { num_output: 3 bias_term: false }"#
    let net = try description(
      """
      layer { name: "x" type: "Input" top: "x" input_param { shape { dim: 1 dim: 3 } } }
      layer { name: "a" bottom: "x" top: "y" \(product) }
      layer { name: "b" bottom: "y" top: "z" \(product) }
      """)
    #expect(NetSummary(net).lines.contains { $0.hasPrefix("total") && $0.contains(" 9 ") })
  }

  @Test func sparsityColumns() throws {
    let net = try description(
      """
      layer { name: "x" type: "Input" top: "x" input_param { shape { dim: 1 dim: 3 } } }
      layer { name: "a" type: "InnerProduct" bottom: "x" top: "y"
        inner_product_param { num_output: 2 bias_term: false } }
      """)
    let blob = BlobProto(shape: [2, 3], data: [1, 0, 0, 4, 0, 6])
    let weights = WeightSet(layers: [WeightSet.Layer(name: "a", blobs: [blob])])
    let lines = words(NetSummary(net, weights: try LayerWeights(weights, from: "w", for: net)))
    #expect(lines[2] == "a InnerProduct 1 x 2 6 6 1/3 (33.3%) 0/2 (0.0%) 1/3 (33.3%)")
  }

  @Test func weightsOfAnotherShape() throws {
    let net = try description(
      """
      layer { name: "x" type: "Input" top: "x" input_param { shape { dim: 1 dim: 3 } } }
      layer { name: "a" type: "InnerProduct" bottom: "x" top: "y" inner_product_param { num_output: 2 } }
      """)
    let weights = WeightSet(layers: [
      WeightSet.Layer(name: "a", blobs: [BlobProto(shape: [1, 3], data: [1, 2, 3])])
    ])
    #expect(throws: NetError.self) { try LayerWeights(weights, from: "w.caffemodel", for: net) }
  }
}
