import Base
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
      convolution_param { num_output: 16 kernel_size: 3 pad: 1
        weight_filler { type: 'msra' } bias_filler { value: 0.1 } } }
    layer { name: 'relu1' type: 'ReLU' bottom: 'conv1' top: 'conv1' relu_param { negative_slope: 0.1 } }
    layer { name: 'conv2' type: 'Convolution' bottom: 'conv1' top: 'conv2'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 bias_term: false weight_filler { type: 'msra' } } }
    layer { name: 'bn2' type: 'BatchNorm' bottom: 'conv2' top: 'conv2' }
    layer { name: 'scale2' type: 'Scale' bottom: 'conv2' top: 'conv2'
      scale_param { bias_term: true filler { type: 'uniform' min: 0.5 max: 1.5 } bias_filler { value: -0.1 } } }
    layer { name: 'relu2' type: 'ReLU' bottom: 'conv2' top: 'conv2' }
    layer { name: 'conv3' type: 'Convolution' bottom: 'conv2' top: 'conv3'
      convolution_param { num_output: 16 kernel_size: 1 bias_term: false weight_filler { type: 'msra' } } }
    layer { name: 'bn3' type: 'BatchNorm' bottom: 'conv3' top: 'conv3' }
    layer { name: 'bias3' type: 'Bias' bottom: 'conv3' top: 'conv3' bias_param { filler { value: 0.2 } } }
    layer { name: 'sum' type: 'Eltwise' bottom: 'conv1' bottom: 'conv3' bottom: 'conv2' top: 'sum'
      eltwise_param { coeff: 1 coeff: -0.5 coeff: 2 } }
    layer { name: 'relu' type: 'ReLU' bottom: 'sum' top: 'sum' }
    layer { name: 'sigmoid' type: 'Sigmoid' bottom: 'sum' top: 'sigmoid' }
    layer { name: 'ip' type: 'InnerProduct' bottom: 'sigmoid' top: 'ip'
      inner_product_param { num_output: 5 weight_filler { type: 'xavier' } } }
    layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip' bottom: 'label' top: 'loss' }
    """

  private static func make(_ parameter: NetParameter, _ use: NetUse, _ backend: any Backend) throws -> Net {
    let net = try Net(
      parameter, state: NetState.with { $0.phase = use.gradients ? .train : .test }, registry: .caffe,
      backend: backend, random: RandomSource(seed: 3), use: use)
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

  /// Twice: what was prepared in the first pass must still be right in the second, with other weights.
  private static func expectTheSame(_ one: Net, _ other: Net, output: String? = nil) throws {
    for pass in 0..<2 {
      let (loss, expected) = (try one.forward(), try other.forward())
      #expect(mismatch([loss], [expected], within: 1e-5) == nil)
      if let output {
        let (got, wanted) = (try #require(one.blob(output)), try #require(other.blob(output)))
        #expect(mismatch(got.plainData, wanted.plainData, within: 1e-5) == nil)
      }
      one.clearParameterDiffs()
      other.clearParameterDiffs()
      try one.backward()
      try other.backward()
      for (got, wanted) in zip(one.parameters, other.parameters) {
        let difference = mismatch(Array(got.blob.diff), Array(wanted.blob.diff), within: 2e-4)
        #expect(difference == nil, "pass \(pass), \(got.layer)/\(got.index): \(String(describing: difference))")
        for i in got.blob.data.indices where got.lrMult != 0 {
          got.blob.mutableData[i] *= 1.25
          wanted.blob.mutableData[i] *= 1.25
        }
      }
    }
  }

  @Test(arguments: [false, true]) func oneBlobPerLayerIsTheSame(_ training: Bool) throws {
    for backend in try backends() {
      let parameter = try NetParameter(text: Self.net)
      let use = NetUse(gradients: training, keepsBlobs: true)
      let (fused, plain) = (try Self.make(parameter, use, backend), try Self.make(parameter.withOwnTops, use, backend))
      #expect(fused.layers.filter { $0.absorbed == .everything }.count == (training ? 3 : 7))
      #expect(plain.layers.allSatisfy { $0.absorbed == .nothing })
      try Self.expectTheSame(fused, plain, output: "sigmoid")
    }
  }

  /// Every way in which layers hand on memory and gradients: splits of splits, sums of sums, slices, concatenations.
  private static let branches = """
    layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: 2 dim: 8 dim: 8 dim: 8 } } }
    layer { name: 'label' type: 'Input' top: 'label' input_param { shape { dim: 2 } } }
    layer { name: 'a' type: 'Convolution' bottom: 'data' top: 'a'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 weight_filler { type: 'msra' } } }
    layer { name: 'a_relu' type: 'ReLU' bottom: 'a' top: 'a' }
    layer { name: 'b' type: 'Convolution' bottom: 'a' top: 'b'
      convolution_param { num_output: 16 kernel_size: 1 weight_filler { type: 'msra' } } }
    layer { name: 'b_relu' type: 'ReLU' bottom: 'b' top: 'b' }
    layer { name: 'ab' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'ab' }
    layer { name: 'twice' type: 'Eltwise' bottom: 'ab' bottom: 'ab' top: 'twice' eltwise_param { coeff: 1 coeff: 0.5 } }
    layer { name: 'twice_tanh' type: 'TanH' bottom: 'twice' top: 'twice' }
    layer { name: 'norm' type: 'LRN' bottom: 'twice' top: 'norm' lrn_param { local_size: 3 alpha: 0.1 } }
    layer { name: 'up' type: 'Deconvolution' bottom: 'norm' top: 'up'
      convolution_param { num_output: 16 kernel_size: 1 weight_filler { type: 'msra' } } }
    layer { name: 'three' type: 'Eltwise' bottom: 'up' bottom: 'ab' bottom: 'b' top: 'three' }
    layer { name: 'cut' type: 'Slice' bottom: 'three' top: 'left' top: 'right' }
    layer { name: 'product' type: 'Eltwise' bottom: 'left' bottom: 'right' top: 'product'
      eltwise_param { operation: PROD } }
    layer { name: 'largest' type: 'Eltwise' bottom: 'left' bottom: 'right' top: 'largest'
      eltwise_param { operation: MAX } }
    layer { name: 'pool' type: 'Pooling' bottom: 'largest' top: 'pool'
      pooling_param { pool: MAX kernel_size: 3 stride: 2 } }
    layer { name: 'mean' type: 'Pooling' bottom: 'product' top: 'mean'
      pooling_param { pool: AVE kernel_size: 3 stride: 2 } }
    layer { name: 'join' type: 'Concat' bottom: 'pool' bottom: 'mean' top: 'join' }
    layer { name: 'flat' type: 'Flatten' bottom: 'join' top: 'flat' }
    layer { name: 'flat_power' type: 'Power' bottom: 'flat' top: 'flat' power_param { shift: 0.5 scale: 2 power: 2 } }
    layer { name: 'again' type: 'Reshape' bottom: 'flat' top: 'again'
      reshape_param { shape { dim: 0 dim: 8 dim: -1 } } }
    layer { name: 'ip' type: 'InnerProduct' bottom: 'again' top: 'ip'
      inner_product_param { num_output: 5 weight_filler { type: 'xavier' } } }
    layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip' bottom: 'label' top: 'loss' }
    layer { name: 'early' type: 'InnerProduct' bottom: 'ab' top: 'early'
      inner_product_param { num_output: 5 weight_filler { type: 'xavier' } } }
    layer { name: 'accuracy' type: 'Accuracy' bottom: 'early' bottom: 'label' top: 'accuracy' }
    layer { name: 'early_loss' type: 'SoftmaxWithLoss' bottom: 'early' bottom: 'label' top: 'early_loss'
      loss_weight: 0.3 }
    """

  /// The same where channels do not fill their blocks.
  private static let padded =
    branches.replacing("num_output: 16", with: "num_output: 28")
    .replacing("dim: 8 dim: 8 dim: 8", with: "dim: 16 dim: 8 dim: 8")
    .replacing("dim: 8 dim: -1", with: "dim: 4 dim: -1")
    .replacing(
      "layer { name: 'a' type: 'Convolution' bottom: 'data'",
      with: """
        layer { name: 'full' type: 'Convolution' bottom: 'data' top: 'full'
          convolution_param { num_output: 16 kernel_size: 1 weight_filler { type: 'msra' } } }
        layer { name: 'a' type: 'Convolution' bottom: 'full'
        """)

  @Test(arguments: [branches, padded, net]) func sharedMemoryChangesNothing(_ text: String) throws {
    for backend in try backends() {
      let parameter = try NetParameter(text: text)
      let thrifty = try Self.make(parameter, .training, backend)
      let wasteful = try Self.make(parameter, .inspection, backend)
      try Self.expectTheSame(thrifty, wasteful)
      #expect(thrifty.blobBytes - thrifty.scratchBytes < wasteful.blobBytes)
    }
  }

  /// A rectifier before maxima, which may as well come behind them; one that may not; one before means.
  @Test(arguments: [("MAX", 0), ("MAX", 0.5), ("AVE", 0)]) func rectifiersBehindMaxima(_ pool: String, _ slope: Float)
    throws
  {
    let text = """
      layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: 'label' type: 'Input' top: 'label' input_param { shape { dim: 3 } } }
      layer { name: 'conv' type: 'Convolution' bottom: 'data' top: 'conv'
        convolution_param { num_output: 20 kernel_size: 3 weight_filler { type: 'msra' } } }
      layer { name: 'relu' type: 'ReLU' bottom: 'conv' top: 'conv' relu_param { negative_slope: \(slope) } }
      layer { name: 'pool' type: 'Pooling' bottom: 'conv' top: 'pool'
        pooling_param { pool: \(pool) kernel_size: 3 stride: 2 } }
      layer { name: 'sum' type: 'Eltwise' bottom: 'pool' bottom: 'pool' top: 'sum' }
      layer { name: 'ip' type: 'InnerProduct' bottom: 'sum' top: 'ip'
        inner_product_param { num_output: 5 weight_filler { type: 'xavier' } } }
      layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip' bottom: 'label' top: 'loss' }
      """
    for backend in try backends() {
      let parameter = try NetParameter(text: text)
      let moved = try Self.make(parameter, .training, backend)
      let kept = try Self.make(parameter, .inspection, backend)
      try Self.expectTheSame(moved, kept)
      let order = moved.layers.map(\.described.name).filter { ["relu", "pool"].contains($0) }
      #expect(
        (order == ["pool", "relu"]) == (moved.layer("relu")?.absorbed == .forward && pool == "MAX" && slope == 0))
      #expect(kept.layers.map(\.described.name) == kept.description.layers.map(\.name))
    }
  }
}
