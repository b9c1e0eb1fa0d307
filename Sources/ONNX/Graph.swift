import CaffeProto

/// A value in a graph: an input, a constant, or what a node makes. Its name is decided when the graph is complete.
public struct Tensor: Hashable, Sendable {
  let id: Int
}

/// The value of a node's attribute.
public enum AttributeValue: Sendable {
  /// A number.
  case int(Int)
  /// A real number.
  case float(Float)
  /// Numbers.
  case ints([Int])
  /// A word.
  case text(String)
}

/// The nodes and constants of a net, as layers add them.
final class Graph {
  struct Node {
    let layer: String
    let operation: String
    let inputs: [Tensor?]
    let outputs: [Tensor]
    let attributes: KeyValuePairs<String, AttributeValue>
  }

  struct Constant {
    let tensor: Tensor
    let name: String
    let dims: [Int]
    let values: Values

    enum Values {
      case floats(Floats)
      case ints([Int])
    }
  }

  private(set) var nodes: [Node] = []
  private(set) var constants: [Constant] = []
  private var count = 0
  private var parameters: [Parameter: Tensor] = [:]

  /// A parameter blob in a shape that some layer wants.
  private struct Parameter: Hashable {
    let name: String
    let dims: [Int]
  }

  func tensor() -> Tensor {
    count += 1
    return Tensor(id: count)
  }

  func add(
    _ operation: String, _ inputs: [Tensor?], outputs: Int, attributes: KeyValuePairs<String, AttributeValue>,
    layer: String
  ) -> [Tensor] {
    let tops = (0..<outputs).map { _ in tensor() }
    let inputs = Array(inputs[...(inputs.lastIndex { $0 != nil } ?? -1)])
    nodes.append(
      Node(layer: layer, operation: operation, inputs: inputs, outputs: tops, attributes: attributes))
    return tops
  }

  func add(_ values: Constant.Values, dims: [Int], name: String) -> Tensor {
    let tensor = tensor()
    constants.append(Constant(tensor: tensor, name: name, dims: dims, values: values))
    return tensor
  }

  /// A parameter blob, once for all layers that want it in this shape.
  func parameter(_ values: Floats, dims: [Int], name: String) -> Tensor {
    let key = Parameter(name: name, dims: dims)
    if let known = parameters[key] { return known }
    let tensor = add(.floats(values), dims: dims, name: name)
    parameters[key] = tensor
    return tensor
  }
}
