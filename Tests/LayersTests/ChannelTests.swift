import CaffeProto
import Engine
import Layers
import NetModel
import TestSupport
import Testing

/// Channel maps and constants against what the running layers really do.
@Suite struct ChannelTests {
  struct Case: Sendable, CustomStringConvertible {
    let layer: String
    var shapes: [[Int]] = [[2, 3, 5, 5]]
    /// Why constants are not carried, in part; nil where they are.
    var inexact: String?
    var description: String { layer }
  }

  static let cases: [Case] = [
    Case(layer: "type: 'ReLU'"),
    Case(layer: "type: 'ReLU' relu_param { negative_slope: 0.5 }"),
    Case(layer: "type: 'PReLU'"),
    Case(layer: "type: 'BatchNorm'"),
    Case(layer: "type: 'Scale' scale_param { bias_term: true }"),
    Case(layer: "type: 'Scale' scale_param { axis: 1 num_axes: 2 }", inexact: "one parameter per channel"),
    Case(layer: "type: 'Scale' scale_param { axis: 0 }", shapes: [[2, 3, 5], [2, 3]], inexact: "one parameter"),
    Case(layer: "type: 'Bias'"),
    Case(layer: "type: 'Pooling' pooling_param { kernel_size: 2 stride: 2 }"),
    Case(layer: "type: 'Pooling' pooling_param { kernel_size: 3 stride: 2 pad: 1 }"),
    Case(layer: "type: 'Pooling' pooling_param { kernel_size: 2 stride: 2 pool: AVE }"),
    Case(layer: "type: 'Pooling' pooling_param { kernel_size: 3 pad: 1 pool: AVE }", inexact: "zero padding"),
    Case(layer: "type: 'Pooling' pooling_param { global_pooling: true pool: AVE }"),
    Case(layer: "type: 'Pooling' pooling_param { kernel_size: 1 stride: 3 }", inexact: "outside the image"),
    Case(layer: "type: 'LRN' lrn_param { norm_region: WITHIN_CHANNEL local_size: 3 }", inexact: "zero padding"),
    Case(layer: "type: 'Eltwise'", shapes: [[2, 3, 4], [2, 3, 4]], inexact: "other bottoms"),
    Case(layer: "type: 'Sigmoid'"),
    Case(layer: "type: 'Power' power_param { scale: 2 shift: 1 }"),
    Case(layer: "type: 'MVN' mvn_param { normalize_variance: false }"),
    Case(layer: "type: 'MVN'", inexact: "rounding"),
    Case(layer: "type: 'Tile' tile_param { axis: 1 tiles: 2 }"),
    Case(layer: "type: 'Crop' crop_param { axis: 2 offset: 1 }", shapes: [[2, 3, 5, 5], [1, 1, 2, 3]]),
    Case(layer: "type: 'Im2col' convolution_param { kernel_size: 2 }"),
    Case(layer: "type: 'Im2col' convolution_param { kernel_size: 3 pad: 1 }", inexact: "zero padding"),
    Case(layer: "type: 'Reduction' reduction_param { operation: MEAN axis: 2 coeff: 3 }"),
    Case(layer: "type: 'SPP' spp_param { pyramid_height: 2 }", shapes: [[2, 3, 6, 6]]),
    Case(layer: "type: 'ReLU6'"),
    Case(layer: "type: 'BatchNorm' batch_norm_param { scale_bias: true }"),
    Case(layer: "type: 'BN'"),
    Case(layer: "type: 'BN' bn_param { bn_mode: INFERENCE }"),
    Case(layer: "type: 'BN' bn_param { bn_mode: LEARN }", inexact: "batch statistics"),
    Case(layer: "type: 'Interp' interp_param { zoom_factor: 2 }"),
    Case(layer: "type: 'Upsample' upsample_param { scale: 2 }"),
    Case(layer: "type: 'Permute' permute_param { order: 0 order: 1 order: 3 order: 2 }"),
    Case(layer: "type: 'DepthwiseConvolution' convolution_param { num_output: 3 kernel_size: 2 }"),
    Case(
      layer: "type: 'ConvolutionDepthwise' convolution_param { num_output: 3 kernel_size: 3 pad: 1 }",
      inexact: "zero padding"),
  ]

