import CaffeProto
import Engine
import NetModel
import ONNX

/// Multiplies by learned values, or by a second bottom, which are repeated along the axes that they do not have. With
/// `bias_term` learned biases are added (Caffe: `scale_layer.cpp`).
struct Scale: RunnableDescription {
  static let type = "Scale"
  let values: ChannelValues
  let hasBias: Bool
  private let filler: FillerParameter
  private let biasFiller: FillerParameter

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    let parameter = layer.scaleParam
    values = ChannelValues(
      message: "scale_param", axis: parameter.axis, numAxes: parameter.numAxes, fromBottom: layer.bottom.count > 1)
    hasBias = parameter.biasTerm
    biasFiller = parameter.biasFiller
    if parameter.hasFiller {
      filler = parameter.filler
    } else {
      var ones = FillerParameter()
      ones.value = 1
      filler = ones
    }
  }

  let arity = Arity(bottom: 1...2, top: 1...1)

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    _ = try values.resolved(bottom)
    return [bottom[0]]
  }

  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    let shape = try values.resolved(bottom).shape
    let scale = values.fromBottom ? [] : [BlobSpec(shape: shape, filler: filler, role: .factor)]
    return hasBias ? scale + [BlobSpec(shape: shape, filler: biasFiller, role: .bias)] : scale
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    values.channelMap(bottom, blobs: (values.fromBottom ? 0 : 1) + (hasBias ? 1 : 0))
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard values.perChannel else { return .inexact("the factors are not one parameter per channel") }
    return .value(value * blobs[0][channel] + (hasBias ? blobs[1][channel] : 0))
  }

  /// A factor of 0 makes a constant of anything.
  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard values.count == 1 else { return .inexact("the factors are not one parameter per channel") }
    let dead = self.values.perChannel && !blobs.isEmpty && blobs[0][channel] == 0
    guard let value = values[0] ?? (dead ? 0 : nil) else { return .inexact("the channel is not a constant") }
    return constant(value, channel: channel, blobs: blobs)
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    ScaleLayer(self, blobs: try makeBlobs(bottom), context)
  }
}

extension Scale: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let factors = try values.fromBottom ? values.exportedBottom(layer) : values.exported(layer, parameter: 0)
    let product = layer("Mul", layer.bottom[0], factors)
    guard hasBias else { return [product] }
    return [layer("Add", product, try values.exported(layer, parameter: values.fromBottom ? 0 : 1))]
  }
}

/// A running scale, in its bottom's layout where there is one value per channel.
final class ScaleLayer: Layer {
  let blobs: [Blob]
  private let description: Scale
  private let context: LayerContext
  private var spread: ChannelSpread?

  init(_ description: Scale, blobs: [Blob], _ context: LayerContext) {
    self.description = description
    self.blobs = blobs
    self.context = context
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout {
    description.values.layout(ofBottom: index, shape: shape, offered: offered, context.backend)
  }

  var gradientNeeds: GradientNeeds { .bottom }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let (axis, shape) = try description.values.resolved(bottom.map(\.shape), parameters: blobs)
    top[0].reshape(bottom[0].shape, layout: bottom[0].layout)
    spread = ChannelSpread(bottom[0], axis: axis, values: shape)
  }

  /// For the gradient of the factors.
  var keepsBottom: Bool { true }

  func epilogue(on index: Int, of bottom: [Blob]) -> Epilogue? {
    guard description.values.perChannel else { return nil }
    return .affine(ChannelAffine(scale: blobs[0], shift: description.hasBias ? blobs[1] : nil))
  }

  private func factors(_ bottom: [Blob]) -> Blob { description.values.fromBottom ? bottom[1] : blobs[0] }

  func forward(bottom: [Blob], top: [Blob]) throws {
    spread?.affine(
      bottom[0].data, scale: factors(bottom).data, shift: description.hasBias ? blobs.last?.data : nil,
      to: top[0].mutableData)
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    let dy = top[0].diff
    if description.hasBias, let bias = blobs.last { spread?.add(dy, to: bias.mutableDiff) }
    let factors = factors(bottom)
    if !description.values.fromBottom || propagateDown[1] {
      if description.values.fromBottom { factors.mutableDiff.fill(0) }
      spread?.add(dy, times: bottom[0].data, to: factors.mutableDiff)
    }
    if propagateDown[0] { spread?.affine(dy, scale: factors.data, shift: nil, to: bottom[0].mutableDiff) }
  }
}
