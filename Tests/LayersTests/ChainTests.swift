import CaffeProto
import Engine
import NetModel
import TestSupport
import Testing

/// Layers behind each other: layouts between them, in-place work, and backends against each other.
@Suite struct ChainTests {
  /// A residual block and a head. The first convolution has no bias: behind it, BatchNorm leaves a bias no gradient.
  private static let block = """
    layer { name: 'in_x' type: 'Input' top: 'x' input_param { shape { dim: 3 dim: 5 dim: 9 dim: 8 } } }
    layer { name: 'c' type: 'Convolution' bottom: 'x' top: 'c'
      convolution_param { num_output: 20 kernel_size: 3 bias_term: false } }
    layer { name: 'bn' type: 'BatchNorm' bottom: 'c' top: 'c' }
    layer { name: 'scale' type: 'Scale' bottom: 'c' top: 'c' scale_param { bias_term: true } }
    layer { name: 'relu' type: 'ReLU' bottom: 'c' top: 'c' relu_param { negative_slope: 0.1 } }
    layer { name: 'a' type: 'Convolution' bottom: 'c' top: 'a' convolution_param { num_output: 20 kernel_size: 1 } }
    layer { name: 'b' type: 'Bias' bottom: 'c' top: 'b' }
    layer { name: 'p' type: 'PReLU' bottom: 'b' top: 'b' }
    layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' }
    layer { name: 'norm' type: 'LRN' bottom: 'sum' top: 'norm' lrn_param { local_size: 3 alpha: 0.1 } }
    layer { name: 'pool' type: 'Pooling' bottom: 'norm' top: 'pool' pooling_param { kernel_size: 3 stride: 2 } }
    layer { name: 'tanh' type: 'TanH' bottom: 'pool' top: 'pool' }
    layer { name: 'ip' type: 'InnerProduct' bottom: 'pool' top: 'ip' inner_product_param { num_output: 4 } }
    """

  private func block(inPlace: Bool) throws -> NetParameter {
    let net = try NetParameter(text: Self.block)
    return inPlace ? net : net.withOwnTops
  }

  @Test func convertsOnlyAtTheEnds() throws {
    let net = try run(block(inPlace: false), on: try DNNLBackend())
    let made = Set(net.blobs.map(ObjectIdentifier.init))
    let converting = net.layers.filter { layer in
      layer.bottom.contains { !made.contains(ObjectIdentifier($0)) }
    }
    #expect(converting.map(\.described.name) == ["c", "ip"])
    #expect(net.blob("norm")?.layout == .channelsLast)
  }

  @Test(arguments: [true, false])
  func backendsAgree(inPlace: Bool) throws {
    let (a, b) = (
      try run(block(inPlace: inPlace), on: ReferenceBackend()),
      try run(block(inPlace: inPlace), on: try DNNLBackend())
    )
    expectEqual(a, b)
  }

  @Test func workingInPlaceChangesNothing() throws {
    for backend in try backends() {
      for layout in Layout.allCases {
        let a = try run(block(inPlace: true), on: backend, offering: layout)
        let b = try run(block(inPlace: false), on: backend, offering: layout)
        expectEqual(a, b)
      }
    }
  }

  private func expectEqual(_ a: Net, _ b: Net) {
    func compare(_ left: [Float]?, _ right: [Float]?, _ label: String) {
      let difference = mismatch(left ?? [], right ?? [.nan], within: 1e-3, label)
      #expect(difference == nil)
    }
    compare(a.blob("ip")?.plainData, b.blob("ip")?.plainData, "output")
    compare(a.layers[0].top[0].plainDiff, b.layers[0].top[0].plainDiff, "input's gradient")
    for (left, right) in zip(a.parameters, b.parameters) {
      compare(Array(left.blob.diff), Array(right.blob.diff), "\(left.layer)/\(left.index)")
      compare(Array(left.blob.data), Array(right.blob.data), "\(left.layer)/\(left.index) after")
    }
  }

  /// Single layers, in place and not, with another in-place layer behind them: what they keep for their gradient, and
  /// their padding in blocks. (ReLU keeps nothing, as in Caffe: its gradient trusts the sign of what is in place.)
  @Test(arguments: [
    "type: 'AbsVal'", "type: 'BNLL'", "type: 'Clip' clip_param { min: -0.5 max: 0.5 }", "type: 'ELU'", "type: 'Exp'",
    "type: 'Log' log_param { shift: 2 }", "type: 'Power' power_param { power: 3 shift: 2 }", "type: 'Sigmoid'",
    "type: 'Swish'", "type: 'TanH'", "type: 'PReLU'", "type: 'Scale' scale_param { bias_term: true }", "type: 'Bias'",
    "type: 'BatchNorm'", "type: 'MVN'", "type: 'LRN' lrn_param { local_size: 3 alpha: 0.5 }",
    "type: 'LRN' lrn_param { local_size: 3 alpha: 0.5 norm_region: WITHIN_CHANNEL }",
  ])
  func inPlaceGradients(_ layer: String) throws {
    for backend in try backends() {
      for layout in Layout.allCases {
        func net(_ top: String) throws -> Net {
          let text = """
            layer { name: 'in_x' type: 'Input' top: 'x' input_param { shape { dim: 2 dim: 5 dim: 3 dim: 4 } } }
            layer { name: 'p' type: 'Power' bottom: 'x' top: 'p' }
            layer { name: 'l' \(layer) bottom: 'p' top: '\(top)' }
            layer { name: 'q' type: 'Power' bottom: '\(top)' top: '\(top)' power_param { power: 2 shift: 1 } }
            """
          return try run(NetParameter(text: text), on: backend, offering: layout)
        }
        let (own, place) = (try net("y"), try net("p"))
        let label = "\(backend.name), \(layout)"
        let (y, again) = (own.blob("y")?.plainData ?? [], place.blob("p")?.plainData ?? [])
        let output = mismatch(again, y, within: 1e-5, "output, \(label)")
        #expect(output == nil)
        let gradient = mismatch(
          place.layers[0].top[0].plainDiff, own.layers[0].top[0].plainDiff, within: 1e-5, "gradient, \(label)")
        #expect(gradient == nil)
        // Padding channels are zero for whoever reads whole blocks.
        if let blob = own.layer("l")?.top.first, blob.layout == .channelBlocked {
          let total = blob.plainData.reduce(0) { $0 + abs(Double($1)) }
          let sum = blob.data.magnitudeSum
          #expect(isClose(sum, total, relative: 1e-4, absolute: 1e-4), "\(label): padding is not zero")
        }
      }
    }
  }

  @Test func followsANewBatchSize() throws {
    for backend in try backends() {
      let net = try run(block(inPlace: true), phase: .test, on: backend)
      let full = net.blob("ip")?.plainData ?? []
      let x = net.layers[0].top[0]
      let values = x.plainData
      x.reshape([1, 5, 9, 8])
      x.setPlainData(Array(values[..<360]))
      try net.forward()
      #expect(net.blob("ip")?.shape == [1, 4])
      let difference = mismatch(net.blob("ip")?.plainData ?? [], Array(full[..<4]), within: 1e-4, "first image")
      #expect(difference == nil)
    }
  }
}
