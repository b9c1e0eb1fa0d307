import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Slimming

/// The arrays of `forward`: an HDF5 file with what goes into a net, and the one with what comes out.
struct NetArrays {
  private let file: HDF5File

  init(reading path: String) throws { file = try HDF5File(reading: path) }

  /// The part of a net that `state` selects, with the shapes of the file's arrays in its Input layers.
  ///
  /// - Throws: `FormatError` where an Input blob has no dataset.
  func reshapingInputs(of net: NetParameter, state: NetState, registry: LayerRegistry = .caffe) throws -> NetParameter {
    var net = try net.filtered(for: state)
    for index in net.layer.indices {
      guard let type = registry[net.layer[index].type] as? any CallerFilled.Type else { continue }
      let shapes = try net.layer[index].top.map { name in
        switch try file.object(at: "/\(name)") {
        case .numbers(let shape): return shape
        case nil, .group: throw wrong("/\(name)", .missing("the array of Input blob '\(name)'"))
        // Reading it says what it is.
        case .string, .other: return try file.dataset("/\(name)").shape
        }
      }
      type.setShapes(shapes, of: &net.layer[index])
    }
    return net
  }

  /// All of the file's arrays, by name.
  ///
  /// - Throws: `FormatError` where there are none
  func inputs() throws -> [String: Comparison.Values] {
    let names = try names(under: "")
    if names.isEmpty { throw wrong("", .missing("every array")) }
    return try Dictionary(
      uniqueKeysWithValues: names.map { name in
        let (shape, values) = try file.dataset("/\(name)")
        return (name, Comparison.Values(shape: try Shape(checking: shape), values: Array(values)))
      })
  }

  /// Runs `body`, in which nets get arrays of a file.
  ///
  /// - Parameters:
  ///   - arrays: the file; nil where none is given
  ///   - net: one of the nets, with its own inputs
  ///   - state: the part of it that runs
  ///   - registry: the layer types
  ///   - body: throws `SlimError.given` where the nets do not take the arrays
  /// - Throws: ``Refusal`` in place of that
  static func placing<Result>(
    _ arrays: NetArrays?, in net: NetParameter, _ state: NetState, _ registry: LayerRegistry,
    _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch SlimError.given(let cause) {
      guard let file = arrays?.file else { throw cause }
      let own = try? NetDescription(net, state: state, registry: registry)
      let layers = own.map { own in own.dataLayers.map { own.layers[$0] } } ?? []
      let misfits = layers.flatMap { zip($0.parameter.top, $0.topShapes) }.compactMap { name, shape in
        guard case .numbers(let dims) = try? file.object(at: "/\(name)"), let got = try? Shape(checking: dims),
          got != shape
        else { return nil as Refusal.Misfit? }
        return .init(blob: name, got: got, expected: shape)
      }
      throw Refusal(path: file.path, misfits: misfits, cause: cause)
    }
  }

  /// Arrays that nets do not take.
  struct Refusal: Error, CustomStringConvertible {
    /// An array of another shape than the net's input.
    struct Misfit {
      let blob: String
      let got: Shape
      let expected: Shape
    }

    /// The file.
    let path: String
    /// Some may be meant, as another batch.
    let misfits: [Misfit]
    /// What went wrong.
    let cause: any Error

    var description: String {
      let shapes = misfits.map { "array '\($0.blob)' has the shape \($0.got), the net's input \($0.expected): " }
      return "\(path): \(shapes.joined())\(cause)"
    }
  }

  /// Writes the file's arrays into the tops of the net's Input layers.
  ///
  /// - Returns: the arrays that are for none of them, nor gradients
  func fillInputs(of net: Net) throws -> [String] {
    var unread = Set(try names(under: "").filter { !$0.hasPrefix("diff/") })
    for layer in net.layers where layer.described.description is any CallerFilled {
      for blob in layer.top {
        blob.setPlainData(Array(try file.dataset("/\(blob.name)").values))
        unread.remove(blob.name)
      }
    }
    return unread.sorted()
  }

  /// Writes the file's gradients into the net's outputs.
  ///
  /// - Throws: `FormatError` where one is for no output, for a loss, or of the wrong shape.
  func fillOutputDiffs(of net: Net) throws {
    guard try file.object(at: "/diff") == .group else { return }
    let outputs = Dictionary(uniqueKeysWithValues: net.outputs.map { ($0.name, $0) })
    for name in try names(under: "/diff") {
      let place = "/diff/\(name)"
      guard let blob = outputs[name] else {
        throw wrong(
          place,
          .corrupt(
            "no output of the net is called '\(name)'; there are \(outputs.keys.sorted().joined(separator: ", "))"))
      }
      let isLoss = net.description.layers.contains { layer in
        zip(layer.top, layer.lossWeights).contains { net.description.blobs[$0].name == name && $1 != 0 }
      }
      guard !isLoss else {
        throw wrong(place, .corrupt("the gradient of a loss is its loss_weight and cannot be given"))
      }
      let (shape, values) = try file.dataset(place)
      guard shape == blob.shape.dims else {
        throw wrong(place, .corrupt("the shape is \(shape), but the blob's is \(blob.shape.dims)"))
      }
      blob.setPlainDiff(Array(values))
    }
  }

  /// The datasets under a group, those in subgroups with slashes in their names, as blobs may have.
  private func names(under group: String) throws -> [String] {
    try file.names(in: group.isEmpty ? "/" : group).flatMap { name in
      try file.object(at: "\(group)/\(name)") == .group
        ? names(under: "\(group)/\(name)").map { "\(name)/\($0)" } : [name]
    }
  }

  private func wrong(_ place: String, _ problem: FormatError.Problem) -> FormatError {
    FormatError(path: file.path, kind: .hdf5, place: place, problem)
  }

  /// Writes what came out of a net.
  ///
  /// - Parameters:
  ///   - data: the blobs' values in plain order, in the order of `net.blobs`
  ///   - backward: whether gradients and parameters are written too
  static func write(_ net: Net, data: [[Float]], backward: Bool, to file: HDF5Writer) throws {
    func put(_ values: [Float], _ shape: Shape, _ place: String) throws {
      if let end = place.lastIndex(of: "/") { try file.makeGroup(String(place[..<end])) }
      try file.write(Floats(values), shape: shape.dims, to: place)
    }
    let names = datasetNames(of: net.blobs.map(\.name))
    for (index, blob) in net.blobs.enumerated() { try put(data[index], blob.shape, "/data/\(names[index])") }
    guard backward else { return }
    for (index, blob) in net.blobs.enumerated() { try put(blob.plainDiff, blob.shape, "/diff/\(names[index])") }
    for layer in net.layers {
      for (index, blob) in layer.layer.blobs.enumerated() {
        let place = "\(layer.described.name)/\(index)"
        try put(blob.plainData, blob.shape, "/param/\(place)")
        try put(blob.plainDiff, blob.shape, "/param_diff/\(place)")
      }
    }
  }

  /// The datasets' names of blobs: their own, but `conv1:bn` for a blob `conv1/bn` beside a blob `conv1`, since a dataset
  /// of HDF5 holds no other.
  static func datasetNames(of blobs: [String]) -> [String] {
    let all = Set(blobs)
    return blobs.map { name in
      let isBehindAnother = name.indices.contains { name[$0] == "/" && all.contains(String(name[..<$0])) }
      return isBehindAnother ? name.replacing("/", with: ":") : name
    }
  }
}
