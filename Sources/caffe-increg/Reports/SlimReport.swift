import NetModel
import Slimming

/// The lines that `slim` prints about a run.
struct SlimReport {
  private let slim: SlimNet
  private let proof: SlimProof

  init(_ slim: SlimNet, _ proof: SlimProof) { (self.slim, self.proof) = (slim, proof) }

  var lines: [String] {
    table + slim.plan.rules.flatMap(\.changes) + slim.plan.rules.flatMap(\.held)
      + [line("random inputs", proof.random)] + (proof.given.map { [line("the given inputs", $0)] } ?? [])
  }

  private var table: [String] {
    var table = TextTable(["layer", "channels", "parameters", "multiply-adds"], numbers: [1, 2, 3])
    func change(_ before: Int, _ after: Int) -> String { before == after ? "\(before)" : "\(before) -> \(after)" }
    let (masked, slim) = (slim.plan.masked.net, slim.description)
    let (before, after) = (masked.cost, slim.cost)
    for (index, layer) in masked.layers.enumerated() where !layer.blobs.isEmpty {
      table.add([
        layer.name,
        change(layer.topShapes.first?.legacy(1) ?? 0, slim.layers[index].topShapes.first?.legacy(1) ?? 0),
        change(before.parameters[index], after.parameters[index]),
        change(before.multiplyAdds[index], after.multiplyAdds[index]),
      ])
    }
    table.add([
      "total", "", change(before.totalParameters, after.totalParameters),
      change(before.totalMultiplyAdds, after.totalMultiplyAdds),
    ])
    return table.lines
  }

  private func line(_ inputs: String, _ comparison: Comparison) -> String {
    let absolute = comparison.blobs.map(\.absolute).max() ?? 0
    let relative = comparison.blobs.map(\.relative).max() ?? 0
    var text =
      "equal: largest difference \(absolute) absolute, \(relative) relative, over \(comparison.blobs.count) blobs"
    text += " and \(comparison.batches) batches of \(inputs)"
    if let agreement = comparison.top1Agreement { text += "; top-1 agreement \(agreement * 100)%" }
    return text
  }
}
