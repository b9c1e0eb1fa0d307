import CaffeProto

/// Caffe's layout: `/data/<layer>/<blob>` has the values, `/diff/<layer>/<blob>` the gradients if they were saved.
/// Every layer has a group, even one without blobs. A blob shared by name is with the first layer that has it and
/// absent from the others: `BlobProto.isAbsent` where later blobs follow, nothing where none do.
///
/// A '/' in a layer's name makes groups in groups. (Caffe cannot write such a name at all.)
extension CaffeModel {
  static func readHDF5(_ path: String) throws -> WeightSet {
    let file = try HDF5File(reading: path, as: .caffemodelHDF5)
    guard try file.object(at: "/data") == .group else {
      let found = try file.object(at: "/history") == nil ? "some other HDF5 file" : "a solverstate.h5"
      throw FormatError(path: path, kind: .caffemodelHDF5, place: "/data", .wrongKind(found: found))
    }
    var weights = WeightSet()
    var places = 0
    for name in try file.names(in: "/data") { try readLayer(name, from: file, into: &weights, &places, depth: 0) }
    return weights
  }

  /// The most groups and blobs that are looked at: groups that contain each other would have no end.
  private static let mostPlaces = 1 << 18

  private static func readLayer(
    _ name: String, from file: HDF5File, into weights: inout WeightSet, _ places: inout Int, depth: Int
  ) throws {
    func error(_ problem: FormatError.Problem) -> FormatError {
      FormatError(path: file.path, kind: .caffemodelHDF5, place: "/data/\(name)", problem)
    }
    // Groups can contain themselves.
    if depth > 32 { throw error(.overLimit(what: "nesting", value: depth, limit: 32)) }
    func count(_ more: Int) throws {
      places += more
      if places > Self.mostPlaces { throw error(.overLimit(what: "places", value: places, limit: Self.mostPlaces)) }
    }
    try count(1)
    guard try file.object(at: "/data/\(name)") == .group else {
      throw error(.unsupported("anything but a group for a layer is"))
    }
    let entries = try file.names(in: "/data/\(name)")
    var blobs: [Int: BlobProto] = [:]
    for entry in entries {
      guard try file.object(at: "/data/\(name)/\(entry)") != .group else {
        try readLayer("\(name)/\(entry)", from: file, into: &weights, &places, depth: depth + 1)
        continue
      }
      guard let index = Int(entry), String(index) == entry, index < 1000 else {
        throw error(.unsupported("a blob named '\(entry)' is"))
      }
      let (shape, values) = try file.dataset("/data/\(name)/\(entry)")
      var blob = BlobProto(shape: shape, data: values)
      if try file.object(at: "/diff/\(name)/\(entry)") != nil {
        blob.diff = try file.dataset("/diff/\(name)/\(entry)").values
        if let problem = blob.normalize() { throw error(problem) }
      }
      blobs[index] = blob
    }
    // A group of nothing but groups is the front part of a name with '/'.
    if blobs.isEmpty, !entries.isEmpty { return }
    let last = blobs.keys.max() ?? -1
    try count(last + 1)
    weights.layers.append(WeightSet.Layer(name: name, blobs: (0..<(last + 1)).map { blobs[$0] ?? BlobProto() }))
  }

  static func stageHDF5(
    _ weights: WeightSet, to path: String, includingDiff: Bool, progress: ((Int) -> Void)?
  ) throws -> StagedFile {
    var written = 0
    return try HDF5Writer.stage(path) { file in
      for root in includingDiff ? ["/data", "/diff"] : ["/data"] {
        try file.makeGroup(root)
        for layer in weights.layers {
          let parts = layer.name.split(separator: "/", omittingEmptySubsequences: false)
          if parts.contains(where: { $0.isEmpty || $0 == "." }) {
            throw WriteError(path: path, place: "layer '\(layer.name)'", cause: "HDF5 cannot hold this name")
          }
          try file.makeGroup("\(root)/\(layer.name)")
          for (index, blob) in layer.blobs.enumerated() where !blob.isAbsent {
            let values = root == "/data" ? blob.data : blob.diff
            if values.isEmpty, root == "/diff" { continue }
            try file.write(values, shape: blob.extents, to: "\(root)/\(layer.name)/\(index)")
            written += values.count * MemoryLayout<Float>.stride
            progress?(written)
          }
        }
      }
    }.file
  }
}
