import CaffeProto
import Engine
import NetModel
import ONNX

/// A learned blob as a top (Caffe: `Parameter`, parameter_layer.hpp).
struct ParameterSource: RunnableDescription {
  static let type = "Parameter"
  private let shape: Shape

  /// Reads `shape`.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    shape = try Shape(parameter.parameterParam.shape, field: "parameter_param.shape")
  }

  var arity: Arity { Arity(bottom: 0...0, top: 1...1) }
  func topShapes(_ bottom: [Shape]) -> [Shape] { [shape] }
  /// The top itself; without weights it is zero.
  func blobs(_ bottom: [Shape]) -> [BlobSpec] {
    [BlobSpec(shape: shape, filler: FillerParameter(), role: .other)]
  }
  /// Where there are channels, the blob makes them.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    ChannelMap(shape.rank > 1 ? [.makes(top: 0, blob: 0, axis: 1)] : [])
  }
  /// The blob has the top's shape.
  func adapt(_ parameter: inout LayerParameter, bottom: [Shape], top: [Shape]) {
    parameter.parameterParam.shape.dim = top[0].dims
  }
  /// A layer whose top is its blob.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    ParameterSourceLayer(try makeBlobs(bottom))
  }
}

extension ParameterSource: ONNXExporting {
  func export(_ layer: ExportedLayer) -> [Tensor] {
    [layer.parameter(0)]
  }
}

/// Shares its blob's memory.
final class ParameterSourceLayer: Layer {
  let blobs: [Blob]

  init(_ blobs: [Blob]) { self.blobs = blobs }

  func reshape(bottom: [Blob], top: [Blob]) {
    top[0].reshape(blobs[0].shape)
    top[0].shareData(with: blobs[0])
  }

  func forward(bottom: [Blob], top: [Blob]) {}

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) { blobs[0].mutableDiff.add(1, times: top[0].diff) }
}
