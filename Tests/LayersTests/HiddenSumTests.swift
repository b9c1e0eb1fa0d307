import Base
import CaffeProto
import Engine
import Layers
import NetModel
import TestSupport
import Testing

/// Sums, and other layers with a top of their own, that convolutions take over where only outputs are wanted.
struct HiddenSumTests {
  private static func convolution(
    _ name: String, _ bottom: String, outputs: Int = 16, kernel: Int = 3, stride: Int = 1, group: Int = 1
  ) -> String {
    """
    layer { name: '\(name)' type: 'Convolution' bottom: '\(bottom)' top: '\(name)' convolution_param {
      num_output: \(outputs) kernel_size: \(kernel) pad: \(kernel / 2) stride: \(stride) group: \(group)
      weight_filler { type: 'msra' } bias_filler { type: 'uniform' min: -0.5 max: 0.5 } } }

    """
  }

  private static func inPlace(_ type: String, _ blob: String, _ rest: String = "") -> String {
    "layer { name: '\(blob)_\(type)' type: '\(type)' bottom: '\(blob)' top: '\(blob)' \(rest) }\n"
  }

  private static func sum(_ name: String, _ bottoms: [String], _ rest: String = "") -> String {
    let list = bottoms.map { "bottom: '\($0)' " }.joined()
    return "layer { name: '\(name)' type: 'Eltwise' \(list) top: '\(name)' \(rest) }\n"
  }

  private static let start = """
    layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: 2 dim: 16 dim: 9 dim: 8 } } }

    """
  private static let end = """
    layer { name: 'pool' type: 'Pooling' bottom: 'sum' top: 'pool' pooling_param { pool: AVE global_pooling: true } }
    layer { name: 'ip' type: 'InnerProduct' bottom: 'pool' top: 'ip'
      inner_product_param { num_output: 5 weight_filler { type: 'xavier' } } }

    """

  private static func make(_ text: String, _ use: NetUse, _ backend: any Backend) throws -> Net {
    let net = try Net(
      NetParameter(text: text), state: NetState.with { $0.phase = .test }, registry: .caffe, backend: backend,
      random: RandomSource(seed: 3), use: use)
    let random = RandomSource(seed: 7)
    for parameter in net.parameters where parameter.role == .channel {
      parameter.blob.setPlainData((0..<parameter.blob.count).map { _ in random.uniform(0.5, 2) })
    }
    return net
  }

