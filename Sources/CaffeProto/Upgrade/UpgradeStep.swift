/// A change that brought an older file to the current format.
public enum UpgradeStep: Sendable, Equatable {
  /// Layers of the V0 format (`layers { layer { ... } }`) became current ones. `padding` is how many padding layers went
  /// into the layers behind them; `ignored` are settings that nothing takes, and which are gone.
  case v0Layers(count: Int, padding: Int, ignored: [IgnoredSetting])
  /// Layers of the V1 format (`layers { type: CONVOLUTION ... }`) became current ones. `ignored` as for V0 layers.
  case v1Layers(count: Int, ignored: [IgnoredSetting])
  /// Scale, mean file, crop size and mirror of that many data layers moved to `transform_param`.
  case dataTransforms(count: Int)
  /// `input`, `input_dim` and `input_shape` became an Input layer, or went without a trace where they had no shape.
  case inputFields
  /// BatchNorm's three statistics lost their learning rate and decay.
  case batchNormRates
  /// `solver_type` became `type`.
  case solverType

  /// Settings of the older file that have no place in the current format.
  public var ignored: [IgnoredSetting] {
    switch self {
    case .v0Layers(_, _, let ignored), .v1Layers(_, let ignored): ignored
    case .dataTransforms, .inputFields, .batchNormRates, .solverType: []
    }
  }
}

/// A setting of an older layer that layers of its type do not have.
public struct IgnoredSetting: Sendable, Equatable, CustomStringConvertible {
  /// The layer's name.
  public let layer: String
  /// The layer's type, as the older format spells it.
  public let type: String
  /// The setting's field, or "unknown fields".
  public let field: String

  /// The layer and the setting.
  public var description: String { "\(field) of layer \"\(layer)\" (type \(type))" }
}

extension UpgradeStep: CustomStringConvertible {
  /// What was changed, for a notice.
  public var description: String {
    let what =
      switch self {
      case .v0Layers(let count, let padding, _):
        "\(count) layers of the V0 format (layers { layer { ... } }) became current ones"
          + (padding == 0 ? "" : ", \(padding) of them padding that the layers behind now do themselves")
      case .v1Layers(let count, _):
        "\(count) layers of the V1 format (layers { ... }) became current ones"
      case .dataTransforms(let count):
        "scale, mean_file, crop_size and mirror of \(count) data layers moved to transform_param"
      case .inputFields: "input, input_dim and input_shape became an Input layer"
      case .batchNormRates:
        "BatchNorm layers with three param got lr_mult and decay_mult 0 for their statistics"
      case .solverType: "solver_type became type"
      }
    return ignored.isEmpty
      ? what : what + "; ignored: " + ignored.map(\.description).joined(separator: ", ")
  }

  /// A notice for the user: the file, what was changed, and how to keep the change.
  ///
  /// - Parameters:
  ///   - source: the file
  ///   - binary: whether it is a caffemodel; only for nets
  public func notice(source: String, binary: Bool = false) -> String {
    let command =
      switch self {
      case .solverType: "upgrade_solver_proto_text"
      default: binary ? "upgrade_net_proto_binary" : "upgrade_net_proto_text"
      }
    return "\(source): upgraded: \(self). The command \(command) makes this permanent."
  }
}
