/// A net that cannot be described, with the evidence.
public enum NetError: Error, Equatable {
  /// A layer type nobody registered; `known` are the types closest in spelling.
  case unknownType(layer: String, type: String, known: [String])
  /// A bottom that no earlier layer makes.
  case unknownBottom(layer: String, bottom: String)
  /// A bottom whose only maker is left out of this net by its rules.
  case excludedBottom(layer: String, bottom: String, maker: String, rule: String)
  /// Two layers make the same blob, and the second is not in-place.
  case duplicateTop(layer: String, top: String, first: String)
  /// Two layers of one phase have the same name and parameters, so that no file could tell these apart.
  case duplicateLayer(String)
  /// The number of bottoms or tops does not fit the type.
  case wrongCount(layer: String, type: String, what: String, expected: ClosedRange<Int>, got: Int)
  /// Both include and exclude rules, or a rule that cannot hold.
  case badRule(layer: String, String)
  /// A layer's parameters or bottoms are wrong.
  case layer(name: String, type: String, LayerError)
  /// The same where the shape of a bottom rests on that of `blob`, which is a guess, since the layer that makes it cannot be
  /// asked; with one that it might have.
  case guess(layer: String, type: String, LayerError, blob: String, example: Shape)
  /// `param` messages that cannot be honoured (sharing of unequal shapes, more specs than blobs).
  case badParam(layer: String, String)
  /// Weights that do not fit the net.
  case weights(layer: String, String)
}

/// An error that may be about a layer.
public protocol LayerNamingError: Error {
  /// The layer's name; nil where there is none to name.
  var layerName: String? { get }
}

extension NetError: LayerNamingError {
  /// The layer that does not fit; of two with one name, that name.
  public var layerName: String? {
    switch self {
    case .unknownType(let layer, _, _), .unknownBottom(let layer, _), .excludedBottom(let layer, _, _, _),
      .duplicateTop(let layer, _, _),
      .duplicateLayer(let layer), .wrongCount(let layer, _, _, _, _), .badRule(let layer, _), .layer(let layer, _, _),
      .guess(let layer, _, _, _, _), .badParam(let layer, _), .weights(let layer, _):
      layer
    }
  }
}

extension NetError: CustomStringConvertible {
  /// Layer, field and cause in one line.
  public var description: String {
    switch self {
    case .unknownType(let layer, let type, let known):
      "layer '\(layer)': unknown layer type '\(type)'"
        + (known.isEmpty ? "" : " (did you mean \(known.joined(separator: ", "))?)")
    case .unknownBottom(let layer, let bottom):
      "layer '\(layer)': unknown bottom blob '\(bottom)': no layer before it has such a top"
    case .excludedBottom(let layer, let bottom, let maker, let rule):
      "layer '\(layer)': unknown bottom blob '\(bottom)': layer '\(maker)' makes it, but is left out by its rule "
        + "\(rule); choose another part of the net with --phase, --stage or --level"
    case .duplicateTop(let layer, let top, let first):
      "layer '\(layer)': top blob '\(top)' is already produced by layer '\(first)'"
    case .duplicateLayer(let name):
      "two layers with parameters are called '\(name)' in the same phase: files cannot tell them apart"
    case .wrongCount(let layer, let type, let what, let expected, let got):
      "layer '\(layer)' (\(type)): takes "
        + (expected.upperBound == .max
          ? "at least \(expected.lowerBound)"
          : expected.count == 1 ? "\(expected.lowerBound)" : "\(expected.lowerBound) to \(expected.upperBound)")
        + " \(what), but has \(got)"
    case .badRule(let layer, let cause): "layer '\(layer)': \(cause)"
    case .layer(let name, let type, let error): "layer '\(name)' (\(type)): \(error)"
    case .guess(let layer, let type, let error, let blob, let example):
      "layer '\(layer)' (\(type)): \(error); nothing says the shape of '\(blob)': give it, as in "
        + "--shape \(blob)=\(example.declaration)"
    case .badParam(let layer, let cause): "layer '\(layer)': \(cause)"
    case .weights(let layer, let cause): "layer '\(layer)': \(cause)"
    }
  }
}

/// Why a layer's parameters or bottoms are wrong. The net adds the layer's name and type.
public enum LayerError: Error, Equatable {
  /// A field's value cannot be used: the field's name in the schema, and why.
  case field(String, String)
  /// A bottom's shape does not fit.
  case bottom(index: Int, shape: Shape, String)
  /// A source (file, database) that the layer needs cannot be used.
  case source(String, String)
  /// A source is not there (its name; empty where none is given), and nothing else says the shape of a top; `hint` is
  /// what the weights say about it (a clause), and may be empty; with a shape that it might have.
  case absentSource(String, top: String, hint: String, example: Shape)
}

extension LayerError: CustomStringConvertible {
  /// The field or bottom and the cause.
  public var description: String {
    switch self {
    case .field(let name, let cause): "\(name): \(cause)"
    case .bottom(let index, let shape, let cause): "bottom \(index) has the shape \(shape): \(cause)"
    case .source(let name, let cause): "source '\(name)': \(cause)"
    case .absentSource(let name, let top, let hint, let example):
      "source '\(name)': is not \(name.isEmpty ? "given" : "there"), and nothing else says the shape of top '\(top)'"
        + "\(hint.isEmpty ? "" : "; \(hint)"): give it, as in --shape \(top)=\(example.declaration)"
    }
  }
}
