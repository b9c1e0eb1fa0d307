import CaffeProto
import Foundation

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
    /// What is masked, where that is not what is zero: a position that may grow again begins at 0.
    var mask: MaskSet.Record?
  }

  /// The field's number.
  static let field = 1000

  /// The section of a solver state; nil where there is none.
  ///
  /// - Throws: ``IncRegError/state(_:_:)`` where there is one that cannot be read
  init?(_ state: SolverState) throws {
    guard let bytes = try WireField.last(Self.field, in: state.unknownFields) else { return nil }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      self = try decoder.decode(Self.self, from: Data(bytes))
    } catch { throw IncRegError.state("field \(Self.field)", "cannot be read: \(error)") }
    guard version == 1 else { throw IncRegError.state("field \(Self.field)", "has the unknown version \(version)") }
  }

  /// Makes the section of a run.
  init(_ control: ControlState, _ layers: [PrunableLayer]) {
    self.control = control
    self.layers = layers.map {
      Layer(
        name: $0.name, prunedAt: $0.state.prunedAt, queuedRows: $0.queuedRows, prunedRows: $0.prunedRows,
        mask: $0.space.kind == .position ? $0.mask.record : nil)
    }
  }

  /// Adds the section to a solver state.
  func add(to state: inout SolverState) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    state.unknownFields += WireField.encode(Self.field, [UInt8](try encoder.encode(self)))
  }
}
