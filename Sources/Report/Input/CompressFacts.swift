import Base

/// What the record of `compress` says.
struct CompressFacts: Sendable {
  /// A net's accuracies and costs; nil where they were not measured.
  struct Net: Sendable {
    /// On the images by which was chosen, and on those by which was not.
    var chosen: Double?
    var judged: Double?
    var multiplyAdds: Double?
    var parameters: Double?
    var bytes: Double?
    /// Of a forward pass over a batch.
    var milliseconds: Double?

    init(scores: JSONNode?, cost: JSONNode?) {
      (chosen, judged) = (scores?["chosen"]?.number, scores?["judged"]?.number)
      (multiplyAdds, parameters) = (cost?["multiplyAdds"]?.number, cost?["parameters"]?.number)
      (bytes, milliseconds) = (cost?["bytes"]?.number, cost?["milliseconds"]?.number)
    }
  }

  let label: String
  let budget: String
  let drop: String
  let isMet: Bool
  let shortfalls: [String]
  let floor: Double
  let judgedOn: String
  let before: Net
  let after: Net
  /// The nets that were trained, with the numbers of their plans from 1, and which of them is the net after.
  let attempts: [(plan: Int, budget: String, training: String, net: Net, isTaken: Bool)]
  let stages: [(name: String, seconds: Double, said: String)]

  /// Nil where a file is no such record.
  init?(_ node: JSONNode, path: String) {
    guard let asked = node["asked"], let isMet = node["isMet"]?.isTrue, let floor = node["floor"]?.number,
      let attempts = node["attempts"]?.items, let weights = node["weights"]?.text, let stages = node["stages"]?.items
    else { return nil }
    (label, self.isMet, self.floor) = (path.lastComponent, isMet, floor)
    (budget, drop) = (asked["--budget"]?.text ?? "", asked["--drop"]?.text ?? "")
    shortfalls = node["shortfalls"]?.texts ?? []
    judgedOn = node["judgedOn"]?.text ?? ""
    before = Net(scores: node["accuracy"]?["before"], cost: node["cost"]?["before"])
    after = Net(scores: node["accuracy"]?["after"], cost: node["cost"]?["after"])
    self.attempts = attempts.enumerated().flatMap { number, attempt in
      [("tuned", "scores"), ("retrained", "retrained")].compactMap { training, key in
        attempt[key].map { scores in
          (
            number + 1, attempt["budget"]?.text ?? "", training, Net(scores: scores, cost: attempt["after"]),
            weights == "try\(number + 1)/\(training).caffemodel"
          )
        }
      }
    }
    self.stages = stages.map { stage in
      (stage["stage"]?.text ?? "", stage["seconds"]?.number ?? 0, stage["said"]?.texts?.last ?? "")
    }
  }
}
