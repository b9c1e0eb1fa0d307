import Base

/// What the record beside a slim net says.
struct SlimFacts: Sendable {
  /// A figure before and after.
  struct Change: Sendable {
    var before: Double
    var after: Double

    init?(_ node: JSONNode?) {
      guard let before = node?["before"]?.number, let after = node?["after"]?.number else { return nil }
      (self.before, self.after) = (before, after)
    }
  }

  /// A layer's sizes.
  struct Layer: Sendable {
    var name: String
    var type: String
    var channels: Change?
    var parameters: Change?
    var multiplyAdds: Change?
  }

  /// Both nets on the same inputs.
  struct Proof: Sendable {
    var inputs: String
    var batches: Double
    var absolute: Double
    var relative: Double
    var blobs: Int
    var agreement: Double?
  }

  let label: String
  let multiplyAdds: Change
  let parameters: Change
  let layers: [Layer]
  let proofs: [Proof]

  /// Nil where a file is no such record.
  init?(_ node: JSONNode, path: String) {
    guard let adds = Change(node["multiplyAdds"]), let parameters = Change(node["parameters"]),
      let proofs = node["proof"]?.items
    else { return nil }
    label = path.lastComponent
    (multiplyAdds, self.parameters) = (adds, parameters)
    layers = (node["sizes"]?.items ?? []).map { layer in
      Layer(
        name: layer["name"]?.text ?? "", type: layer["type"]?.text ?? "", channels: Change(layer["channels"]),
        parameters: Change(layer["parameters"]), multiplyAdds: Change(layer["multiplyAdds"]))
    }
    self.proofs = proofs.map { proof in
      let differences = proof["differences"]?.items ?? []
      return Proof(
        inputs: proof["inputs"]?.text ?? "", batches: proof["batches"]?.number ?? 0,
        absolute: differences.compactMap { $0["absolute"]?.number }.max() ?? 0,
        relative: differences.compactMap { $0["relative"]?.number }.max() ?? 0, blobs: differences.count,
        agreement: proof["top1Agreement"]?.number)
    }
  }
}
