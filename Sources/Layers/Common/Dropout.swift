import Base
import CaffeProto
import Engine
import NetModel
import ONNX

/// In training, zeroes elements at random and scales the others so that the expectation stays (Caffe:
/// dropout_layer.cpp; Srivastava et al., 2014).
struct Dropout: RunnableDescription {
  static let type = "Dropout"
  private let ratio: Float
  private let phase: Phase

  /// Reads `dropout_ratio`, the probability that an element is dropped.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    ratio = parameter.dropoutParam.dropoutRatio
    phase = context.phase
    guard ratio >= 0, ratio < 1 else {
      throw LayerError.field("dropout_param.dropout_ratio", "must be at least 0 and below 1, not \(ratio)")
    }
  }

  var arity: Arity { .oneToOne }
  /// The bottom's.
  func topShapes(_ bottom: [Shape]) -> [Shape] { bottom }
  /// Channel by channel.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { .pointwise(bottom, tops: 1) }

  /// Unchanged in tests; in training only zero stays what it is.
  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    phase == .test || value == 0 || ratio == 0 ? .value(value) : .inexact("Dropout drops elements in training")
  }

  /// A layer that takes every layout.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer {
    context.phase == .train && ratio > 0 ? DropoutLayer(ratio: ratio, context) : IdentityLayer()
  }
}

extension Dropout: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    guard phase == .test || ratio == 0 else { throw layer.refusal("in training it drops elements at random") }
    return layer.bottom
  }
}

/// Drops elements.
final class DropoutLayer: Layer {
  private let threshold: UInt32
  private let scale: Float
  private let draws: SampleDraws
  /// 0 or the scale, for every float in memory; padding stays zero under any factor.
  private var factors: [Float] = []

  init(ratio: Float, _ context: LayerContext) {
    threshold = UInt32(Double(ratio) * 0x1p32)
    scale = 1 / (1 - ratio)
    draws = SampleDraws(context)
  }

  /// Elements are drawn for as they lie: in the order of the axes where ranks have to agree about it.
  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { draws.isBySample ? .plain : offered }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) {
    if top[0] !== bottom[0] { top[0].reshape(bottom[0].shape, layout: bottom[0].layout) }
    factors = [Float](repeating: 0, count: bottom[0].physicalCount)
  }

  func forward(bottom: [Blob], top: [Blob]) {
    draws.forEachSample(of: factors.count, samples: bottom[0].shape.legacy(0)) { range, random in
      // One draw of 64 bits decides about two elements.
      for i in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
        let bits = random.next()
        factors[i] = UInt32(truncatingIfNeeded: bits) >= threshold ? scale : 0
        if i + 1 < range.upperBound {
          factors[i + 1] = UInt32(truncatingIfNeeded: bits >> 32) >= threshold ? scale : 0
        }
      }
    }
    apply(bottom[0].data, top[0].mutableData)
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    if propagateDown[0] { apply(top[0].diff, bottom[0].mutableDiff) }
  }

  private func apply(_ source: FloatView, _ target: MutableFloatView) {
    for i in factors.indices { target[i] = source[i] * factors[i] }
  }
}

/// Passes data and gradient on unchanged.
final class IdentityLayer: Layer {
  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { offered }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) {
    if top[0] !== bottom[0] { top[0].reshape(bottom[0].shape, layout: bottom[0].layout) }
  }

  func forward(bottom: [Blob], top: [Blob]) {
    if top[0] !== bottom[0] { top[0].mutableData.copy(bottom[0].data) }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    if propagateDown[0], top[0] !== bottom[0] { bottom[0].mutableDiff.copy(top[0].diff) }
  }
}