  private func net(_ example: Case) throws -> Net {
    let inputs = example.shapes.indices.map { input("x\($0)", example.shapes[$0]) }.joined()
    let bottoms = example.shapes.indices.map { "bottom: 'x\($0)' " }.joined()
    let text = inputs + "layer { name: 'l' \(example.layer) \(bottoms) top: 'y' }"
    return try run(NetParameter(text: text), phase: .test, on: ReferenceBackend())
  }

  /// A top's numbers by channel.
  private func channels(_ blob: Blob) -> [[Float]] {
    let (data, inner) = (blob.plainData, blob.shape.count(from: 2))
    return (0..<blob.shape[1]).map { channel in
      (0..<blob.shape[0]).flatMap { image in
        let start = (image * blob.shape[1] + channel) * inner
        return data[start..<start + inner]
      }
    }
  }

  private func setChannel(_ channel: Int, of blob: Blob, to value: Float) {
    var (data, inner) = (blob.plainData, blob.shape.count(from: 2))
    for image in 0..<blob.shape[0] {
      let start = (image * blob.shape[1] + channel) * inner
      for i in start..<start + inner { data[i] = value }
    }
    blob.setPlainData(data)
  }

  /// The top channels that the map says bottom channel `channel` is carried to.
  private func carried(_ map: ChannelMap, bottom: Int, _ channel: Int) -> Set<Int> {
    var tops: Set<Int> = []
    for case .carries(bottom, let bottomFirst, _, let topFirst, let count, let spread) in map.relations
    where channel >= bottomFirst && channel < bottomFirst + count {
      for k in 0..<spread { tops.insert(topFirst + (channel - bottomFirst) * spread + k) }
    }
    return tops
  }

  /// The bottoms that are carried to a top channel.
  private func bottoms(_ map: ChannelMap, of channel: Int) -> [Int] {
    map.relations.compactMap {
      guard case .carries(let bottom, _, _, let first, let count, let spread) = $0 else { return nil }
      return channel >= first && channel < first + count * spread ? bottom : nil
    }
  }

  @Test(arguments: cases)
  func mapsAndConstantsAreTrue(_ example: Case) throws {
    for value: Float in [0.7, -0.4, 0] {
      let net = try net(example)
      let layer = try #require(net.layer("l"))
      let before = channels(layer.top[0])
      setChannel(1, of: net.layers[0].top[0], to: value)
      try net.forward()
      let after = channels(layer.top[0])

      // Only the carried channels change.
      let expected = carried(layer.described.channelMap, bottom: 0, 1)
      let changed = Set(before.indices.filter { before[$0] != after[$0] })
      #expect(!expected.isEmpty && changed.isSubset(of: expected), "changed \(changed)")

      for channel in expected {
        let parameters = layer.layer.blobs.map(\.plainData)
        let sources = bottoms(layer.described.channelMap, of: channel).map { $0 == 0 ? value : nil }
        switch layer.described.description.constant(of: sources, channel: channel, blobs: parameters) {
        case .value(let predicted):
          #expect(value == 0 || example.inexact == nil)
          let worst = after[channel].map { relativeError(Double($0), Double(predicted), floor: 1) }.max() ?? .infinity
          #expect(worst < 1e-5, "channel \(channel): \(after[channel]) instead of \(predicted)")
        case .inexact(let reason):
          #expect(example.inexact.map(reason.contains) == true, "\(reason)")
        }
      }
    }
  }

