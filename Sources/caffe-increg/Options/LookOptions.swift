import ArgumentParser
import Base
import CaffeProto
import Layers
import NetIO
import NetModel

/// Options of all commands that only look at a net, or change it without its data.
struct LookOptions: ParsableArguments {
  @Option(
    name: .customLong("shape"),
    help: ArgumentHelp(
      "The shape of an input whose database, list or mean file is not there, as in data=1x3x224x224; may be repeated.",
      valueName: "blob=dims"))
  var inputs: [String] = []

  @Option(
    name: .customLong("layer-shape"),
    help: ArgumentHelp(
      "The shape of a top of a layer whose type is not built in, by the top's or the layer's name, as in rois=300x5, or a file of such lines; may be repeated.",
      valueName: "name=dims|file"))
  var layers: [String] = []

  func validate() throws { _ = try outlook() }

  private func outlook() throws -> Outlook {
    var shapes: [String: Shape] = [:]
    for entry in inputs {
      let (name, shape) = try Self.declaration(entry, place: "--shape")
      shapes[name] = shape
    }
    for entry in layers {
      for (text, place) in try entry.contains("=") ? [(entry, "--layer-shape")] : Self.lines(of: entry) {
        let (name, shape) = try Self.declaration(text, place: place)
        shapes[name] = shape
      }
    }
    return Outlook(shapes: shapes)
  }

  /// The lines of a file with their places, without empty ones and what follows a #.
  private static func lines(of path: String) throws -> [(text: String, place: String)] {
    let (bytes, code) = InputFile.content(of: path)
    guard let bytes else {
      throw ValidationError(
        "--layer-shape: '\(path)' is neither name=dims, as in rois=300x5, nor a file: \(InputFile.text(of: code))")
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().compactMap { index, line in
      let text = String(line.prefix { $0 != "#" }).trimmed
      return text.isEmpty ? nil : (text, "\(path):\(index + 1)")
    }
  }

  /// A name and a shape out of `name=dims`.
  private static func declaration(_ text: String, place: String) throws -> (String, Shape) {
    let fault = ValidationError("\(place): '\(text)' is no name=dims, as in data=1x3x224x224")
    guard let sign = text.lastIndex(of: "="), sign > text.startIndex else { throw fault }
    let dims = text[text.index(after: sign)...].split(separator: "x", omittingEmptySubsequences: false)
      .map { Int($0) ?? 0 }
    guard dims.allSatisfy({ $0 > 0 }), let shape = try? Shape(checking: dims) else { throw fault }
    return (String(text[..<sign]), shape)
  }

  /// The layer types, for nets that are only looked at.
  func registry() throws -> LayerRegistry { .caffe.looking(try outlook()) }

  /// The same for one net; where its data is not there, and nothing else says the shape, the weights may.
  ///
  /// - Throws: what describing the net throws, with what the weights say where that is not all
  func registry(
    for net: NetParameter, state: NetState, weights: String?, log: RunLog
  ) throws -> LayerRegistry {
    var outlook = try outlook()
    guard let weights else { return .caffe.looking(outlook) }
    var counts: [String: [Int]]?
    while true {
      do {
        _ = try NetDescription(net, state: state, registry: .caffe.looking(outlook))
      } catch NetError.layer(let name, let type, .absentSource(let source, let top, _, _)) {
        let known = try counts ?? CaffeModel.read(weights).blobCounts
        counts = known
        let search = InputSearch(net, state: state, registry: .caffe, outlook: outlook, counts: known)
        switch search.find(top) {
        case .shape(let shape):
          log.warning(
            "\(weights): the weights fit \(top)=\(shape.declaration) only, which is taken"
          )
          outlook.shapes[top] = shape
          continue
        case .sides(let channels, let sides):
          let side = min(max(224, sides.lowerBound), sides.upperBound)
          throw NetError.layer(
            name: name, type: type,
            .absentSource(
              source, top: top,
              hint:
                "the weights fit square images of \(channels) channels with sides of \(sides.lowerBound) to \(sides.upperBound)",
              example: [1, channels, side, side]
            ))
        case nil: break
        }
      } catch {}
      // The error comes again when the net is described.
      return .caffe.looking(outlook)
    }
  }

  /// Tells what was taken for granted.
  ///
  /// - Throws: `ValidationError` where a shape is declared for nothing in the net
  func report(_ net: NetDescription, _ log: RunLog) throws {
    for assumption in net.assumptions { log.warning(assumption) }
    for name in try outlook().shapes.keys.sorted()
    where !net.blobs.contains(where: { $0.name == name }) && net.index(ofLayer: name) == nil {
      throw ValidationError("a shape is given for '\(name)', but the net has no such blob or layer")
    }
  }

  /// What a proof by running cannot cover, a line for each layer that is passed through.
  static func unproven(_ net: NetDescription) -> [String] {
    net.passedThrough.map { layer in
      "not proven: what layer '\(layer.name)' (\(layer.type)) makes, which is not built in; what it reads is compared, and "
        + "what follows is run on random values of it"
    }
  }
}
