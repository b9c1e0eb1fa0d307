import Base
import CaffeProto

/// JSON in a field of a solver state that other readers skip as unknown.
enum JSONField {
  /// The content of field `number`, of the last one where there are several; nil where there is none.
  ///
  /// - Throws: ``IncRegError/state(_:_:)`` where there is one that cannot be read, or where the fields are cut off
  static func read<Content: Decodable>(_ type: Content.Type, _ number: Int, from state: SolverState) throws -> Content?
  {
    let bytes: [UInt8]?
    do { bytes = try UnknownFields.last(number, in: state.unknownFields) } catch {
      throw IncRegError.state("unknown fields", "cannot be read: \(error)")
    }
    guard let bytes else { return nil }
    do { return try JSON.decode(type, from: bytes) } catch {
      throw IncRegError.state("field \(number)", "cannot be read: \(error)")
    }
  }

  /// Adds a field.
  static func add(_ content: some Encodable, _ number: Int, to state: inout SolverState) throws {
    state.unknownFields += UnknownFields.encode(number, try JSON.encode(content))
  }
}
