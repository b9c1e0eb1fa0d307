import CaffeProto
import Engine
import NetModel
import ONNX

/// Normalisation of every channel to mean 0 and variance 1 (Caffe: `batch_norm_layer.cpp`; Ioffe and Szegedy 2015).
///
/// The blobs are running sums: mean and variance (C each), and the weight (1) by which both are divided. Training adds
/// the batch's statistics after multiplying the old ones by `moving_average_fraction`; tests use them
/// (`use_global_stats` overrides the phase). Without scale and shift: a Scale layer follows. With `scale_bias` or a filler for
/// one of them, of NVIDIA's Caffe since 0.16, a scale and a shift (C each) are blobs behind these.
struct BatchNorm: RunnableDescription, ParameterNormalizing, Unsupported {
  static let type = "BatchNorm"
  let epsilon: Float
  let fraction: Float
  let usesGlobalStatistics: Bool
  let scalesItself: Bool
  private let scaleFiller: FillerParameter
  private let biasFiller: FillerParameter

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    let parameter = layer.batchNormParam
    epsilon = try parameter.eps.addend(field: "batch_norm_param.eps")
    fraction = parameter.movingAverageFraction
    usesGlobalStatistics = parameter.hasUseGlobalStats ? parameter.useGlobalStats : context.phase == .test
    scalesItself = parameter.scalesItself
    var ones = FillerParameter()
    ones.value = 1
    scaleFiller = parameter.hasScaleFiller ? parameter.scaleFiller : ones
    biasFiller = parameter.biasFiller
    for (index, spec) in layer.param.prefix(3).enumerated() where spec.lrMult != 0 {
      throw LayerError.field(
        "param[\(index)].lr_mult", "is \(spec.lrMult), but statistics are not learned: give 0 or nothing")
    }
  }

  let arity = Arity.oneToOne

  /// That of NVIDIA's Caffe before 0.16, and of Xilinx's, which has scale and shift first: rates say so.
  static func unsupported(_ layer: LayerParameter) -> String? {
    guard layer.batchNormParam.scalesItself, layer.param.prefix(3).contains(where: { $0.lrMult != 0 }) else {
      return nil
    }
    return " with scale and shift before the statistics"
  }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] { bottom }

  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    guard bottom[0].rank > 0, bottom[0].count > 0 else {
      throw LayerError.bottom(index: 0, shape: bottom[0], "has no elements to take statistics of")
    }
    let channels = bottom[0].legacy(1)
    let statistics = [channels, channels, 1].map { count in
      BlobSpec(shape: [count], filler: FillerParameter(), role: .channel, defaultMultiplier: 0)
    }
    guard scalesItself else { return statistics }
    return statistics + [
      BlobSpec(shape: [channels], filler: scaleFiller, role: .factor),
      BlobSpec(shape: [channels], filler: biasFiller, role: .bias),
    ]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    var map = ChannelMap.pointwise(bottom, tops: 1)
    map.relations += [.modulates(top: 0, blob: 0, axis: 0), .modulates(top: 0, blob: 1, axis: 0)]
    if scalesItself { map.relations += [.modulates(top: 0, blob: 3, axis: 0), .modulates(top: 0, blob: 4, axis: 0)] }
    return map
  }

  /// With `scale_bias`, a factor of 0 makes a constant of anything.
  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    let (scale, shift) = scalesItself ? (blobs[3][channel], blobs[4][channel]) : (1, 0)
    if scale == 0 { return .value(shift) }
    guard usesGlobalStatistics else {
      return .inexact("batch statistics are taken from the data while training")
    }
    guard let value = values[0] else { return .inexact("the channel is not a constant") }
    let factor = blobs[2][0] == 0 ? 0 : 1 / blobs[2][0]
    let normal = (value - blobs[0][channel] * factor) / (blobs[1][channel] * factor + epsilon).squareRoot()
    return .value(normal * scale + shift)
  }

  /// The statistics divided by their weight, which becomes 1: some readers take it for 1, others step over it. Variances
  /// that are negative by rounding become 0.
  func portable(_ blobs: [Floats]) -> [Floats] {
    guard blobs.count >= 3 else { return blobs }
    let factor = factor(blobs)
    guard factor != 1 || blobs[1].contains(where: isRounding) else { return blobs }
    let variances = blobs[1].map { $0 * factor }.map { isRounding($0) ? 0 : $0 }
    return [Floats(blobs[0].map { $0 * factor }), Floats(variances), [1]] + blobs.dropFirst(3)
  }

  func doubts(_ blobs: [Floats]) -> [String] {
    guard blobs.count >= 3 else { return [] }
    let factor = factor(blobs)
    let negative = blobs[1].map { $0 * factor }.filter { $0 < 0 }
    guard let lowest = negative.min() else { return [] }
    let fate =
      if isRounding(lowest) {
        "they are 0 but for rounding"
      } else if lowest > -epsilon {
        "with eps they are positive"
      } else {
        "with eps \(epsilon) they have no square root"
      }
    return ["\(negative.count) of its \(blobs[1].count) variances are negative, down to \(lowest): \(fate)"]
  }

  private func factor(_ blobs: [Floats]) -> Float {
    let weight = blobs[2].first ?? 0
    return weight == 0 ? 0 : 1 / weight
  }

  /// Whether a variance is below 0 by so little that what the layer computes stays the same to rounding.
  private func isRounding(_ variance: Float) -> Bool { variance < 0 && variance > -1e-5 * epsilon }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    BatchNormLayer(self, blobs: try makeBlobs(bottom), context)
  }
}

extension BatchNormParameter {
  /// Whether scale and shift are the layer's own.
  fileprivate var scalesItself: Bool { scaleBias || hasScaleFiller || hasBiasFiller }
}

