import CaffeProto
import Engine
import NetModel
import ONNX

/// Normalisation of every channel with a learned scale and shift, in the two forms that forks have under one name.
///
/// SegNet's Caffe (`bn_layer.cpp`; Badrinarayanan et al. 2015): the blobs are scale and shift (1, C, 1, 1); both phases
/// use the batch's own statistics; `bn_mode: INFERENCE` uses none, as the blobs then contain them. PSPNet's Caffe
/// (`bn_layer.cpp`): two more blobs hold running averages of mean and variance, which are used in tests, and in
/// training with `frozen`. The fields tell the two forms apart: `bn_mode`, `scale_filler` and `shift_filler` are
/// SegNet's.
struct BN: RunnableDescription {
  static let type = "BN"

  /// Which statistics a pass normalises by.
  enum Statistics: Sendable {
    /// None.
    case none
    /// The batch's, which are forgotten.
    case batch
    /// The batch's, which go into the running averages.
    case averaged
    /// The running averages.
    case running
  }

  let statistics: Statistics
  let epsilon: Float
  let momentum: Float
  private let isSegNets: Bool
  private let isFrozen: Bool
  private let scaleFiller: FillerParameter
  private let shiftFiller: FillerParameter

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    let parameter = layer.bnParam
    isSegNets = parameter.hasBnMode || parameter.hasScaleFiller || parameter.hasShiftFiller
    isFrozen = parameter.frozen
    var ones = FillerParameter()
    ones.value = 1
    if isSegNets {
      statistics = parameter.bnMode == .inference ? .none : .batch
      epsilon = 1e-9
      scaleFiller = parameter.hasScaleFiller ? parameter.scaleFiller : ones
      shiftFiller = parameter.shiftFiller
    } else {
      statistics = isFrozen || context.phase == .test ? .running : .averaged
      epsilon = parameter.eps
      scaleFiller = parameter.hasSlopeFiller ? parameter.slopeFiller : ones
      shiftFiller = parameter.biasFiller
    }
    momentum = parameter.momentum
  }

  let arity = Arity.oneToOne

  func topShapes(_ bottom: [Shape]) throws -> [Shape] { bottom }

  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    guard bottom[0].rank >= 2, bottom[0].count > 0 else {
      throw LayerError.bottom(index: 0, shape: bottom[0], "must have elements on at least 2 axes")
    }
    let shape: Shape = [1, bottom[0][1], 1, 1]
    let learned: Float = isFrozen ? 0 : 1
    let affine = [
      BlobSpec(shape: shape, filler: scaleFiller, role: .factor, defaultMultiplier: learned),
      BlobSpec(shape: shape, filler: shiftFiller, role: .bias, defaultMultiplier: learned),
    ]
    guard !isSegNets else { return affine }
    var ones = FillerParameter()
    ones.value = 1
    return affine + [
      BlobSpec(shape: shape, filler: FillerParameter(), role: .channel, defaultMultiplier: 0),
      BlobSpec(shape: shape, filler: ones, role: .channel, defaultMultiplier: 0),
    ]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    var map = ChannelMap.pointwise(bottom, tops: 1)
    map.relations += (0..<(isSegNets ? 2 : 4)).map { .modulates(top: 0, blob: $0, axis: 1) }
    return map
  }

  /// A factor of 0 makes a constant of anything.
  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    let (scale, shift) = (blobs[0][channel], blobs[1][channel])
    if scale == 0 { return .value(shift) }
    guard let value = values[0] else { return .inexact("the channel is not a constant") }
    switch statistics {
    case .none: return .value(value * scale + shift)
    case .running:
      let deviation = (blobs[3][channel] + epsilon).squareRoot()
      return .value((value - blobs[2][channel]) / deviation * scale + shift)
    case .batch, .averaged: return .inexact("batch statistics are taken from the data")
    }
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    BNLayer(self, blobs: try makeBlobs(bottom), context)
  }
}

