import CaffeProto

/// What of a net's text the schema does not have: fields of forks, or mistakes.
public struct UnknownNetFields: Sendable, Equatable {
  /// A field that could change what a net computes, where it is to run.
  public struct Refusal: Error, Equatable, CustomStringConvertible {
    /// File, line, field, and the name that may have been meant.
    public let error: TextFormatError
    /// The layer's name; nil outside of layers.
    public let layer: String?

    /// All of that.
    public var description: String {
      let place = layer.map { "layer '\($0)' cannot be run" } ?? "the net cannot be run"
      return "\(error); \(place) without knowing what this means"
    }
  }

  private let fields: [(field: UnknownTextField, layer: String?)]

  /// Finds the layers' names in the net that was read, before it is upgraded.
  init(_ fields: [UnknownTextField], in net: NetParameter) {
    let names = net.layers.isEmpty ? net.layer.map(\.name) : net.layers.map { $0.hasLayer ? $0.layer.name : $0.name }
    self.fields = fields.map { field in
      (field, field.layer.flatMap { names.indices.contains($0) ? names[$0] : nil })
    }
  }

  /// Each that could change what a net computes, with its layer, as a run refuses it.
  public var refusals: [Refusal] {
    fields.filter { !$0.field.isHarmless }.map { Refusal(error: $0.field.error, layer: $0.layer) }
  }

  /// Whether there are none.
  public var isEmpty: Bool { fields.isEmpty }

  /// One line for the user: where the first is, and all names; nil where there are none.
  public var notice: String? {
    guard let first = fields.first?.field.error else { return nil }
    var names: [String] = []
    for (field, _) in fields where !names.contains(field.name) { names.append(field.name) }
    let hint = fields.count == 1 ? first.reason.description : "unknown fields: \(names.joined(separator: ", "))"
    return "\(first.file):\(first.line): \(hint); kept as \(fields.count == 1 ? "it is" : "they are") and not looked at"
  }

  /// Refuses fields that may change what a run computes.
  ///
  /// - Throws: ``Refusal``
  public func refuse() throws {
    if let first = refusals.first { throw first }
  }

  /// By what was kept.
  public static func == (a: UnknownNetFields, b: UnknownNetFields) -> Bool {
    a.fields.elementsEqual(b.fields) { $0.field == $1.field && $0.layer == $1.layer }
  }
}
