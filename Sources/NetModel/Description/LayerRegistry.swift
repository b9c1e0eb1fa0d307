import CaffeProto

/// The layer types a net may use, by the names in prototxts. A value: a program can add its own types.
public struct LayerRegistry: Sendable {
  private var types: [String: any LayerDescription.Type] = [:]
  /// Set where nets are only looked at; nil where they are to be what they say.
  public private(set) var outlook: Outlook?

  /// Makes a registry; of two types with the same name the later one counts.
  public init(_ types: [any LayerDescription.Type]) {
    for type in types { self.types[type.type] = type }
  }

  /// This registry with further types; they count where a name is already known.
  public func adding(_ types: [any LayerDescription.Type]) -> LayerRegistry {
    var registry = self
    for type in types { registry.types[type.type] = type }
    return registry
  }

  /// This registry for nets that are only looked at: layers of other types are passed through (``PassedThrough``), and
  /// sources that are not there are done without (``SourceReading``).
  public func looking(_ outlook: Outlook = Outlook()) -> LayerRegistry {
    var registry = self
    registry.outlook = outlook
    return registry
  }

  /// The description for a type name; nil if it is unknown.
  public subscript(name: String) -> (any LayerDescription.Type)? { types[name] }

  /// All type names, sorted.
  public var names: [String] { types.keys.sorted() }

  /// Up to three known names that are spelt like `name`.
  public func similar(to name: String) -> [String] {
    func letters(_ text: String) -> Set<Character> { Set(text.lowercased()) }
    let wanted = letters(name)
    let scored = names.map { known -> (String, Double) in
      let other = letters(known)
      let common = known.lowercased().commonPrefix(with: name.lowercased()).count
      return (
        known,
        Double(wanted.intersection(other).count) / Double(max(1, wanted.union(other).count))
          + Double(common) / Double(max(known.count, name.count))
      )
    }
    return scored.filter { $0.1 > 1 }.sorted { $0.1 > $1.1 }.prefix(3).map(\.0)
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> Substring {
    var end = startIndex
    for (a, b) in zip(self, other) {
      guard a == b else { break }
      end = index(after: end)
    }
    return self[..<end]
  }
}