extension BN: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let (channels, rank) = (layer.bottomExtents[0][1], layer.bottomExtents[0].count)
    func values(_ index: Int) -> Tensor { layer.parameter(index, dims: [channels]) }
    switch statistics {
    case .running:
      return [
        layer(
          "BatchNormalization", layer.bottom[0], values(0), values(1), values(2), values(3),
          attributes: ["epsilon": .float(epsilon)])
      ]
    case .none:
      let dims = [channels] + [Int](repeating: 1, count: rank - 2)
      return [
        layer(
          "Add", layer("Mul", layer.bottom[0], layer.parameter(0, dims: dims)), layer.parameter(1, dims: dims))
      ]
    case .batch, .averaged: throw layer.refusal("it takes the statistics of the batch")
    }
  }
}

/// The running layer, in its bottom's layout.
final class BNLayer: Layer {
  let blobs: [Blob]
  private let description: BN
  private let context: LayerContext
  private let affine: ChannelAffine
  private let mean: Blob
  private let variance: Blob
  private var operation: (any BatchNormOperator)?
  private var spread: ChannelSpread?

  init(_ description: BN, blobs: [Blob], _ context: LayerContext) {
    self.description = description
    self.blobs = blobs
    self.context = context
    affine = ChannelAffine(scale: blobs[0], shift: blobs[1])
    mean = Blob(shape: [blobs[0].count])
    variance = Blob(shape: [blobs[0].count])
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { context.backend.accepted(offered) }

  var keepsBottom: Bool { true }

  var gradientNeeds: GradientNeeds { .bottom }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let (shape, layout) = (bottom[0].shape, bottom[0].layout)
    guard shape.legacy(1) == mean.count, shape.count > 0 else {
      throw LayerError.bottom(index: 0, shape: shape, "the parameters are for \(mean.count) channels")
    }
    top[0].reshape(shape, layout: layout)
    spread = ChannelSpread(bottom[0], axis: 1, values: [mean.count])
    guard description.statistics != .none else { return }
    // The operator sees (N, C, H, W); further axes count as width.
    let height = shape.legacy(2)
    let planar = Shape([shape[0], mean.count, height, shape.count / (shape[0] * mean.count * height)])
    var geometry = BatchNormShape(shape: planar, epsilon: description.epsilon, layout: layout)
    geometry.isAffine = true
    operation = try context.batchNorm(geometry)
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    switch description.statistics {
    case .none:
      spread?.affine(bottom[0].data, scale: blobs[0].data, shift: blobs[1].data, to: top[0].mutableData)
    case .running:
      try operation?.forward(
        bottom: bottom[0], top: top[0], affine: affine, mean: blobs[2].data, variance: blobs[3].data)
    case .batch, .averaged:
      try operation?.forwardTraining(
        bottom: bottom[0], top: top[0], affine: affine, mean: mean.mutableData, variance: variance.mutableData)
    }
    guard description.statistics == .averaged else { return }
    let (momentum, samples) = (description.momentum, context.normalised(bottom[0].count / mean.count))
    let unbiased = samples > 1 ? samples / (samples - 1) : 1
    map(mean.data, blobs[2].data, blobs[2].mutableData) { batch, old in momentum * old + (1 - momentum) * batch }
    map(variance.data, blobs[3].data, blobs[3].mutableData) { batch, old in
      momentum * old + (1 - momentum) * unbiased * batch
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    switch description.statistics {
    case .none:
      let dy = top[0].diff
      spread?.add(dy, to: blobs[1].mutableDiff)
      spread?.add(dy, times: bottom[0].data, to: blobs[0].mutableDiff)
      if propagateDown[0] { spread?.affine(dy, scale: blobs[0].data, shift: nil, to: bottom[0].mutableDiff) }
    case .running:
      try operation?.backward(
        top: top[0], bottom: bottom[0], affine: affine, mean: blobs[2].data, variance: blobs[3].data)
    case .batch, .averaged:
      try operation?.backwardTraining(
        top: top[0], bottom: bottom[0], affine: affine, mean: mean.data, variance: variance.data)
    }
  }
}
