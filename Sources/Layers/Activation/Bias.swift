import CaffeProto
import Engine
import NetModel
import ONNX

/// Adds learned values, or a second bottom, which are repeated along the axes that they do not have (Caffe:
/// `bias_layer.cpp`).
struct Bias: RunnableDescription {
  static let type = "Bias"
  let values: ChannelValues
  private let filler: FillerParameter

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    let parameter = layer.biasParam
    values = ChannelValues(
      message: "bias_param", axis: parameter.axis, numAxes: parameter.numAxes, fromBottom: layer.bottom.count > 1)
    filler = parameter.filler
  }

  let arity = Arity(bottom: 1...2, top: 1...1)

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    _ = try values.resolved(bottom)
    return [bottom[0]]
  }

  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    let shape = try values.resolved(bottom).shape
    return values.fromBottom ? [] : [BlobSpec(shape: shape, filler: filler, role: .bias)]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    values.channelMap(bottom, blobs: values.fromBottom ? 0 : 1)
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard values.perChannel else { return .inexact("the biases are not one parameter per channel") }
    return .value(value + blobs[0][channel])
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    BiasLayer(self, blobs: try makeBlobs(bottom), context.backend)
  }
}

extension Bias: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let biases = try values.fromBottom ? values.exportedBottom(layer) : values.exported(layer, parameter: 0)
    return [layer("Add", layer.bottom[0], biases)]
  }
}

/// A running bias, in its bottom's layout where there is one value per channel, in place if asked.
final class BiasLayer: Layer {
  let blobs: [Blob]
  private let description: Bias
  private let backend: any Backend
  private var spread: ChannelSpread?

  init(_ description: Bias, blobs: [Blob], _ backend: any Backend) {
    self.description = description
    self.blobs = blobs
    self.backend = backend
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout {
    description.values.layout(ofBottom: index, shape: shape, offered: offered, backend)
  }

  func epilogue(on index: Int, of bottom: [Blob]) -> Epilogue? {
    description.values.perChannel ? .affine(ChannelAffine(scale: nil, shift: blobs[0])) : nil
  }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let (axis, shape) = try description.values.resolved(bottom.map(\.shape), parameters: blobs)
    top[0].reshape(bottom[0].shape, layout: bottom[0].layout)
    spread = ChannelSpread(bottom[0], axis: axis, values: shape)
  }

  private func biases(_ bottom: [Blob]) -> Blob { description.values.fromBottom ? bottom[1] : blobs[0] }

  func forward(bottom: [Blob], top: [Blob]) throws {
    spread?.affine(bottom[0].data, scale: nil, shift: biases(bottom).data, to: top[0].mutableData)
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    let dy = top[0].diff
    if !description.values.fromBottom || propagateDown[1] {
      let sums = biases(bottom).mutableDiff
      if description.values.fromBottom { sums.fill(0) }
      spread?.add(dy, to: sums)
    }
    if propagateDown[0] { bottom[0].mutableDiff.copy(dy) }
  }
}
