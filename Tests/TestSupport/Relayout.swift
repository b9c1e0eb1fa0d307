import CaffeProto
import Engine
import NetModel

/// A layer for tests: copies its bottom to a top of a given layout, so that layers behind it are offered that layout.
public struct Relayout: RunnableDescription {
  /// Not a Caffe type.
  public static let type = "Relayout"
  private let layout: Layout

  /// Reads the layout's raw value from `threshold_param`: the schema has no field for layouts.
  public init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    guard let layout = Layout(rawValue: Int32(parameter.thresholdParam.threshold)) else {
      throw LayerError.field("threshold_param.threshold", "is no layout")
    }
    self.layout = layout
  }

  /// The message of such a layer.
  public static func message(_ name: String, bottom: String, top: String, _ layout: Layout) -> LayerParameter {
    var message = LayerParameter()
    message.name = name
    message.type = type
    message.bottom = [bottom]
    message.top = [top]
    message.thresholdParam.threshold = Float(layout.rawValue)
    return message
  }

  /// One bottom, one top.
  public var arity: Arity { .oneToOne }
  /// The bottom's.
  public func topShapes(_ bottom: [Shape]) -> [Shape] { bottom }
  /// The layer.
  public func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { RelayoutLayer(layout) }
}

private final class RelayoutLayer: Layer {
  private let layout: Layout

  init(_ layout: Layout) { self.layout = layout }

  func reshape(bottom: [Blob], top: [Blob]) {
    top[0].reshape(bottom[0].shape, layout: bottom[0].shape.rank == 4 ? layout : .plain)
  }

  func forward(bottom: [Blob], top: [Blob]) { top[0].setPlainData(bottom[0].plainData) }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    if propagateDown[0] { bottom[0].setPlainDiff(top[0].plainDiff) }
  }
}

extension NetParameter {
  /// This net with a layer between each input and its readers that lays the input out.
  public func offering(_ layout: Layout) -> NetParameter {
    guard layout != .plain else { return self }
    var net = self
    let inputs = layer.filter { $0.type == "Input" }.flatMap(\.top)
    for index in net.layer.indices where net.layer[index].type != "Input" {
      net.layer[index].bottom = net.layer[index].bottom.map { inputs.contains($0) ? "\($0)_relaid" : $0 }
    }
    net.layer.insert(
      contentsOf: inputs.map { Relayout.message("relay_\($0)", bottom: $0, top: "\($0)_relaid", layout) },
      at: layer.firstIndex { $0.type != "Input" } ?? layer.endIndex)
    return net
  }
}
