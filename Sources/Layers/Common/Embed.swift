import CaffeProto
import Engine
import NetModel
import ONNX

/// A learned vector for every number in the bottom (Caffe: embed_layer.cpp).
struct Embed: RunnableDescription {
  static let type = "Embed"
  fileprivate let outputs: Int
  fileprivate let inputs: Int
  fileprivate let hasBias: Bool
  private let weightFiller: FillerParameter
  private let biasFiller: FillerParameter

  /// Reads `num_output`, `input_dim`, `bias_term` and the fillers.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    let embed = parameter.embedParam
    outputs = embed.numOutput
    inputs = embed.inputDim
    hasBias = embed.biasTerm
    weightFiller = embed.weightFiller
    biasFiller = embed.biasFiller
    guard outputs > 0 else { throw LayerError.field("embed_param.num_output", "must be given and positive") }
    guard inputs > 0 else { throw LayerError.field("embed_param.input_dim", "must be given and positive") }
    try parameter.refuseInPlace()
  }

  var arity: Arity { .oneToOne }

  /// The bottom's with another axis for the vectors.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    [try Shape(checking: bottom[0].dims + [outputs], field: "embed_param.num_output")]
  }

  /// The vectors (input_dim, num_output) and a bias (num_output).
  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    let shape = try Shape(checking: [inputs, outputs], field: "embed_param.input_dim")
    return [BlobSpec(shape: shape, filler: weightFiller, role: .weight)]
      + (hasBias ? [BlobSpec(shape: [outputs], filler: biasFiller, role: .bias)] : [])
  }

  /// Holds the bottom, whose elements are numbers of vectors. Where the elements of a vector are the top's channels,
  /// the blobs make these; else they stay.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    let made: [ChannelMap.Relation] =
      [.makes(top: 0, blob: 0, axis: 1)]
      + (hasBias ? [.makes(top: 0, blob: 1, axis: 0)] : [])
    guard bottom[0].rank == 1 else {
      return .holdsAll(bottom, "the vectors of the Embed do not lie on the channel axis")
    }
    return ChannelMap([.holds(bottom: 0, reason: "Embed reads numbers")] + made)
  }

  /// Vectors have as many elements as the top.
  func adapt(_ parameter: inout LayerParameter, bottom: [Shape], top: [Shape]) {
    parameter.embedParam.numOutput = top[0].legacy(top[0].rank - 1)
  }

  /// Not to the numbers.
  func allowsBackward(bottom index: Int) -> Bool { false }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    EmbedLayer(self, try makeBlobs(bottom))
  }
}

extension Embed: ONNXExporting {
  func export(_ layer: ExportedLayer) -> [Tensor] {
    let vectors = layer("Gather", layer.parameter(0), layer.asNumbers(layer.bottom[0]))
    return [hasBias ? layer("Add", vectors, layer.parameter(1)) : vectors]
  }
}

/// Copies vectors.
final class EmbedLayer: Layer {
  let blobs: [Blob]
  private let description: Embed

  init(_ description: Embed, _ blobs: [Blob]) {
    self.description = description
    self.blobs = blobs
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    top[0].reshape(try description.topShapes(bottom.map(\.shape))[0])
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let (vectors, target) = (blobs[0].data, top[0].mutableData)
    try forEachNumber(bottom[0]) { position, number, size in
      let part = target.part(position * size, count: size)
      part.copy(vectors.part(number * size, count: size))
      if description.hasBias { part.add(1, times: blobs[1].data) }
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[0] { throw noGradient("Embed", bottom: 0, bottom[0]) }
    let vectors = blobs[0].mutableDiff
    try forEachNumber(bottom[0]) { position, number, size in
      let part = top[0].diff.part(position * size, count: size)
      vectors.part(number * size, count: size).add(1, times: part)
      if description.hasBias { blobs[1].mutableDiff.add(1, times: part) }
    }
  }

  private func forEachNumber(_ bottom: Blob, _ body: (Int, Int, Int) -> Void) throws {
    let labels = Labels(bottom, bottom: 0, classes: description.inputs)
    for position in 0..<bottom.count {
      if let number = try labels.at(position) { body(position, number, description.outputs) }
    }
  }
}
