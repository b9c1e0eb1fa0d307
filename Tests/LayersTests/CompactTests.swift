import Base
import CaffeProto
import Engine
import Layers
import NetModel
import TestSupport
import Testing

/// Nets with dead columns, computed without them.
struct CompactTests {
  private static let net = """
    layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: 2 dim: 16 dim: 8 dim: 8 } } }
    layer { name: 'conv1' type: 'Convolution' bottom: 'data' top: 'conv1'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 bias_term: false weight_filler { type: 'msra' } } }
    layer { name: 'bn1' type: 'BatchNorm' bottom: 'conv1' top: 'conv1' }
    layer { name: 'scale1' type: 'Scale' bottom: 'conv1' top: 'conv1'
      scale_param { bias_term: true filler { value: 1.5 } bias_filler { value: 0.3 } } }
    layer { name: 'relu1' type: 'ReLU' bottom: 'conv1' top: 'conv1' }
    layer { name: 'conv2' type: 'Convolution' bottom: 'conv1' top: 'conv2'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 weight_filler { type: 'msra' } } }
    layer { name: 'sum' type: 'Eltwise' bottom: 'conv1' bottom: 'conv2' top: 'sum' }
    layer { name: 'relu2' type: 'ReLU' bottom: 'sum' top: 'sum' }
    layer { name: 'ip' type: 'InnerProduct' bottom: 'sum' top: 'ip'
      inner_product_param { num_output: 5 weight_filler { type: 'xavier' } } }
    """

  private func run(_ use: CompactUse, _ net: Net) throws -> [Float] {
    let random = RandomSource(seed: 7)
    for layer in net.layers {
      let blobs = layer.layer.blobs
      if layer.described.type == "BatchNorm" {
        for i in blobs[0].data.indices { blobs[0].mutableData[i] = random.uniform(-1, 1) }
        for i in blobs[1].data.indices { blobs[1].mutableData[i] = random.uniform(0.5, 2) }
        blobs[2].mutableData[0] = 1
      } else if ["Convolution", "InnerProduct"].contains(layer.described.type) {
        let width = blobs[0].shape.count(from: 1)
        for i in blobs[0].data.indices where i % width % 5 != 0 { blobs[0].mutableData[i] = 0 }
      } else if layer.described.type == "Input" {
        layer.top[0].setPlainData((0..<layer.top[0].count).map { _ in random.uniform(-1, 1) })
      }
    }
    try net.forward()
    return try #require(net.blob("ip")).plainData
  }

  /// With normalisations folded into the weights, a sum and rectifiers taken over.
  @Test func foldedNetsAreTheSame() throws {
    var outputs: [[Float]] = []
    for use in CompactUse.allCases {
      let net = try Net(
        NetParameter(text: Self.net), state: NetState.with { $0.phase = .test }, registry: .caffe,
        backend: DNNLBackend(compact: use), random: RandomSource(seed: 3), use: .inference)
      outputs.append(try run(use, net))
      let plans = net.layers.filter { $0.absorbed == .nothing }.compactMap(\.layer.plan)
      #expect(plans.count == 3 && plans.allSatisfy { $0.hasPrefix("compact") == (use != .off) }, "\(plans)")
    }
    for output in outputs { #expect(mismatch(output, outputs[2], within: 1e-5) == nil) }
  }
}
