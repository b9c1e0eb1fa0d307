import CaffeProto

/// The state of a method that has no stages, in the same field as ``StateSection``.
struct MethodSection<Run: Codable>: Codable {
  /// The layout of this section.
  var version = 1
  /// The method.
  var method: String
  /// What it knows of the run.
  var run: Run
  /// Per prunable layer, in the order of the net.
  var layers: [StateSection.Layer]

  /// Makes the section of a run.
  init(method: String, run: Run, _ layers: [PrunableLayer]) {
    (self.method, self.run) = (method, run)
    self.layers = layers.map { StateSection.Layer($0) }
  }

  /// Takes what a solver state holds for `method` into `layers`, and gives the rest; nil for a state of stock Caffe, with
  /// which pruning begins.
  ///
  /// - Throws: ``IncRegError/state(_:_:)`` where it is the state of another method, or does not fit the net
  static func restore(_ method: String, from state: SolverState, _ layers: inout [PrunableLayer]) throws -> Run? {
    guard let head = try JSONField.read(Head.self, StateSection.field, from: state) else {
      guard !state.hasPruneState else {
        throw IncRegError.state("field \(StateSection.field)", "is missing, and with it the state of \(method)")
      }
      return nil
    }
    guard head.method == method, head.version == 1 else {
      throw IncRegError.state(
        "field \(StateSection.field)",
        "is of \(head.method ?? "IncReg"), version \(head.version); expected \(method), version 1")
    }
    guard let section = try JSONField.read(Self.self, StateSection.field, from: state) else { return nil }
    guard section.layers.count == layers.count else {
      throw IncRegError.state("layers", "are \(section.layers.count); the net has \(layers.count)")
    }
    for index in layers.indices { try section.layers[index].restore(&layers[index]) }
    return section.run
  }

  /// Adds the section to a solver state.
  func add(to state: inout SolverState) throws { try JSONField.add(self, StateSection.field, to: &state) }
}

/// What every section begins with.
private struct Head: Decodable {
  var version: Int
  var method: String?
}
