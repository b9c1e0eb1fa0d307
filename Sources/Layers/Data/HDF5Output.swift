import CaffeProto
import Engine
import NetIO
import NetModel

/// Writes two blobs, as `data` and `label`, to an HDF5 file (Caffe: hdf5_output_layer.cpp).
///
/// The file holds one batch: like stock Caffe, which cannot write a dataset twice, the layer refuses a second pass.
struct HDF5Output: RunnableDescription {
  static let type = "HDF5Output"
  private let path: String

  /// Reads `file_name`.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    path = parameter.hdf5OutputParam.fileName
    guard !path.isEmpty else { throw LayerError.field("hdf5_output_param.file_name", "is missing") }
  }

  var arity: Arity { Arity(bottom: 2...2, top: 0...0) }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    for (index, shape) in bottom.enumerated() where shape.rank > 4 {
      throw LayerError.bottom(index: index, shape: shape, "must have at most four axes")
    }
    guard bottom[0].legacy(0) == bottom[1].legacy(0) else {
      throw LayerError.bottom(
        index: 1, shape: bottom[1], "must have as many images as bottom 0, \(bottom[0].legacy(0))")
    }
    return []
  }

  /// Holds: the elements are written.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "HDF5Output writes the elements to a file")
  }

  func allowsBackward(bottom index: Int) -> Bool { false }
  var measures: Bool { true }
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { HDF5OutputLayer(self, path) }
}

/// Writes a file, whole or not at all.
final class HDF5OutputLayer: Layer {
  private let description: HDF5Output
  private let path: String
  private var written = false

  init(_ description: HDF5Output, _ path: String) {
    self.description = description
    self.path = path
  }

  func reshape(bottom: [Blob], top: [Blob]) throws { _ = try description.topShapes(bottom.map(\.shape)) }

  func forward(bottom: [Blob], top: [Blob]) throws {
    guard !written else {
      throw LayerError.source(path, "holds a batch already: HDF5Output writes one forward pass")
    }
    try reading(path) {
      try HDF5Writer.write(to: path) { file in
        for (blob, name) in zip(bottom, ["/data", "/label"]) {
          try file.write(Floats(blob.plainData), shape: (0..<4).map(blob.shape.legacy), to: name)
        }
      }
    }
    written = true
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {}
}
