import CaffeProto

/// Caffe's layout: `/iter`, `/learned_net`, `/current_step`, and `/history/<i>` for each history blob. The state of a
/// pruning run, which caffe_increg leaves out of HDF5, follows the same pattern under the fields' names; Caffe does not
/// look at it. What other programs have no fields for is a message of its own, in wire format, in `/extension`.
extension SolverStateFile {
  private static let extensionPlace = "/extension"

  /// The part of a state that goes there.
  private static func extensionPart(of state: SolverState) -> SolverState {
    .with {
      if state.hasPosition { $0.position = state.position }
      $0.unknownFields = state.unknownFields
    }
  }

  static func readHDF5(_ path: String) throws -> SolverState {
    let file = try HDF5File(reading: path, as: .solverStateHDF5)
    guard try file.object(at: "/iter") != nil else {
      let found = try file.object(at: "/data") == nil ? "some other HDF5 file" : "a caffemodel.h5"
      throw FormatError(path: path, kind: .solverStateHDF5, place: "/iter", .wrongKind(found: found))
    }
    var state = SolverState()
    for (name, field) in integerFields {
      if try file.object(at: "/" + name) != nil { field.set(&state, try file.integer("/" + name)) }
    }
    if try file.object(at: "/learned_net") != nil { state.learnedNet = try file.string("/learned_net") }
    if try file.object(at: "/prune_state") != nil { state.pruneState = try file.string("/prune_state") }
    for (name, field) in blobFields where try name == "history" || file.object(at: "/" + name) != nil {
      state[keyPath: field] = try readBlobs("/" + name, of: file)
    }
    if try file.object(at: extensionPlace) != nil {
      let part = try SolverState(serialized: file.bytes(extensionPlace), source: path + ":" + extensionPlace)
      if part.hasPosition { state.position = part.position }
      state.unknownFields = part.unknownFields
    }
    return state
  }

  /// Layers that a pruning method leaves alone have no score: their numbers are skipped.
  private static func readBlobs(_ group: String, of file: HDF5File) throws -> [BlobProto] {
    var blobs: [BlobProto] = []
    for name in try file.names(in: group) {
      guard let index = Int(name), String(index) == name, index < 1 << 16 else {
        throw FormatError(
          path: file.path, kind: .solverStateHDF5, place: group, .unsupported("a blob named '\(name)' is"))
      }
      let (shape, values) = try file.dataset("\(group)/\(name)")
      if index >= blobs.count { blobs += Array(repeating: BlobProto(), count: index + 1 - blobs.count) }
      blobs[index] = BlobProto(shape: shape, data: values)
    }
    return blobs
  }

  static func stageHDF5(_ state: SolverState, to path: String) throws -> StagedFile {
    try HDF5Writer.stage(path) { file in
      for (name, field) in integerFields {
        if let value = field.get(state) { try file.write(value, to: "/" + name) }
      }
      if state.hasLearnedNet { try file.write(state.learnedNet, to: "/learned_net") }
      if state.hasPruneState { try file.write(state.pruneState, to: "/prune_state") }
      for (name, field) in blobFields where name == "history" || !state[keyPath: field].isEmpty {
        try file.makeGroup("/" + name)
        for (index, blob) in state[keyPath: field].enumerated() where !blob.isAbsent {
          try file.write(blob.data, shape: blob.extents, to: "/\(name)/\(index)")
        }
      }
      let bytes = try extensionPart(of: state).serialized()
      if !bytes.isEmpty { try file.write(bytes: bytes, to: extensionPlace) }
    }.file
  }

  /// An optional integer of the state.
  private struct IntegerField {
    let get: (SolverState) -> Int?
    let set: (inout SolverState, Int) -> Void
  }

  /// Caffe reads `iter` and `current_step` without asking whether they are there.
  private static var integerFields: [(name: String, field: IntegerField)] {
    [
      ("iter", IntegerField(get: \.iter, set: { $0.iter = $1 })),
      ("current_step", IntegerField(get: \.currentStep, set: { $0.currentStep = $1 })),
      (
        "prune_stage",
        IntegerField(get: { $0.hasPruneStage ? $0.pruneStage : nil }, set: { $0.pruneStage = $1 })
      ),
      (
        "stage_iter_prune_finished",
        IntegerField(
          get: { $0.hasStageIterPruneFinished ? $0.stageIterPruneFinished : nil },
          set: { $0.stageIterPruneFinished = $1 })
      ),
      (
        "last_feasible_prune_iter",
        IntegerField(
          get: { $0.hasLastFeasiblePruneIter ? $0.lastFeasiblePruneIter : nil },
          set: { $0.lastFeasiblePruneIter = $1 })
      ),
    ]
  }
}
