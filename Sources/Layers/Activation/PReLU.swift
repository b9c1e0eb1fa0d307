import CaffeProto
import Engine
import NetModel
import ONNX

/// max(x, 0) + a min(x, 0) with a learned slope a for every channel, or for all (Caffe: `prelu_layer.cpp`; He et al.
/// 2015).
struct PReLU: RunnableDescription {
  static let type = "PReLU"
  private let shared: Bool
  private let filler: FillerParameter

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    shared = layer.preluParam.channelShared
    if layer.preluParam.hasFiller {
      filler = layer.preluParam.filler
    } else {
      var quarter = FillerParameter()
      quarter.value = 0.25
      filler = quarter
    }
  }

  let arity = Arity.oneToOne

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    guard bottom[0].rank >= 2 else {
      throw LayerError.bottom(index: 0, shape: bottom[0], "must have at least 2 axes")
    }
    return bottom
  }

  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    [BlobSpec(shape: shared ? [] : [bottom[0].legacy(1)], filler: filler, role: .channel)]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    var map = ChannelMap.pointwise(bottom, tops: 1)
    if !shared { map.relations.append(.modulates(top: 0, blob: 0, axis: 0)) }
    return map
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    // A slope that all channels share is not handed over here, as `blobs` has what belongs to channels.
    if value >= 0 { return .value(value) }
    return shared
      ? .inexact("the shared slope is not known here") : .value(blobs[0][channel] * value)
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    PReLULayer(slopes: try makeBlobs(bottom)[0], context)
  }
}

extension PReLU: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let slopes = shared ? [1] : [layer.bottomExtents[0][1]] + layer.bottomExtents[0].dropFirst(2).map { _ in 1 }
    return [layer("PRelu", layer.bottom[0], layer.parameter(0, dims: slopes))]
  }
}

/// The running layer, in any layout.
final class PReLULayer: Layer {
  private let slopes: Blob
  private let context: LayerContext
  private var spread: ChannelSpread?
  /// The elements that are multiplied by slopes; zero elsewhere.
  private let part = Blob()

  init(slopes: Blob, _ context: LayerContext) {
    self.slopes = slopes
    self.context = context
  }

  var blobs: [Blob] { [slopes] }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { context.backend.accepted(offered) }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let shape = bottom[0].shape
    guard slopes.shape.rank == 0 || shape.legacy(1) == slopes.count else {
      throw LayerError.bottom(index: 0, shape: shape, "there are \(slopes.count) slopes")
    }
    top[0].reshape(shape, layout: bottom[0].layout)
    part.reshape(shape, layout: bottom[0].layout)
    spread = ChannelSpread(bottom[0], axis: slopes.shape.rank, values: slopes.shape)
  }

  var keepsBottom: Bool { true }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let (x, y, scaled) = (bottom[0].data, top[0].mutableData, part.mutableData)
    map(x, scaled) { min($0, 0) }
    spread?.affine(scaled.readOnly, scale: slopes.data, shift: nil, to: scaled)
    map(x, scaled.readOnly, y) { x, scaled in max(x, 0) + scaled }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    let (x, dy, scaled) = (bottom[0].data, top[0].diff, part.mutableData)
    map(x, scaled) { min($0, 0) }
    spread?.add(dy, times: scaled.readOnly, to: slopes.mutableDiff)
    guard propagateDown[0] else { return }
    map(x, dy, scaled) { x, dy in x > 0 ? 0 : dy }
    spread?.affine(scaled.readOnly, scale: slopes.data, shift: nil, to: scaled)
    map(x, scaled.readOnly, dy, bottom[0].mutableDiff) { x, scaled, dy in x > 0 ? dy : scaled }
  }
}