extension BatchNorm: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    guard usesGlobalStatistics else { throw layer.refusal("it takes the statistics of the batch") }
    let isScaled = layer.parameterCount == 5
    guard isScaled || layer.parameterCount == 3 else {
      throw layer.refusal("it has \(layer.parameterCount) blobs instead of 3 or 5")
    }
    let (slope, shift) = isScaled ? (Array(layer.values(3)), Array(layer.values(4))) : (nil, nil)
    let factor = factor([layer.values(0), layer.values(1), layer.values(2)])
    let (mean, variance) = (layer.values(0).map { $0 * factor }, layer.values(1).map { $0 * factor })
    guard layer.bottomExtents[0].count > 1 else {
      let scale = (slope?[0] ?? 1) / (variance[0] + epsilon).squareRoot()
      return [layer.affine(layer.bottom[0], scale: scale, shift: (shift?[0] ?? 0) - mean[0] * scale)]
    }
    return [
      layer(
        "BatchNormalization", layer.bottom[0], layer.floats(slope ?? mean.map { _ in 1 }),
        layer.floats(shift ?? mean.map { _ in 0 }),
        layer.floats(mean), layer.floats(variance), attributes: ["epsilon": .float(epsilon)])
    ]
  }
}

/// A running batch normalisation, in its bottom's layout. It takes over a Scale and a ReLU that follow in place.
final class BatchNormLayer: StatisticsLayer {
  let blobs: [Blob]
  var averagesStatistics = false
  private let description: BatchNorm
  private let context: LayerContext
  private var operation: (any BatchNormOperator)?
  private let mean: Blob
  private let variance: Blob
  private var affine: ChannelAffine?
  private var rectifies = false
  private var isSwitchedToRunning = false

  init(_ description: BatchNorm, blobs: [Blob], _ context: LayerContext) {
    self.description = description
    self.blobs = blobs
    self.context = context
    mean = Blob(shape: blobs[0].shape)
    variance = Blob(shape: blobs[0].shape)
    if description.scalesItself { affine = ChannelAffine(scale: blobs[3], shift: blobs[4]) }
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { context.backend.accepted(offered) }

  var statistics: [Blob] { Array(blobs.prefix(3)) }

  var usesRunningStatistics: Bool {
    get { description.usesGlobalStatistics || isSwitchedToRunning }
    set { isSwitchedToRunning = newValue }
  }

  var keepsBottom: Bool { !description.usesGlobalStatistics || description.scalesItself }

  func epilogue(on index: Int, of bottom: [Blob]) -> Epilogue? {
    guard description.usesGlobalStatistics, !description.scalesItself else { return nil }
    return .normalization(sources: blobs) { [self] in
      readStatistics()
      return (Array(mean.data), variance.data.map { ($0 + description.epsilon).squareRoot() })
    }
  }

  func absorb(_ epilogue: Epilogue, backward: Bool) -> Absorption {
    // With fixed statistics the gradient is a plain product, which nobody fuses.
    guard !rectifies, !backward || !description.usesGlobalStatistics else { return .nothing }
    switch epilogue {
    case .affine(let values) where affine == nil: affine = values
    case .rectifier(negativeSlope: 0): rectifies = true
    default: return .nothing
    }
    return .everything
  }

  var gradientNeeds: GradientNeeds { keepsBottom ? .bottom : [] }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let (shape, layout) = (bottom[0].shape, bottom[0].layout)
    guard shape.legacy(1) == mean.count, shape.count > 0 else {
      throw LayerError.bottom(index: 0, shape: shape, "the statistics are for \(mean.count) channels")
    }
    top[0].reshape(shape, layout: layout)
    // The operator sees (N, C, H, W); further axes count as width.
    let height = shape.legacy(2)
    let planar = Shape([shape[0], mean.count, height, shape.count / (shape[0] * mean.count * height)])
    var geometry = BatchNormShape(shape: planar, epsilon: description.epsilon, layout: layout)
    (geometry.isAffine, geometry.rectifies) = (affine != nil, rectifies)
    operation = try context.batchNorm(geometry)
  }

  /// Divides the running sums by their weight.
  private func readStatistics() {
    let weight = blobs[2].data[0]
    let factor = weight == 0 ? 0 : 1 / weight
    map(blobs[0].data, mean.mutableData) { $0 * factor }
    map(blobs[1].data, variance.mutableData) { $0 * factor }
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    guard !usesRunningStatistics else {
      readStatistics()
      try operation?.forward(
        bottom: bottom[0], top: top[0], affine: affine, mean: mean.data, variance: variance.data)
      return
    }
    try operation?.forwardTraining(
      bottom: bottom[0], top: top[0], affine: affine, mean: mean.mutableData, variance: variance.mutableData)

    let fraction = averagesStatistics ? 1 : description.fraction
    let samples = context.normalised(bottom[0].count / mean.count)
    let unbiased = samples > 1 ? samples / (samples - 1) : 1
    blobs[2].mutableData[0] = blobs[2].data[0] * fraction + 1
    map(mean.data, blobs[0].data, blobs[0].mutableData) { batch, old in batch + fraction * old }
    map(variance.data, blobs[1].data, blobs[1].mutableData) { batch, old in unbiased * batch + fraction * old }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    // A Scale that was taken over has gradients of its own.
    guard propagateDown[0] || affine != nil else { return }
    if description.usesGlobalStatistics, affine == nil {
      try operation?.backward(top: top[0], bottom: bottom[0], variance: variance.data)
    } else if usesRunningStatistics {
      try operation?.backward(
        top: top[0], bottom: bottom[0], affine: affine, mean: mean.data, variance: variance.data)
    } else {
      try operation?.backwardTraining(
        top: top[0], bottom: bottom[0], affine: affine, mean: mean.data, variance: variance.data)
    }
  }
}
