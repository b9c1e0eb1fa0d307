/// An older file cannot be brought to the current format.
public struct UpgradeError: Error, Equatable, CustomStringConvertible {
  /// The file, or another name for where the message came from; may be empty.
  public let source: String

  /// What stands in the way.
  public let reason: Reason

  /// What can stand in the way.
  public enum Reason: Equatable, Sendable {
    /// The net has layers in the current format (`layer`) and in an older one (`layers`), so their order is lost. Counts,
    /// and the names of the first of each.
    case mixedFormats(layer: Int, firstLayer: String, layers: Int, firstLayers: String)
    /// A layer of a V0 net reads a blob that is neither an input nor the top of a layer before. `position` counts the net's
    /// layers from 0.
    case unknownBlob(layer: String, position: Int, blob: String)
    /// Behind a V0 padding layer is something else than a convolution or pooling with one bottom.
    case paddingReader(padding: String, layer: String, type: String, bottoms: Int)
    /// A V0 padding layer has not exactly one bottom and one top.
    case paddingBlobs(padding: String, bottoms: Int, tops: Int)
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
      case .mixedFormats(let layer, let firstLayer, let layers, let firstLayers):
        "the net has \(layer) layers in field layer, the first named \"\(firstLayer)\", and \(layers) in the old "
          + "field layers, the first named \"\(firstLayers)\"; rewrite the old ones as layer { ... }"
      case .unknownBlob(let layer, let position, let blob):
        "layers[\(position)] \"\(layer)\": bottom \"\(blob)\" is neither an input nor the top of a layer before"
      case .paddingReader(let padding, let layer, let type, let bottoms):
        "padding layer \"\(padding)\" must be read by conv or pool layers with one bottom, but layer \"\(layer)\" "
          + "has type \"\(type)\" and \(bottoms) bottoms"
      case .paddingBlobs(let padding, let bottoms, let tops):
        "padding layer \"\(padding)\" must have one bottom and one top, but has \(bottoms) and \(tops)"
      case .inputDimensions(let inputs, let dimensions):
        "\(inputs) inputs need \(4 * inputs) input_dim, there are \(dimensions)"
      case .inputShapes(let inputs, let shapes):
        "\(inputs) inputs need as many input_shape, there are \(shapes)"
      case .twoSolverTypes: "type and solver_type cannot both be given"
      }
    return source.isEmpty ? what : "\(source): \(what)"
  }
}
