import CaffeProto
import Pruning

/// What a resumed run needs beyond weights: written as field 1000 of the solver state, which the other readers skip as
/// unknown. The content is JSON, so that it can be read without this program.
struct RunSection<Memory: Codable>: Codable {
  /// The layout of this section.
  var version = 2
  /// The method.
  var method: String
  /// Where the course stands.
  var course: SavedCourse
  /// Where the method's random numbers stand.
  var random: [UInt64]
  /// The iteration of the newest periodic snapshot that the next one replaces.
  var periodicSnapshot: Int?
  /// The last epoch that the method has acted on, from 1.
  var epoch: Int?
  /// Per family, in the order of the net.
  var families: [Family]
  /// Per prunable layer, in the order of the net.
  var layers: [Layer]

  /// Where a family's groups stand.
  struct Family: Codable {
    /// The family's name.
    var name: String
    /// When each group was pruned; see ``GroupState/prunedAt``.
    var prunedAt: [Int?]
    /// The groups that are softened.
    var softened: [Int]
    /// The penalty of every group.
    @Bits var penalty: [Float]
    /// What the method knows.
    var memory: Memory
    /// The iteration in which the method had done all that it does before a cut.
    var finishedAt: Int?
  }

  /// What is masked in a layer, which is not always what is zero: a position that may grow again begins at 0.
  struct Layer: Codable {
    /// The layer's name.
    var name: String
    /// Rows that are still to be masked.
    var queuedRows: [Int]
    /// Pruned rows whose channels the next layer has still to mask.
    var prunedRows: [Int]
    /// What is masked.
    var mask: MaskSet.Record
    /// What is counted more than once.
    var twiceCounted: TwiceCounted
  }
}

/// The field's number.
private let field = 1000

extension RunSection {
  /// The section of a solver state; nil where there is none.
  ///
  /// - Throws: ``IncRegError/state(_:_:)`` where there is one of another method, or one that cannot be read
  static func read(_ method: String, from state: SolverState) throws -> RunSection? {
    guard let head = try JSONField.read(Head.self, field, from: state) else { return nil }
    guard head.method == method, head.version == 2 else {
      throw IncRegError.state(
        "field \(field)", "is of \(head.method ?? "IncReg"), version \(head.version); expected \(method), version 2")
    }
    return try JSONField.read(RunSection.self, field, from: state)
  }

  /// Adds the section to a solver state.
  func add(to state: inout SolverState) throws { try JSONField.add(self, field, to: &state) }
}

/// What every section begins with.
private struct Head: Decodable {
  var version: Int
  var method: String?
}

extension RunSection.Family {
  init(_ family: PrunedFamily, _ memory: Memory) {
    let softened = family.state.softened.indices.filter { family.state.softened[$0] }
    self.init(
      name: family.name, prunedAt: family.state.prunedAt, softened: softened, penalty: family.state.penalty,
      memory: memory, finishedAt: family.finishedAt)
  }

  /// Gives a family back what was saved.
  ///
  /// - Throws: ``IncRegError/state(_:_:)`` where it does not fit
  func restore(_ family: inout PrunedFamily) throws {
    guard name == family.name, prunedAt.count == family.count, penalty.count == family.count,
      softened.allSatisfy((0..<family.count).contains), prunedAt.allSatisfy({ IncRegError.isCount($0 ?? 0) })
    else { throw IncRegError.state("layer '\(name)'", "does not fit the net's") }
    family.state = GroupState(count: family.count)
    family.state.prunedAt = prunedAt
    family.state.penalty = penalty
    for group in softened { family.state.softened[group] = true }
    family.finishedAt = finishedAt
  }
}

extension RunSection.Layer {
  init(_ layer: PrunableLayer) {
    self.init(
      name: layer.name, queuedRows: layer.queuedRows, prunedRows: layer.prunedRows, mask: layer.mask.record,
      twiceCounted: layer.twiceCounted)
  }

  /// Gives a layer back what was saved.
  ///
  /// - Parameter rollback: the run goes on with what is queued, and counts masks anew
  /// - Throws: ``IncRegError/state(_:_:)`` where it does not fit
  func restore(_ layer: inout PrunableLayer, rollback: Bool) throws {
    guard name == layer.name, (queuedRows + prunedRows).allSatisfy({ (0..<layer.matrix.rows).contains($0) }) else {
      throw IncRegError.state("layer '\(name)'", "does not fit the net's")
    }
    guard twiceCounted.isPossible else {
      throw IncRegError.state(
        "layer '\(name)'", "counts \(twiceCounted.rows) rows and \(twiceCounted.columns) columns twice")
    }
    guard let saved = MaskSet(layer.matrix, mask) else {
      throw IncRegError.state("layer '\(name)'", "masks what the layer does not have")
    }
    if !rollback { (layer.queuedRows, layer.prunedRows) = (queuedRows, prunedRows) }
    layer.adopt(saved, rollback ? TwiceCounted() : twiceCounted)
  }
}
