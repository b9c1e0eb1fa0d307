import NetModel

/// Why a net cannot be slimmed.
public enum SlimError: Error, CustomStringConvertible {
  /// The weights have no such layer; `nearest` is one that they have and that the net has not.
  case missing(layer: String, nearest: String? = nil)
  /// A layer's blobs do not have the shapes that the net gives them.
  case shapes(layer: String, expected: [Shape], got: [Shape])
  /// Two layers of one phase have a name that slimming has to tell them apart by.
  case duplicate(layer: String)
  /// The first net computes something that is no number, with which nothing can be shown to be equal.
  case undefined(blob: String)
  /// The patch would make a net that does not fit together: our own mistake, caught before anything is written.
  case patch(String)
  /// An input does not have the same shape in both nets, or not that of the values given for it.
  case inputs(blob: String, expected: Shape?, got: Shape?)
  /// Values are given for something that is no input.
  case noInput(String, known: [String])
  /// The nets do not take the inputs that were given: why.
  case given(any Error)
  /// A solver state does not belong to the net that is slimmed.
  case state(String)
  /// The two compared nets have no output of the same name and shape.
  case noCommonOutput
  /// Slim and masked net have no blob of the same name and shape, so that nothing is shown to be equal.
  case noProof
  /// Two compared nets differ by more than the bound.
  case different(blob: String, relative: Float, bound: Float)
  /// Slim and masked net differ by more than the bound.
  case unequal(blob: String, relative: Float, bound: Float)

  /// Layer and cause in one line.
  public var description: String {
    switch self {
    case .missing(let layer, let nearest):
      "layer '\(layer)': the weights have no layer of that name" + (nearest.map { "; '\($0)' is there" } ?? "")
    case .shapes(let layer, let expected, let got):
      "layer '\(layer)': the weights have blobs of the shapes \(list(got)), the net needs \(list(expected))"
    case .duplicate(let layer):
      "two layers are called '\(layer)', which is how prototxt and weights find each other: give one another name"
    case .undefined(let blob): "blob '\(blob)': the net computes NaN, with which nothing can be shown to be equal"
    case .patch(let cause): "slimming failed its own check, nothing is changed: \(cause)"
    case .inputs(let blob, let expected, let got):
      "input '\(blob)' is \(got.map(\.description) ?? "missing"), but should be \(expected.map(\.description) ?? "there")"
    case .noInput(let name, let known):
      "there are values for '\(name)', but the inputs of the net are \(known.map { "'\($0)'" }.joined(separator: ", "))"
    case .given(let cause): "with the given inputs: \(cause)"
    case .state(let cause): "solver state: \(cause)"
    case .noCommonOutput: "the nets have no output of the same name and shape"
    case .noProof: "there is no blob but inputs to compare, so that nothing is shown to be equal; nothing is written"
    case .different(let blob, let relative, let bound):
      "output '\(blob)': the nets differ by \(relative) (relative), more than \(bound)"
    case .unequal(let blob, let relative, let bound):
      "blob '\(blob)': slim and original net differ by \(relative) (relative), more than \(bound); nothing is written"
    }
  }

  private func list(_ shapes: [Shape]) -> String { "[" + shapes.map(\.description).joined(separator: ", ") + "]" }
}

extension SlimError: LayerNamingError {
  /// The layer that stands in the way.
  public var layerName: String? {
    switch self {
    case .missing(let layer, _), .shapes(let layer, _, _), .duplicate(let layer): layer
    default: nil
    }
  }
}
