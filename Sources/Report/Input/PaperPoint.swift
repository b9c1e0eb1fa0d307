/// A net that somebody has published.
struct PaperPoint: Sendable {
  var name: String
  var source: String
  var accuracy: Double
  var multiplyAdds: Double?
  var milliseconds: Double?

  /// The points of a file: an array, alone or as `points`, of objects with `name`, `source`, `accuracy` (in 0 ... 1),
  /// and `multiply_adds` or `ms`; nil where it is none.
  static func all(_ node: JSONNode) -> [PaperPoint]? {
    guard let points = node.items ?? node["points"]?.items else { return nil }
    let known = points.compactMap { point -> PaperPoint? in
      guard let name = point["name"]?.text, let accuracy = point["accuracy"]?.number else { return nil }
      return PaperPoint(
        name: name, source: point["source"]?.text ?? "", accuracy: accuracy,
        multiplyAdds: point["multiply_adds"]?.number, milliseconds: point["ms"]?.number)
    }
    return known.count == points.count && !known.isEmpty ? known : nil
  }
}
