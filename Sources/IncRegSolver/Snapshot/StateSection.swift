import CaffeProto

/// What a resumed run needs beyond caffe_increg's fields: written as field 1000 of the solver state, which the other
/// readers skip as unknown. The content is JSON, so that it can be read without this program.
struct StateSection: Codable, Equatable {
  /// The layout of this section.
  var version = 1
  /// The course of the run.
  var control: ControlState
  /// Per prunable layer, in the order of the net.
  var layers: [Layer]

  /// The part of a layer that weights, scores and penalties do not tell.
  struct Layer: Codable, Equatable {
    /// The layer's name.
    var name: String
    /// When each group was pruned; see ``GroupState/prunedAt``.
    var prunedAt: [Int?]
    /// Rows that are still to be masked.
    var queuedRows: [Int]
    /// Pruned rows whose channels the next layer has still to mask.
    var prunedRows: [Int]
    /// What is masked, which is not always what is zero: a position that may grow again begins at 0.
    var mask: MaskSet.Record

    /// What is counted more than once.
    var twiceCounted: TwiceCounted

    /// What a layer has beyond its weights.
    init(_ layer: PrunableLayer) {
      name = layer.name
      (prunedAt, queuedRows, prunedRows) = (layer.state.prunedAt, layer.queuedRows, layer.prunedRows)
      mask = layer.mask.record
      twiceCounted = layer.twiceCounted
    }

    /// Gives it back.
    ///
    /// - Throws: ``IncRegError/state(_:_:)`` where it does not fit the layer
    func restore(_ layer: inout PrunableLayer) throws {
      guard name == layer.name, prunedAt.count == layer.space.count,
        (queuedRows + prunedRows).allSatisfy({ (0..<layer.space.rows).contains($0) })
      else { throw IncRegError.state("layer '\(name)'", "does not fit the net's") }
      layer.state.prunedAt = prunedAt
      (layer.queuedRows, layer.prunedRows) = (queuedRows, prunedRows)
      guard let saved = MaskSet(layer.space, mask) else {
        throw IncRegError.state("layer '\(name)'", "masks what the layer does not have")
      }
      layer.mask = saved
      layer.twiceCounted = twiceCounted
      layer.unsettled = PrunableLayer.settlingUpdates
      layer.refreshRatio()
    }
  }

  /// The field's number.
  static let field = 1000

  /// The section of a solver state; nil where there is none.
  ///
  /// - Throws: ``IncRegError/state(_:_:)`` where there is one that cannot be read
  init?(_ state: SolverState) throws {
    guard let section = try JSONField.read(Self.self, Self.field, from: state) else { return nil }
    self = section
    guard version == 1 else { throw IncRegError.state("field \(Self.field)", "has the unknown version \(version)") }
  }

  /// Makes the section of a run.
  init(_ control: ControlState, _ layers: [PrunableLayer]) {
    self.control = control
    self.layers = layers.map { Layer($0) }
  }

  /// Adds the section to a solver state.
  func add(to state: inout SolverState) throws {
    try JSONField.add(self, Self.field, to: &state)
  }
}
