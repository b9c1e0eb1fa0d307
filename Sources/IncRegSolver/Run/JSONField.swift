import Base
import CaffeProto

/// JSON in a field of a solver state that other readers skip as unknown.
enum JSONField {
  /// The content of field `number`; nil where there is none.
  ///
  /// - Throws: ``IncRegError/state(_:_:)`` where there is one that cannot be read
  static func read<Content: Decodable>(_ type: Content.Type, _ number: Int, from state: SolverState) throws -> Content?
  {
    guard let bytes = try WireField.last(number, in: state.unknownFields) else { return nil }
    do { return try JSON.decode(type, from: bytes) } catch {
      throw IncRegError.state("field \(number)", "cannot be read: \(error)")
    }
  }

  /// Adds a field.
  static func add(_ content: some Encodable, _ number: Int, to state: inout SolverState) throws {
    state.unknownFields += WireField.encode(number, try JSON.encode(content))
  }
}
