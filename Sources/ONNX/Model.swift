import CaffeProto

/// A model as ONNX's files hold it. Weights are shared with the net that it is made of.
public struct Model {
  /// Who wrote it.
  public var producer = (name: "", version: "")
  /// What else shall be told.
  public var metadata: KeyValuePairs<String, String> = [:]

  let name: String
  let nodes: [Node]
  let constants: [Constant]
  /// The blobs that the caller writes, in the net's order.
  public let inputs: [Port]
  /// The blobs that nobody reads.
  public let outputs: [Port]

  struct Node {
    let name: String
    let operation: String
    let inputs: [String]
    let outputs: [String]
    let attributes: KeyValuePairs<String, AttributeValue>
  }

  struct Constant {
    let name: String
    let dims: [Int]
    let values: Graph.Constant.Values
  }

  /// An input or output.
  public struct Port: Equatable, Sendable {
    /// Its name in the model: the blob's, but for an input that a layer in place changes.
    public let name: String
    /// The blob's name.
    public let blob: String
    /// One per axis.
    public let extents: [Extent]
  }

  /// How long an axis is.
  public enum Extent: Equatable, Sendable {
    /// A number.
    case fixed(Int)
    /// As many as there are items in the batch, which is called "N".
    case batch
    /// Follows the batch in another way.
    case unknown
  }
}

/// The messages of `onnx.proto` (ONNX 1.23, Apache-2.0), by their field numbers.
extension Model {
  /// What is written: operators of version 17, in the file format that came with them, which ONNX Runtime 1.12 and later
  /// ones read.
  private static let (irVersion, operatorSet) = (8, 17)

  /// ModelProto.
  ///
  /// - Parameter place: where a constant's values lie in the file beside the model; nil for in the model
  func message(external place: (Constant) -> ExternalPlace?) -> WireMessage {
    var model = WireMessage()
    model.add(1, Self.irVersion)
    model.add(2, producer.name)
    model.add(3, producer.version)
    model.add(7, graph(place))
    var operators = WireMessage()
    operators.add(1, "")
    operators.add(2, Self.operatorSet)
    model.add(8, operators)
    for (key, value) in metadata { model.add(14, Self.entry(key, value)) }
    return model
  }

  /// GraphProto.
  private func graph(_ place: (Constant) -> ExternalPlace?) -> WireMessage {
    var graph = WireMessage()
    for node in nodes { graph.add(1, node.message) }
    graph.add(2, name.isEmpty ? "net" : name)
    for constant in constants { graph.add(5, constant.message(place(constant))) }
    for input in inputs { graph.add(11, input.message) }
    for output in outputs { graph.add(12, output.message) }
    return graph
  }

  /// StringStringEntryProto.
  fileprivate static func entry(_ key: String, _ value: String) -> WireMessage {
    var entry = WireMessage()
    entry.add(1, key)
    entry.add(2, value)
    return entry
  }
}

extension Model.Node {
  /// NodeProto.
  fileprivate var message: WireMessage {
    var node = WireMessage()
    for input in inputs { node.add(1, input) }
    for output in outputs { node.add(2, output) }
    node.add(3, name)
    node.add(4, operation)
    for (name, value) in attributes { node.add(5, value.message(name)) }
    return node
  }
}

extension AttributeValue {
  /// AttributeProto.
  fileprivate func message(_ name: String) -> WireMessage {
    var attribute = WireMessage()
    attribute.add(1, name)
    switch self {
    case .float(let value):
      attribute.add(2, value)
      attribute.add(20, 1)
    case .int(let value):
      attribute.add(3, value)
      attribute.add(20, 2)
    case .ints(let values):
      attribute.add(8, values)
      attribute.add(20, 7)
    case .text(let value):
      attribute.add(4, value)
      attribute.add(20, 3)
    }
    return attribute
  }
}

/// Where values lie in the file beside the model.
struct ExternalPlace {
  let file: String
  let offset: Int
  let length: Int
}

extension Model.Constant {
  /// TensorProto.
  fileprivate func message(_ place: ExternalPlace?) -> WireMessage {
    var tensor = WireMessage()
    tensor.add(1, dims)
    switch values {
    case .floats(let values):
      tensor.add(2, 1)
      tensor.add(8, name)
      guard let place else {
        tensor.add(9, raw: values)
        break
      }
      tensor.add(13, Model.entry("location", place.file))
      tensor.add(13, Model.entry("offset", "\(place.offset)"))
      tensor.add(13, Model.entry("length", "\(place.length)"))
      tensor.add(14, 1)
    case .ints(let numbers):
      tensor.add(2, 7)
      tensor.add(8, name)
      tensor.add(9, raw: numbers)
    }
    return tensor
  }
}

extension Model.Port {
  /// ValueInfoProto, with its TypeProto, tensor and shape.
  fileprivate var message: WireMessage {
    var shape = WireMessage()
    for extent in extents {
      var dimension = WireMessage()
      switch extent {
      case .fixed(let value): dimension.add(1, value)
      case .batch: dimension.add(2, "N")
      case .unknown: break
      }
      shape.add(1, dimension)
    }
    var tensor = WireMessage()
    tensor.add(1, 1)
    tensor.add(2, shape)
    var type = WireMessage()
    type.add(1, tensor)
    var port = WireMessage()
    port.add(1, name)
    port.add(2, type)
    return port
  }
}
