import Base
import NetModel

/// How large a net and its layers are.
public struct NetSizes: LoggedEvent {
  private let net: NetDescription

  /// Takes the sizes of a net.
  public init(_ net: NetDescription) { self.net = net }

  /// `net`.
  public var event: String { "net" }

  /// All but the time.
  public var fields: [(String, JSON.Value)] {
    let cost = net.cost
    func dims(_ shape: Shape?) -> JSON.Value { .list((shape?.dims ?? []).map { .integer($0) }) }
    return [
      ("name", .string(net.parameter.name)), ("items", .integer(cost.items)),
      ("parameters", .integer(cost.totalParameters)), ("multiply_adds", .integer(cost.totalMultiplyAdds)),
      (
        "layers",
        .list(
          net.layers.enumerated().map { index, layer in
            .object([
              ("name", .string(layer.name)), ("type", .string(layer.type)), ("top", dims(layer.topShapes.first)),
              ("weight", dims(layer.blobs.first?.shape)), ("parameters", .integer(cost.parameters[index])),
              ("multiply_adds", .integer(cost.multiplyAdds[index])),
            ])
          })
      ),
    ]
  }
}
