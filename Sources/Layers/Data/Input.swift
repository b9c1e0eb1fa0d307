import CaffeProto
import Engine
import NetModel

/// Tops whose elements the caller writes (Caffe: input_layer.cpp).
public struct Input: RunnableDescription, CallerFilled {
  /// The name in prototxts.
  public static let type = "Input"
  private let shapes: [Shape]

  /// Reads `input_param.shape`: one for all tops, or one per top. Stock Caffe also takes none and leaves the shape to
  /// the program around it; here a net's shapes are known when it is described.
  public init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    let given = parameter.inputParam.shape
    guard given.count == 1 || given.count == parameter.top.count, !given.isEmpty else {
      throw LayerError.field(
        "input_param.shape", "must be given once or once per top (\(parameter.top.count)), not \(given.count) times")
    }
    shapes = try parameter.top.indices.map {
      try Shape(given[given.count == 1 ? 0 : $0], field: "input_param.shape")
    }
  }

  /// No bottoms, any number of tops.
  public var arity: Arity { Arity(bottom: 0...0, top: 1...Int.max) }
  /// As given.
  public func topShapes(_ bottom: [Shape]) -> [Shape] { shapes }
  /// Nothing depends on anything.
  public func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { ChannelMap([]) }
  /// A layer that leaves its tops alone.
  public func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { InputLayer(shapes) }
}

extension Input {
  /// One shape for each top.
  public static func setShapes(_ shapes: [[Int]], of parameter: inout LayerParameter) {
    parameter.inputParam.shape = shapes.map { dims in .with { $0.dim = dims } }
  }

  /// A single shape is for all tops, however many.
  public static func keepTops(_ places: [Int], of parameter: inout LayerParameter) {
    parameter.top = places.map { parameter.top[$0] }
    let shapes = parameter.inputParam.shape
    if shapes.count > 1 { parameter.inputParam.shape = places.map { shapes[$0] } }
  }

  /// A layer whose tops stand for those of another: of its name, and of the given shapes.
  public static func replacing(_ layer: DescribedLayer, shapes: [Shape]) -> LayerParameter {
    var parameter = LayerParameter()
    parameter.name = layer.name
    parameter.type = type
    parameter.top = layer.parameter.top
    setShapes(shapes.map(\.dims), of: &parameter)
    return parameter
  }
}

/// Leaves its tops alone: they keep what the caller wrote.
final class InputLayer: Layer {
  private let shapes: [Shape]

  init(_ shapes: [Shape]) { self.shapes = shapes }

  func reshape(bottom: [Blob], top: [Blob]) {
    for (blob, shape) in zip(top, shapes) { blob.reshape(shape) }
  }

  func forward(bottom: [Blob], top: [Blob]) {}
  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {}
}
