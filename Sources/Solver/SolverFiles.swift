import Base
import CaffeProto
import Engine
import Glibc
import NetIO
import NetModel

extension SolverParameter {
  /// Reads a solver's prototxt and completes `snapshot_prefix`: without one it is the file's path without ending, and a
  /// folder gets the file's name (Caffe: `ReadSolverParamsFromTextFileOrDie`). Pruning runs keep a prefix that is a
  /// folder, so that their files, which have tags, have caffe_increg's names.
  ///
  /// - Throws: what `Prototxt.solver` throws
  public init(readingFrom path: String, log: RunLog) throws {
    self = try Prototxt.solver(path, log: log)
    let stem = path.withoutEnding
    if !hasSnapshotPrefix {
      snapshotPrefix = stem
      log.info("snapshot_prefix was not specified and is set to \(snapshotPrefix)")
    } else if isFolder(snapshotPrefix), pruneMethod == "None" {
      snapshotPrefix += (snapshotPrefix.hasSuffix("/") ? "" : "/") + stem.lastComponent
      log.info("snapshot_prefix was a directory and is replaced to \(snapshotPrefix)")
    }
  }
}

extension Solver {
  func loadNets(_ path: String) throws {
    try placingNet {
      let weights = try CaffeModel.read(path, for: net.description, log: log)
      for net in [net] + testNets { try net.copy(weights, from: path, log: log) }
    }
  }

  /// A solver state's weights; where their path leads nowhere, they may lie beside the state.
  func loadTrainNet(_ path: String, besides state: String) throws {
    let beside = (state.lastIndex(of: "/").map { String(state[...$0]) } ?? "") + path.lastComponent
    try placingNet {
      try net.loadWeights(access(path, R_OK) != 0 && access(beside, R_OK) == 0 ? beside : path, log: log)
    }
  }

  /// Runs `body`; what it says about a layer gets its place, where one file holds the net.
  private func placingNet(_ body: () throws -> Void) throws {
    guard let file = [parameter.net, parameter.trainNet].first(where: { !$0.isEmpty }) else { return try body() }
    try placing(file, net.description.parameter.state, body)
  }
}

extension Solver {
  /// Claims the names of snapshots for this run; two runs would replace each other's.
  ///
  /// - Returns: nil where there will be no snapshots, or no lock can be had, which a warning says
  /// - Throws: ``SolverError/field(_:_:)`` where another run has them
  func claimSnapshots() throws -> FileLock? {
    let prefix = parameter.snapshotPrefix
    guard communicator.isFirst, !prefix.isEmpty, parameter.snapshot > 0 || parameter.snapshotAfterTrain else {
      return nil
    }
    let lock: FileLock?
    do {
      lock = try FileLock(on: prefix)
    } catch {
      log.warning("snapshot_prefix: another run with the same one would not be noticed: \(error)")
      return nil
    }
    guard let lock else {
      throw SolverError.field("snapshot_prefix", "another run is writing snapshots to '\(prefix)'")
    }
    return lock
  }
}

extension SolverParameter {
  /// Finds out before hours of training whether snapshots can be written.
  func checkSnapshotFolder() throws(SolverError) {
    let prefix = snapshotPrefix
    let folder = prefix.parentFolder
    // A file of that name is no folder.
    guard access(folder + "/.", W_OK) == 0 else {
      let reason = String(cString: strerror(errno))
      throw SolverError.field("snapshot_prefix", "cannot write to '\(prefix)': folder '\(folder)': \(reason)")
    }
  }
}

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
