/// What may be taken for granted of a net that is only looked at.
public struct Outlook: Sendable {
  /// Shapes that the user declares, by the name of a blob, or of a layer with one top.
  public var shapes: [String: Shape]

  /// Makes an outlook.
  public init(shapes: [String: Shape] = [:]) { self.shapes = shapes }
}
