/// A change that brought an older file to the current format.
public enum UpgradeStep: Sendable, Equatable {
  /// `input`, `input_dim` and `input_shape` became an Input layer, or went without a trace where they had no shape.
  case inputFields
  /// BatchNorm's three statistics lost their learning rate and decay.
  case batchNormRates
  /// `solver_type` became `type`.
  case solverType
}

/// An older file cannot be brought to the current format.
public struct UpgradeError: Error, Equatable, CustomStringConvertible {
  /// The file, or another name for where the message came from; may be empty.
  public let source: String

  /// What stands in the way.
  public let reason: Reason

  /// What can stand in the way.
  public enum Reason: Equatable, Sendable {
    /// The net's layers are in the V0 or V1 format (`layers`), which is not read.
    case legacyLayers(count: Int, first: String)
    /// The net has inputs, but not four `input_dim` for each.
    case inputDimensions(inputs: Int, dimensions: Int)
    /// The net has inputs, but not one `input_shape` for each.
    case inputShapes(inputs: Int, shapes: Int)
    /// The solver has both `type` and `solver_type`.
    case twoSolverTypes
  }

  /// The file and what stands in the way.
  public var description: String {
    let what =
      switch reason {
      case .legacyLayers(let count, let first):
        "the net has \(count) layers in the old format (field layers, the first named \"\(first)\"); "
          + "convert it with Caffe's upgrade_net_proto_text or upgrade_net_proto_binary"
      case .inputDimensions(let inputs, let dimensions):
        "\(inputs) inputs need \(4 * inputs) input_dim, there are \(dimensions)"
      case .inputShapes(let inputs, let shapes):
        "\(inputs) inputs need as many input_shape, there are \(shapes)"
      case .twoSolverTypes: "type and solver_type cannot both be given"
      }
    return source.isEmpty ? what : "\(source): \(what)"
  }
}

extension NetParameter {
  /// Brings a net that was read from an older file to the current format (Caffe: UpgradeNetAsNeeded).
  ///
  /// - Parameter source: the file, for errors.
  /// - Returns: what was changed.
  /// - Throws: `UpgradeError`.
  @discardableResult
  public mutating func upgrade(source: String = "") throws -> [UpgradeStep] {
    if let first = layers.first {
      let name = first.hasLayer ? first.layer.name : first.name
      throw UpgradeError(source: source, reason: .legacyLayers(count: layers.count, first: name))
    }
    var steps: [UpgradeStep] = []
    if try upgradeInputFields(source) { steps.append(.inputFields) }
    if upgradeBatchNormRates() { steps.append(.batchNormRates) }
    return steps
  }
}
