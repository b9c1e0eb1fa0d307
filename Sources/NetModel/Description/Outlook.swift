/// What may be taken for granted of a net that is only looked at.
public struct Outlook: Sendable {
  /// Shapes that the user declares, by the name of a blob, or of a layer with one top.
  public var shapes: [String: Shape]
  /// Shapes of blobs of which nobody says them, as their readers need them.
  public internal(set) var needed: [String: Shape] = [:]
  /// Blobs whose shape some reader needs to be a certain one.
  var determined: Set<String> = []

  /// Makes an outlook.
  public init(shapes: [String: Shape] = [:]) { self.shapes = shapes }

  /// What readers need blob `name` to be, of which nobody says the shape: one value for each of a batch until a reader has
  /// been asked, and nil where none can tell.
  public func need(_ name: String, batch: Int = 1) -> Shape? {
    needed[name] ?? (determined.contains(name) ? [batch] : nil)
  }
}