  private static func feed(_ net: Net, _ shape: Shape?, seed: Int) throws {
    let random = RandomSource(seed: seed)
    for blob in try #require(net.layer("data")).top {
      if let shape { blob.reshape(shape) }
      blob.setPlainData((0..<blob.count).map { _ in random.uniform(-1, 1) })
    }
  }

  /// Runs a net for its outputs only on several inputs, one of them larger, beside the same net with all its blobs.
  ///
  /// - Returns: the former, and how its layer 'sum' was computed at first: what grows leaves common memory
  @discardableResult private static func expectTheSame(
    _ text: String, _ backend: any Backend
  ) throws -> (net: Net, sum: Outcome?) {
    var first: Outcome?
    let (hiding, showing) = (
      try make(text, .inference, backend), try make(text, NetUse(gradients: false, keepsBlobs: true), backend)
    )
    for (pass, shape) in [nil, nil, Shape([3, 16, 9, 8]), [2, 16, 9, 8]].enumerated() {
      for net in [hiding, showing] {
        try feed(net, shape, seed: pass)
        try net.forward()
      }
      for (got, wanted) in zip(hiding.outputs, showing.outputs) {
        let difference = mismatch(got.plainData, wanted.plainData, within: 2e-5)
        #expect(difference == nil, "\(backend.name), pass \(pass), \(got.name): \(String(describing: difference))")
      }
      if pass == 0 { first = try outcome(hiding) }
    }
    return (hiding, first)
  }

  /// How the sum of a net is computed: by itself, by the convolution before it, or by that in the addend's memory.
  private enum Outcome {
    case alone
    case beside
    case inPlace
  }

  private static func outcome(_ net: Net) throws -> Outcome? {
    guard let sum = net.layer("sum") else { return nil }
    guard sum.absorbed == .everything else { return .alone }
    let adds = try #require(
      net.layers.last { $0.absorbed == .nothing && $0.described.type == "Convolution" && $0.top[0] === sum.top[0] })
    let addend = try #require(sum.bottom.first { $0.name != adds.described.name })
    return addend.data.pointer == adds.top[0].data.pointer ? .inPlace : .beside
  }

  /// A block of ResNet with a projection and one without, in both orders.
  private static func residual(projectionFirst: Bool, group: Int = 1) -> String {
    let normalised = { inPlace("BatchNorm", $0) + inPlace("Scale", $0, "scale_param { bias_term: true }") }
    let projection = convolution("p", "first", outputs: 32, kernel: 1, stride: 2) + normalised("p")
    let branch =
      convolution("a", "first", outputs: 32, stride: 2) + normalised("a") + inPlace("ReLU", "a")
      + convolution("b", "a", outputs: 32, group: group) + normalised("b")
    let blocks = projectionFirst ? projection + branch : branch + projection
    return start + convolution("first", "data") + inPlace("ReLU", "first") + blocks
      + sum("block", projectionFirst ? ["p", "b"] : ["b", "p"]) + inPlace("ReLU", "block")
      + convolution("c", "block", outputs: 32) + normalised("c") + inPlace("ReLU", "c")
      + convolution("d", "c", outputs: 32, kernel: 1, group: group) + normalised("d") + sum("sum", ["block", "d"])
      + inPlace("ReLU", "sum", "relu_param { negative_slope: 0.1 }") + end
  }

  @Test(arguments: [true, false], [1, 2]) func residualBlocks(_ projectionFirst: Bool, _ group: Int) throws {
    for backend in try backends() {
      let (net, sum) = try Self.expectTheSame(Self.residual(projectionFirst: projectionFirst, group: group), backend)
      let alone = net.layers.filter {
        ["Eltwise", "ReLU", "Scale"].contains($0.described.type) && $0.absorbed == .nothing
      }
      #expect(alone.isEmpty)
      #expect(sum == .inPlace)
    }
  }

  /// Depthwise convolutions may want another layout than the rest: then a bottom is converted for the sum.
  @Test(arguments: [true, false]) func depthwiseConvolutions(_ projectionFirst: Bool) throws {
    for backend in try backends() {
      let (net, sum) = try Self.expectTheSame(Self.residual(projectionFirst: projectionFirst, group: 32), backend)
      let layouts = Set(try ["block", "d"].map { try #require(net.layer($0)).top[0].layout })
      #expect(layouts.count > 1 || sum == .inPlace)
    }
  }

  /// Gradients need every blob, and so does who looks at them.
  @Test(arguments: [NetUse.training, .inspection, NetUse(gradients: false, keepsBlobs: true)])
  func onlyWhereOutputsAreWanted(_ use: NetUse) throws {
    for backend in try backends() {
      let net = try Self.make(Self.residual(projectionFirst: true), use, backend)
      for layer in net.layers where layer.described.type == "Eltwise" { #expect(layer.absorbed == .nothing) }
    }
  }

  private static let two = convolution("a", "data") + inPlace("ReLU", "a") + convolution("b", "a")

  @Test(arguments: [
    // Not y = a + b.
    two + sum("sum", ["a", "b"], "eltwise_param { coeff: 1 coeff: -1 }"),
    two + sum("sum", ["a", "b"], "eltwise_param { operation: PROD }"),
    two + sum("sum", ["a", "b"], "eltwise_param { operation: MAX }"),
    two + sum("sum", ["a", "b", "data"]),
    two + sum("sum", ["b", "b"]),
    // The convolution's top is wanted elsewhere.
    two + sum("sum", ["a", "b"]) + inPlace("ReLU", "sum") + convolution("c", "b"),
    // Something is between the convolution and the sum.
    two + inPlace("ReLU", "b") + sum("sum", ["a", "b"]),
    two + inPlace("TanH", "b") + sum("sum", ["a", "b"]),
    two + convolution("c", "data") + sum("sum", ["a", "b"]) + convolution("d", "c"),
    // A convolution of several bottoms, a transposed one, one with other axes.
    two + """
      layer { name: 'c' type: 'Convolution' bottom: 'a' bottom: 'b' top: 'c' top: 'd'
        convolution_param { num_output: 16 kernel_size: 1 weight_filler { type: 'msra' } } }
      """ + sum("sum", ["c", "d"]),
    two + """
      layer { name: 'c' type: 'Deconvolution' bottom: 'b' top: 'c'
        convolution_param { num_output: 16 kernel_size: 1 weight_filler { type: 'msra' } } }
      """ + sum("sum", ["a", "c"]),
    // One convolution adds once.
    two + convolution("c", "b") + sum("first", ["b", "c"]) + sum("sum", ["a", "first"]),
  ]) func sumsOnTheirOwn(_ layers: String) throws {
    for backend in try backends() {
      #expect(try Self.expectTheSame(Self.start + layers + Self.end, backend).sum == .alone)
    }
  }

  @Test(arguments: [
    // Read later, read by the convolution itself, an input, in an input's memory.
    two + convolution("c", "b") + sum("sum", ["a", "c"]) + convolution("d", "a"),
    two + sum("sum", ["a", "b"]),
    two + sum("sum", ["b", "data"]),
    two + """
      layer { name: 'r' type: 'Reshape' bottom: 'data' top: 'r' reshape_param { shape { dim: 0 dim: 16 dim: 9 dim: 8 } } }

      """ + convolution("c", "b") + sum("sum", ["r", "c"]),
  ]) func addendsThatMustStay(_ layers: String) throws {
    for backend in try backends() {
      let sum = try Self.expectTheSame(Self.start + layers + Self.end, backend).sum
      // An input is plain, so that one that likes another layout converts it.
      #expect(sum == .beside || (sum == .alone && backend.layouts.count > 1))
    }
  }

  /// Channels that only fill a block stay zero.
  @Test func padding() throws {
    let layers =
      Self.convolution("z", "data") + Self.convolution("a", "z", outputs: 28) + Self.convolution("b", "z", outputs: 28)
    for backend in try backends() {
      let (net, sum) = try Self.expectTheSame(Self.start + layers + Self.sum("sum", ["a", "b"]) + Self.end, backend)
      #expect(sum == .inPlace)
      let top = try #require(net.layer("sum")?.top[0])
      #expect(top.data.filter { $0 != 0 }.count == top.plainData.filter { $0 != 0 }.count)
    }
  }

  /// An output is kept apart from what the net forgets.
  @Test func sumThatIsAnOutput() throws {
    for backend in try backends() {
      let text = Self.start + Self.two + Self.convolution("c", "b") + Self.sum("sum", ["a", "c"])
      #expect(try Self.expectTheSame(text, backend).sum == .beside)
    }
  }

  /// What follows need not be in place in the prototxt.
  @Test func topsOfTheirOwn() throws {
    let chain = """
      layer { name: 'bn' type: 'BatchNorm' bottom: 'b' top: 'bn' }
      layer { name: 'scale' type: 'Scale' bottom: 'bn' top: 'scale' scale_param { bias_term: true } }
      layer { name: 'relu' type: 'ReLU' bottom: 'scale' top: 'sum' }

      """
    for backend in try backends() {
      let net = try Self.expectTheSame(Self.start + Self.two + chain + Self.end, backend).net
      #expect(net.layers.filter { $0.absorbed == .everything }.count == 4)
      #expect(net.layer("b")?.top[0].name == "sum")
    }
  }

  @Test func unequalShapesAreNamed() throws {
    let text = """
      layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: 2 dim: 16 dim: 9 dim: 8 } } }
      layer { name: 'more' type: 'Input' top: 'more' input_param { shape { dim: 2 dim: 16 dim: 9 dim: 8 } } }

      """
    for backend in try backends() {
      let net = try Self.make(
        text + Self.convolution("a", "more") + Self.convolution("b", "data") + Self.sum("sum", ["a", "b"]), .inference,
        backend)
      try net.forward()
      net.layer("more")?.top[0].reshape([3, 16, 9, 8])
      #expect { try net.forward() } throws: { "\($0)".contains("3 16 9 8") && "\($0)".contains("2 16 9 8") }
    }
  }
}
