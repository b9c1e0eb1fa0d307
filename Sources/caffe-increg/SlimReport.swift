import NetModel
import Slimming

/// The lines that `slim` prints about a run.
struct SlimReport {
  private let run: SlimRun

  init(_ run: SlimRun) { self.run = run }

  var lines: [String] { table + kernels + kept + proof }

  private var table: [String] {
    var table = TextTable(["layer", "channels", "parameters", "multiply-adds"], numbers: [1, 2, 3])
    func change(_ before: Int, _ after: Int) -> String { before == after ? "\(before)" : "\(before) -> \(after)" }
    let (whole, slim) = (run.before.cost, run.after.cost)
    for (index, (before, after)) in zip(run.before.layers, run.after.layers).enumerated() where !before.blobs.isEmpty {
      table.add([
        before.name,
        change(before.topShapes.first?.legacy(1) ?? 0, after.topShapes.first?.legacy(1) ?? 0),
        change(whole.parameters[index], slim.parameters[index]),
        change(whole.multiplyAdds[index], slim.multiplyAdds[index]),
      ])
    }
    table.add([
      "total", "", change(whole.totalParameters, slim.totalParameters),
      change(whole.totalMultiplyAdds, slim.totalMultiplyAdds),
    ])
    return table.lines
  }

  private var kernels: [String] {
    run.kernels.cuts.map { cut in
      let sizes = [cut.before, cut.after].map { $0.map(String.init).joined(separator: " x ") }
      return "kernel: \(cut.layer), \(sizes[0]) -> \(sizes[1])"
    }
  }

  /// Dead channels that stay, a line per layer and reason.
  private var kept: [String] {
    Dictionary(grouping: run.patch.kept) { [$0.layer, $0.reason] }.sorted { $0.key[0] < $1.key[0] }.map { key, kept in
      let channels = kept.map { String($0.channel) }.joined(separator: ", ")
      return "kept: \(key[0]), dead channels \(channels): \(key[1])"
    }
  }

  private var proof: [String] {
    [("random inputs", run.comparison)].map(line) + (run.given.map { [line("the given inputs", $0)] } ?? [])
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
