import CaffeProto
import NetModel

/// A layer that is being written, and the graph it adds to (see ``ONNXExporting``).
///
/// Calling it adds a node with one output: `layer("Relu", layer.bottom[0])`.
public struct ExportedLayer {
  /// The layer in its net. Shapes are those of one batch size.
  public let described: DescribedLayer
  /// The bottoms.
  public let bottom: [Tensor]
  /// The bottoms' extents, one per axis; -1 where an extent follows the batch.
  public let bottomExtents: [[Int]]
  /// The tops' extents.
  public let topExtents: [[Int]]

  let graph: Graph
  /// The parameter blobs, and the names that they have in the model.
  let blobs: [(name: String, blob: WeightBlob)]

  /// The layer's name.
  public var name: String { described.name }

  /// Adds a node with one output.
  public func callAsFunction(
    _ operation: String, _ inputs: Tensor?..., attributes: KeyValuePairs<String, AttributeValue> = [:]
  ) -> Tensor {
    graph.add(operation, inputs, outputs: 1, attributes: attributes, layer: name)[0]
  }

  /// Adds a node with any number of inputs and outputs.
  public func node(
    _ operation: String, _ inputs: [Tensor?], outputs: Int = 1,
    attributes: KeyValuePairs<String, AttributeValue> = [:]
  ) -> [Tensor] {
    graph.add(operation, inputs, outputs: outputs, attributes: attributes, layer: name)
  }

  /// A parameter blob, in its shape or with other dimensions.
  public func parameter(_ index: Int, dims: [Int]? = nil) -> Tensor {
    let (name, blob) = blobs[index]
    return graph.parameter(blob.data, dims: dims ?? blob.shape.dims, name: name)
  }

  /// How many parameter blobs there are.
  public var parameterCount: Int { blobs.count }

  /// A parameter blob's values.
  public func values(_ index: Int) -> Floats { blobs[index].blob.data }

  /// A constant with one axis.
  public func floats(_ values: [Float]) -> Tensor {
    graph.add(.floats(Floats(values)), dims: [values.count], name: "\(name)/constant")
  }

  /// A constant without axes.
  public func scalar(_ value: Float) -> Tensor {
    graph.add(.floats([value]), dims: [], name: "\(name)/constant")
  }

  /// A constant of whole numbers, with one axis.
  public func numbers(_ numbers: [Int]) -> Tensor {
    graph.add(.ints(numbers), dims: [numbers.count], name: "\(name)/numbers")
  }

  /// `scale` x + `shift`, without the nodes that it does not need.
  public func affine(_ tensor: Tensor, scale: Float, shift: Float = 0) -> Tensor {
    let scaled = scale == 1 ? tensor : self("Mul", tensor, scalar(scale))
    return shift == 0 ? scaled : self("Add", scaled, scalar(shift))
  }

  /// The same elements with other extents.
  ///
  /// - Throws: ``ExportError/batch(layer:_:)`` where several extents follow the batch
  public func reshape(_ tensor: Tensor, to extents: [Int]) throws -> Tensor {
    guard extents.count(where: { $0 == -1 }) <= 1 else {
      throw ExportError.batch(layer: name, "several axes of its top follow the batch")
    }
    return self("Reshape", tensor, numbers(extents))
  }

  /// Whole numbers as floats, which all blobs are made of.
  public func asFloats(_ numbers: Tensor) -> Tensor { self("Cast", numbers, attributes: ["to": .int(1)]) }

  /// Floats as whole numbers, to look up by.
  public func asNumbers(_ floats: Tensor) -> Tensor { self("Cast", floats, attributes: ["to": .int(7)]) }

  /// Interpolates to other heights and widths.
  ///
  /// - Parameters:
  ///   - tensor: (N, C, H, W), with any N and C
  ///   - size: height and width
  ///   - mode: `nearest` or `linear`
  ///   - coordinates: ONNX's `coordinate_transformation_mode`
  public func resize(_ tensor: Tensor, to size: [Int], mode: String, coordinates: String) -> Tensor {
    let planes = self("Shape", tensor, attributes: ["start": .int(0), "end": .int(2)])
    let sizes = self("Concat", planes, numbers(size), attributes: ["axis": .int(0)])
    return self(
      "Resize", tensor, nil, nil, sizes,
      attributes: [
        "mode": .text(mode), "coordinate_transformation_mode": .text(coordinates), "nearest_mode": .text("floor"),
      ])
  }

  /// What to throw where ONNX cannot say what the layer computes.
  public func refusal(_ cause: String) -> ExportError {
    .layer(name: name, type: described.type, cause)
  }
}
