/// What may be taken for granted of a net that is only looked at.
public struct Outlook: Sendable {
  /// Shapes that the user declares, by the name of a blob, or of a layer with one top.
  public var shapes: [String: Shape]
  /// Shapes of blobs that only their readers say.
  public internal(set) var needed: [String: Shape] = [:]
  /// Blobs whose shape some reader needs to be a certain one.
  var determined: Set<String> = []

  /// Makes an outlook.
  public init(shapes: [String: Shape] = [:]) { self.shapes = shapes }

  /// The shape that readers need of blob `name`, whose maker does not say it. Before any reader has been asked it is
  /// one value for each item of a batch. It is nil where no reader can tell.
  public func need(_ name: String, batch: Int = 1) -> Shape? {
    needed[name] ?? (determined.contains(name) ? [batch] : nil)
  }
}
