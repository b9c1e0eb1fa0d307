import Base

/// What the record beside masked weights says.
struct PruneFacts: Sendable {
  /// Channels that only go together.
  struct Family: Sendable {
    var layers: [String]
    var channels: Double
    var ratio: Double
  }

  let label: String
  let importance: String
  /// What was asked of every layer; nil where a file says it by layer.
  let asked: Double?
  let families: [Family]

  /// Nil where a file is no such record.
  init?(_ node: JSONNode, path: String) {
    guard let asked = node["asked"], let met = node["met"]?.items else { return nil }
    label = path.lastComponent
    importance = asked["importance"]?.text ?? ""
    self.asked = asked["ratio"]?.number
    families = met.map { family in
      Family(
        layers: family["layers"]?.texts ?? [], channels: family["channels"]?.number ?? 0,
        ratio: family["ratio"]?.number ?? 0)
    }
  }
}
