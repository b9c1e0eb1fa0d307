import NetModel

/// A layer type that ONNX's operators can compute.
public protocol ONNXExporting: LayerDescription {
  /// Adds the nodes that compute the layer to a graph.
  ///
  /// - Returns: the tops. One that is the same as a bottom is that bottom.
  /// - Throws: ``ExportError``
  func export(_ layer: ExportedLayer) throws -> [Tensor]
}

/// Why a net cannot be written as ONNX.
public enum ExportError: Error, Equatable, CustomStringConvertible {
  /// ONNX's operators do not compute this type, or this program does not know how.
  case type(layer: String, type: String)
  /// They do not compute what this layer asks for, and why (a sentence for the user).
  case layer(name: String, type: String, String)
  /// The layer cannot be written for batches of any size (a sentence for the user).
  case batch(layer: String, String)
  /// There is no layer that infers.
  case empty
  /// The model would be larger than protobuf allows, without the weights.
  case tooLarge(bytes: Int)

  /// The layer and the cause in one line.
  public var description: String {
    switch self {
    case .type(let layer, let type): "layer '\(layer)' (\(type)): layers of this type cannot be written as ONNX"
    case .layer(let name, let type, let cause): "layer '\(name)' (\(type)): cannot be written as ONNX: \(cause)"
    case .batch(let layer, let cause): "layer '\(layer)': \(cause)"
    case .empty: "the net has no layers that could be written as ONNX in this phase; choose another with --phase"
    case .tooLarge(let bytes): "the model has \(bytes) bytes without its weights, more than protobuf's 2 GB"
    }
  }
}
