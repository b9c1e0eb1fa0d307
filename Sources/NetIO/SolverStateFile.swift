import CaffeProto

/// Reads and writes solver states, in binary and in HDF5.
public enum SolverStateFile {
  /// Reads a solver state; the content decides on the format, not the name.
  ///
  /// - Throws: `FileSystemError`; `FormatError` naming the blob, or the kind of file it is instead; `WireError`.
  public static func read(_ path: String) throws -> SolverState {
    let content = try FileContent(of: path)
    switch content {
    case .hdf5: return try readHDF5(path)
    case .solverState, .binary:
      var state = try SolverState(binaryFile: path)
      // Anything can look like a message in wire format; Caffe always writes the iteration.
      if !state.hasIter { throw FormatError(path: path, kind: .solverState, .missing("the iteration")) }
      for (name, field) in blobFields {
        for index in state[keyPath: field].indices {
          if let problem = state[keyPath: field][index].normalize() {
            throw FormatError(path: path, kind: .solverState, place: "\(name)[\(index)]", problem)
          }
        }
      }
      return state
    default: throw FormatError(path: path, kind: .solverState, .wrongKind(found: content.rawValue))
    }
  }

  /// Writes a solver state, whole or not at all; the format is taken from the name unless given.
  ///
  /// - Throws: `FileSystemError`, `WriteError`, or `MessageValueError` for what the format cannot hold.
  public static func write(_ state: SolverState, to path: String, format: ModelFormat? = nil) throws {
    try stage(state, to: path, format: format).commit()
  }

  /// As ``write(_:to:format:)``, but the file waits under a temporary name until it is committed.
  public static func stage(_ state: SolverState, to path: String, format: ModelFormat? = nil) throws -> StagedFile {
    switch format ?? ModelFormat(of: path) {
    case .binary: try AtomicFile.stage(state, to: path)
    case .hdf5: try stageHDF5(state, to: path)
    }
  }

  /// The repeated blobs of a state, with the names of their groups in HDF5.
  static var blobFields: [(name: String, field: WritableKeyPath<SolverState, [BlobProto]>)] {
    [
      ("history", \.history), ("history_score", \.historyScore), ("history_punish", \.historyPunish),
      ("current_prune_ratio", \.currentPruneRatio), ("last_feasible_prune_ratio", \.lastFeasiblePruneRatio),
      ("last_infeasible_prune_ratio", \.lastInfeasiblePruneRatio),
    ]
  }
}