  @Test func readersAndMakers() throws {
    let convolution = try describe(
      "type: 'Convolution' convolution_param { num_output: 6 kernel_size: 3 group: 3 }", [[2, 9, 5, 5]])
    #expect(
      Set(convolution.channelMap.relations) == [
        .reads(bottom: 0, blob: 0, axis: 1, blocks: 3, spread: 1), .makes(top: 0, blob: 0, axis: 0),
        .makes(top: 0, blob: 1, axis: 0),
      ])
    #expect(convolution.description.foldObstacle == nil)
    let padded = try describe(
      "type: 'Convolution' convolution_param { num_output: 6 kernel_size: 3 pad: 1 bias_term: false }", [[2, 9, 5, 5]])
    #expect(padded.description.foldObstacle?.contains("zero padding") == true)
    var message = padded.parameter
    try #require(padded.description as? any BiasAdding).addBias(&message)
    padded.description.adapt(&message, bottom: [[2, 9, 5, 5]], top: [[2, 4, 5, 5]])
    #expect(message.convolutionParam.biasTerm && message.convolutionParam.numOutput == 4)

    let product = try describe(
      "type: 'InnerProduct' inner_product_param { num_output: 4 transpose: true }", [[2, 3, 4, 5]])
    #expect(
      Set(product.channelMap.relations) == [
        .reads(bottom: 0, blob: 0, axis: 0, blocks: 1, spread: 20), .makes(top: 0, blob: 0, axis: 1),
        .makes(top: 0, blob: 1, axis: 0),
      ])
    let rows = try describe("type: 'InnerProduct' inner_product_param { num_output: 4 axis: 2 }", [[2, 3, 4, 5]])
    #expect(rows.channelMap.relations.contains { if case .holds = $0 { true } else { false } })
    let transposed = try describe(
      "type: 'Deconvolution' convolution_param { num_output: 6 kernel_size: 2 }", [[2, 9, 5, 5]])
    #expect(
      Set(transposed.channelMap.relations) == [
        .reads(bottom: 0, blob: 0, axis: 0, blocks: 1, spread: 1), .makes(top: 0, blob: 0, axis: 1),
        .makes(top: 0, blob: 1, axis: 0),
      ])
  }

  @Test(arguments: [
    "type: 'LRN' lrn_param { local_size: 3 }", "type: 'MVN' mvn_param { across_channels: true }",
    "type: 'Reduction' reduction_param { axis: 1 }", "type: 'Crop' crop_param { axis: 1 } bottom: 'x0'",
    "type: 'Normalize'", "type: 'Permute' permute_param { order: 0 order: 2 order: 1 }",
  ])
  func mixedChannelsAreHeld(_ layer: String) throws {
    let map = try describe(layer, [[2, 3, 4, 5]]).channelMap
    #expect(map.relations.contains { if case .holds(bottom: 0, _) = $0 { true } else { false } })
  }

  /// Moving a constant channel's share into the bias is exact where there is no obstacle.
  @Test(arguments: [
    "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 stride: 2 }",
    "type: 'InnerProduct' inner_product_param { num_output: 4 }",
  ])
  func constantsFoldIntoTheBias(_ layer: String) throws {
    let net = try net(Case(layer: layer))
    let running = try #require(net.layer("l"))
    setChannel(2, of: net.layers[0].top[0], to: 0.7)
    try net.forward()
    let whole = running.top[0].plainData

    let (weight, bias) = (running.layer.blobs[0], running.layer.blobs[1])
    var (weights, biases) = (weight.plainData, bias.plainData)
    let inner = weight.shape.count(from: 1) / 3
    for output in 0..<4 {
      let slice = (output * 3 + 2) * inner..<(output * 3 + 3) * inner
      biases[output] += 0.7 * weights[slice].reduce(0, +)
      for i in slice { weights[i] = 0 }
    }
    weight.setPlainData(weights)
    bias.setPlainData(biases)
    try net.forward()
    let difference = mismatch(running.top[0].plainData, whole, within: 1e-5, "folded")
    #expect(difference == nil)
  }
}
