import CaffeProto

/// Reads and writes caffemodels, in binary and in HDF5.
public enum CaffeModel {
  /// Reads weights; the content decides on the format, not the name.
  ///
  /// - Parameters:
  ///   - path: the file
  ///   - upgraded: gets what had to be upgraded
  /// - Throws: `FileSystemError`; `FormatError` naming layer and blob, or the kind of file it is instead; `WireError`
  ///   naming the byte; `UpgradeError` for nets too old.
  public static func read(_ path: String, upgraded: ([UpgradeStep]) -> Void = { _ in }) throws -> WeightSet {
    let content = try FileContent(of: path)
    guard content != .hdf5 else { return try readHDF5(path) }
    let (net, upgrades) = try net(path, content)
    upgraded(upgrades)
    var weights = WeightSet(net)
    try weights.checkNames(path: path, kind: .caffemodel)
    try weights.normalize(path: path, kind: .caffemodel)
    return weights
  }

  /// Reads a binary caffemodel as the net's message that it is, brought to the current format.
  ///
  /// - Returns: the net, its weights included as they stand in the file, and what had to be upgraded.
  /// - Throws: `FormatError` for another kind of file; `FileError`, `WireError` or `UpgradeError`.
  public static func net(_ path: String) throws -> (net: NetParameter, upgrades: [UpgradeStep]) {
    try net(path, FileContent(of: path))
  }

  private static func net(_ path: String, _ content: FileContent) throws -> (net: NetParameter, upgrades: [UpgradeStep])
  {
    guard [.net, .binary].contains(content) else {
      throw FormatError(path: path, kind: .caffemodel, .wrongKind(found: content.rawValue))
    }
    var net = try NetParameter(binaryFile: path)
    let upgrades = try net.upgrade(source: path)
    // Anything can look like a message in wire format; a net has layers.
    if net.layer.isEmpty { throw FormatError(path: path, kind: .caffemodel, .missing("every layer")) }
    return (net, upgrades)
  }

  /// Writes a net's message, with the weights it has and as they are, whole or not at all.
  ///
  /// - Parameters:
  ///   - net: the net
  ///   - path: the file
  ///   - progress: gets how many bytes are written
  /// - Throws: `FileSystemError` or `MessageValueError`.
  public static func write(_ net: NetParameter, to path: String, progress: ((Int) -> Void)? = nil) throws {
    try AtomicFile.write(net, to: path, progress: progress)
  }

  /// Writes weights, whole or not at all.
  ///
  /// - Parameters:
  ///   - weights: the weights
  ///   - path: the file
  ///   - format: taken from the name unless given
  ///   - includingDiff: also writes the gradients of blobs that have them (Caffe: `snapshot_diff`)
  ///   - progress: gets how many bytes are written
  /// - Throws: `FileSystemError`, `WriteError`, or `MessageValueError` for what the format cannot hold.
  public static func write(
    _ weights: WeightSet, to path: String, format: ModelFormat? = nil, includingDiff: Bool = false,
    progress: ((Int) -> Void)? = nil
  ) throws {
    try stage(weights, to: path, format: format, includingDiff: includingDiff, progress: progress).commit()
  }

  /// As ``write(_:to:format:includingDiff:progress:)``, but the file waits under a temporary name until it is
  /// committed.
  public static func stage(
    _ weights: WeightSet, to path: String, format: ModelFormat? = nil, includingDiff: Bool = false,
    progress: ((Int) -> Void)? = nil
  ) throws -> StagedFile {
    if case .hdf5 = format ?? ModelFormat(of: path) {
      if let place = weights.firstCompact {
        throw WriteError(path: path, place: place, cause: "HDF5 has no compact form")
      }
      return try stageHDF5(weights, to: path, includingDiff: includingDiff, progress: progress)
    }
    var weights = weights
    for layer in weights.layers.indices {
      for blob in weights.layers[layer].blobs.indices {
        if weights.layers[layer].blobs[blob].isAbsent {
          throw WriteError(
            path: path, place: "layer '\(weights.layers[layer].name)', blob \(blob)",
            cause: "it is shared with another layer, and a binary caffemodel needs its values in both")
        }
        if !includingDiff { weights.layers[layer].blobs[blob].diff = [] }
      }
    }
    do { return try AtomicFile.stage(weights.net, to: path, progress: progress) } catch let error as MessageValueError {
      guard case .tooLarge = error.reason else { throw error }
      throw WriteError(path: path, cause: "\(error); a name that ends in .h5 gets HDF5, which has no such limit")
    }
  }
}

extension AtomicFile {
  /// Writes a message in wire format. Blobs go from their memory to the file.
  static func write(_ message: some Message, to path: String, progress: ((Int) -> Void)? = nil) throws {
    try stage(message, to: path, progress: progress).commit()
  }

  static func stage(_ message: some Message, to path: String, progress: ((Int) -> Void)? = nil) throws -> StagedFile {
    try stage(path) { sink in
      sink.progress = progress
      try message.serialize {
        sink.write($0)
        // After an error, such as a full disk, the rest need not be packed.
        if let error = sink.error { throw error }
      }
    }.file
  }
}
