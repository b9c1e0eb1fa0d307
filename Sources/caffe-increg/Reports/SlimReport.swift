import Slimming

/// The lines that `slim` prints about a run.
struct SlimReport {
  private let slim: SlimNet
  private let proof: SlimProof

  init(_ slim: SlimNet, _ proof: SlimProof) { (self.slim, self.proof) = (slim, proof) }

  var lines: [String] {
    CostReport(slim.plan.masked.net, slim.description).lines + slim.plan.rules.flatMap(\.changes)
      + slim.plan.rules.flatMap(\.held)
      + [line("random inputs", proof.random)] + (proof.given.map { [line("the given inputs", $0)] } ?? [])
  }

  private func line(_ inputs: String, _ comparison: Comparison) -> String {
    let absolute = comparison.blobs.map(\.absolute).max() ?? 0
    let relative = comparison.blobs.map(\.relative).max() ?? 0
    var text =
      "equal: largest difference \(absolute) absolute, \(relative) relative, over \(comparison.blobs.count) blob\(comparison.blobs.count == 1 ? "" : "s")"
    text += " and \(comparison.batches) batches of \(inputs)"
    if let agreement = comparison.top1Agreement { text += "; top-1 agreement \(agreement * 100)%" }
    return text
  }
}
