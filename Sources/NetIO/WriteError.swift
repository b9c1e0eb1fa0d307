/// Content that the format of the file being written cannot hold.
public struct WriteError: Error, Equatable, CustomStringConvertible {
  /// The file the user named.
  public var path: String
  /// Where in it, e.g. "/data/conv1/0"; empty for the file as a whole.
  public var place: String
  /// Why it cannot be written.
  public var cause: String

  /// Makes an error out of its evidence.
  public init(path: String, place: String = "", cause: String) {
    self.path = path
    self.place = place
    self.cause = cause
  }

  /// One line naming the path, the place in it and the cause.
  public var description: String { "cannot write '\(path)'\(place.isEmpty ? "" : ", \(place)"): \(cause)" }
}
