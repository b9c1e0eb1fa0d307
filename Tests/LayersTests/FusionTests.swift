import CaffeProto
import Engine
import Layers
import NetModel
import TestSupport
import Testing

/// Layers that take over those behind them, against the same net with a blob of its own for every layer.
struct FusionTests {
  private static let net = """
    layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: 3 dim: 4 dim: 6 dim: 6 } } }
    layer { name: 'label' type: 'Input' top: 'label' input_param { shape { dim: 3 } } }
    layer { name: 'conv1' type: 'Convolution' bottom: 'data' top: 'conv1'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 weight_filler { type: 'msra' } bias_filler { value: 0.1 } } }
    layer { name: 'relu1' type: 'ReLU' bottom: 'conv1' top: 'conv1' relu_param { negative_slope: 0.1 } }
    layer { name: 'conv2' type: 'Convolution' bottom: 'conv1' top: 'conv2'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 bias_term: false weight_filler { type: 'msra' } } }
    layer { name: 'bn2' type: 'BatchNorm' bottom: 'conv2' top: 'conv2' }
    layer { name: 'scale2' type: 'Scale' bottom: 'conv2' top: 'conv2'
      scale_param { bias_term: true filler { type: 'uniform' min: 0.5 max: 1.5 } bias_filler { value: -0.1 } } }
    layer { name: 'relu2' type: 'ReLU' bottom: 'conv2' top: 'conv2' }
    layer { name: 'conv3' type: 'Convolution' bottom: 'conv2' top: 'conv3'
      convolution_param { num_output: 16 kernel_size: 1 weight_filler { type: 'msra' } } }
    layer { name: 'bn3' type: 'BatchNorm' bottom: 'conv3' top: 'conv3' }
    layer { name: 'bias3' type: 'Bias' bottom: 'conv3' top: 'conv3' bias_param { filler { value: 0.2 } } }
    layer { name: 'sum' type: 'Eltwise' bottom: 'conv1' bottom: 'conv3' bottom: 'conv2' top: 'sum'
      eltwise_param { coeff: 1 coeff: -0.5 coeff: 2 } }
    layer { name: 'relu' type: 'ReLU' bottom: 'sum' top: 'sum' }
    layer { name: 'sigmoid' type: 'Sigmoid' bottom: 'sum' top: 'sum' }
    layer { name: 'ip' type: 'InnerProduct' bottom: 'sum' top: 'ip'
      inner_product_param { num_output: 5 weight_filler { type: 'xavier' } } }
    layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip' bottom: 'label' top: 'loss' }
    """

  /// The net with no layer in place.
  private static func spread(_ net: NetParameter) -> NetParameter {
    var net = net
    var names: [String: String] = [:]
    for index in net.layer.indices {
      let layer = net.layer[index]
      net.layer[index].bottom = layer.bottom.map { names[$0] ?? $0 }
      for (position, top) in layer.top.enumerated() where layer.bottom.contains(top) {
        names[top] = layer.name
        net.layer[index].top[position] = layer.name
      }
    }
    return net
  }

  private static func make(_ parameter: NetParameter, _ phase: Phase, _ backend: any Backend) throws -> Net {
    let net = try Net(
      parameter, state: NetState.with { $0.phase = phase }, registry: .caffe, backend: backend,
      random: RandomSource(seed: 3))
    let random = RandomSource(seed: 7)
    for layer in net.layers where layer.described.type == "BatchNorm" {
      let blobs = layer.layer.blobs
      for i in blobs[0].data.indices { blobs[0].mutableData[i] = random.uniform(-1, 1) }
      for i in blobs[1].data.indices { blobs[1].mutableData[i] = random.uniform(0.5, 2) }
      blobs[2].mutableData[0] = 2
    }
    for layer in net.layers where layer.described.type == "Input" {
      for blob in layer.top { blob.setPlainData((0..<blob.count).map { _ in random.uniform(0, 2).rounded(.down) }) }
    }
    return net
  }

  @Test(arguments: BackendUnderTest.allCases, [Phase.train, .test])
  func oneBlobPerLayerIsTheSame(_ backend: BackendUnderTest, _ phase: Phase) throws {
    let parameter = try NetParameter(text: Self.net)
    let fused = try Self.make(parameter, phase, try backend.make())
    let plain = try Self.make(Self.spread(parameter), phase, try backend.make())
    #expect(fused.layers.filter { $0.absorbed == .everything }.count == (phase == .train ? 3 : 6))
    #expect(plain.layers.allSatisfy { $0.absorbed == .nothing })
    // Twice: what was prepared in the first pass must still be right in the second, with other weights.
    for pass in 0..<2 {
      let (loss, expected) = (try fused.forward(), try plain.forward())
      #expect(mismatch([loss], [expected], within: 1e-5) == nil)
      let (sum, sigmoid) = (try #require(fused.blob("sum")), try #require(plain.blob("sigmoid")))
      #expect(mismatch(sum.plainData, sigmoid.plainData, within: 1e-5) == nil)
      try fused.backward()
      try plain.backward()
      for (got, wanted) in zip(fused.parameters, plain.parameters) {
        let difference = mismatch(Array(got.blob.diff), Array(wanted.blob.diff), within: 2e-4)
        #expect(difference == nil, "pass \(pass), \(got.layer)/\(got.index): \(difference ?? "")")
        for i in got.blob.data.indices where got.lrMult != 0 {
          got.blob.mutableData[i] *= 1.25
          wanted.blob.mutableData[i] *= 1.25
        }
      }
    }
  }
}
