import CaffeProto
import Engine
import Glibc
import NetIO
import NetModel

/// The text files that describe runs.
public enum NetFiles {
  /// Reads a net's prototxt, of any format that is still read.
  ///
  /// - Throws: `TextFormatError`, `FileError` or `UpgradeError`, which name the file
  public static func read(_ path: String) throws -> NetParameter {
    var net = try NetParameter(textFile: path)
    try net.upgrade(source: path)
    return net
  }
}

extension SolverParameter {
  /// Reads a solver's prototxt and completes `snapshot_prefix`: without one it is the file's path without ending, and a
  /// folder gets the file's name (Caffe: `ReadSolverParamsFromTextFileOrDie`).
  ///
  /// - Throws: `TextFormatError`, `FileError` or `UpgradeError`, which name the file
  public init(readingFrom path: String, log: RunLog) throws {
    try self.init(textFile: path)
    try upgrade(source: path)
    let stem = path.withoutEnding
    if !hasSnapshotPrefix {
      snapshotPrefix = stem
      log.info("snapshot_prefix was not specified and is set to \(snapshotPrefix)")
    } else if isFolder(snapshotPrefix) {
      snapshotPrefix += (snapshotPrefix.hasSuffix("/") ? "" : "/") + stem.lastComponent
      log.info("snapshot_prefix was a directory and is replaced to \(snapshotPrefix)")
    }
  }
}

extension Net {
  /// Loads a caffemodel, binary or HDF5, as ``copyWeights(_:from:log:)`` does.
  public func loadWeights(_ path: String, log: RunLog) throws {
    try copyWeights(readWeights(path), from: path, log: log)
  }
}

extension Solver {
  func loadNets(_ path: String) throws {
    let weights = try readWeights(path)
    try net.copyWeights(weights, from: path, log: log)
    for net in testNets { try net.copyWeights(weights, from: path, log: log) }
  }

  /// A solver state's weights; where their path leads nowhere, they may lie beside the state.
  func loadTrainNet(_ path: String, besides state: String) throws {
    let beside = (state.lastIndex(of: "/").map { String(state[...$0]) } ?? "") + path.lastComponent
    let found = access(path, R_OK) != 0 && access(beside, R_OK) == 0 ? beside : path
    try net.copyWeights(readWeights(found), from: found, log: log)
  }

  func writeWeights(to path: String) throws {
    let message = net.weightMessage(diff: parameter.snapshotDiff)
    try AtomicFile.write(to: path) { sink in try message.serialize { sink.write($0) } }
  }

  func write(_ state: SolverState, to path: String) throws {
    try AtomicFile.write(to: path) { sink in try state.serialize { sink.write($0) } }
  }

  func readState(_ path: String) throws -> SolverState { try SolverState(binaryFile: path) }

  /// Finds out before hours of training whether snapshots can be written.
  func checkSnapshotPrefix() throws {
    guard parameter.snapshot > 0 else { return }
    let prefix = parameter.snapshotPrefix
    let folder = prefix.lastIndex(of: "/").map { $0 == prefix.startIndex ? "/" : String(prefix[..<$0]) } ?? "."
    guard access(folder, W_OK) == 0 else {
      let reason = String(cString: strerror(errno))
      throw SolverError.field("snapshot_prefix", "cannot write to '\(prefix)': folder '\(folder)': \(reason)")
    }
  }
}

private func readWeights(_ path: String) throws -> NetParameter {
  var weights = try NetParameter(binaryFile: path)
  try weights.upgrade(source: path)
  return weights
}

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

extension String {
  /// What comes behind the last slash.
  fileprivate var lastComponent: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }

  /// Without the file name's ending.
  fileprivate var withoutEnding: String {
    guard let point = lastIndex(of: "."), point > (lastIndex(of: "/") ?? startIndex) else { return self }
    return String(self[..<point])
  }
}
