import Base
import Budgets
import NetModel

/// The best net of a run, and whether it does what was asked for.
struct CompressResult {
  /// The number of its plan.
  let number: Int
  /// The name of the file of its weights, in the run's folder.
  let weights: String
  let attempt: CompressState.Attempt
  let base: CompressState.Scores
  let scores: CompressState.Scores
  let before: CompressState.Figures
  let after: CompressState.Figures
  /// The least accuracy that is allowed, on the images of the verdict.
  let floor: Double
  /// What is not as asked for; empty where all is.
  let shortfalls: [String]
  private let run: CompressRun

  /// Takes the smallest net that keeps the floor, or else the one that loses least, by the images that serve decisions.
  init(_ run: CompressRun, _ state: CompressState) throws {
    let kind = try NetBudget(run.command.budget.text ?? "").kind
    let measured = state.attempts.enumerated().compactMap { number, attempt in
      attempt.best.flatMap { best in attempt.after.map { (number, best.scores.chosen, $0.amount(kind)) } }
    }
    let floor = state.base.map { run.floor($0.chosen) } ?? 0
    let best =
      measured.filter { $0.1 >= floor }.min { $0.2 < $1.2 } ?? measured.max { $0.1 < $1.1 }
    guard let number = best?.0, let base = state.base, let (scores, file) = state.attempts[number].best,
      let before = state.attempts[number].before, let after = state.attempts[number].after
    else { throw CompressError.unreadable(path: CompressState.path(in: run.command.out)) }
    (self.run, self.number, attempt) = (run, number, state.attempts[number])
    weights = run.name(number, file)
    (self.base, self.scores, self.before, self.after) = (base, scores, before, after)
    self.floor = base.judged - run.command.drop
    var shortfalls: [String] = []
    if scores.judged < run.floor(base.judged) {
      shortfalls.append(
        "the floor is not met: the accuracy is \(scores.judged.fixed(4)), but at least \(self.floor.fixed(4)) is asked for"
      )
    }
    let limit = try NetBudget(run.command.budget.text ?? "").limit(of: before.amount(kind))
    if after.amount(kind) > limit * (kind == .latency ? BudgetPlanner.tolerance : 1) + 1e-9 {
      let why = number > 0 ? ", since the net that did lost too much" : ""
      shortfalls.append(
        "the budget is not met: \(kind.text(after.amount(kind))), but at most \(kind.text(limit)) are asked for\(why)")
    }
    self.shortfalls = shortfalls
  }

  /// The table, and on what the floor was judged.
  var lines: [String] {
    var table = TextTable(["", "before", "after", "share"], numbers: [1, 2, 3])
    table.add([
      "accuracy", base.judged.fixed(4), scores.judged.fixed(4), "",
    ])
    func row(_ name: String, _ value: (CompressState.Figures) -> Double, digits: Int = 0) {
      let (old, new) = (value(before), value(after))
      table.add([name, old.fixed(digits), new.fixed(digits), (new / max(old, .leastNonzeroMagnitude)).fixed(3)])
    }
    row("multiply-adds", { Double($0.multiplyAdds) })
    row("parameters", { Double($0.parameters) })
    row("bytes", { Double($0.bytes) })
    row("ms", { $0.milliseconds }, digits: 3)
    let batch = run.command.budget.batch ?? run.data.batch
    return table.lines + [
      "accuracies are of \(run.data.judgedImages); times are of a forward pass over \(batch) of them"
        + (attempt.isNoisy == true ? " and not sure, as the machine was busy" : ""),
      "the floor of \(floor.fixed(4)) is \(scores.judged < run.floor(base.judged) ? "not kept" : "kept")",
      "files: \(run.command.out)/best.prototxt, best.caffemodel, best_deploy.prototxt, best.json",
      "a page of it: caffe-increg report \(shellWord(run.command.out + "/best.json")) "
        + "--out \(shellWord(run.command.out + "/report.html"))",
    ]
  }
}

extension CompressState.Figures {
  /// What a budget counts, bytes being those of the parameters' values.
  func amount(_ kind: NetBudget.Kind) -> Double {
    switch kind {
    case .macs: Double(multiplyAdds)
    case .params: Double(parameters)
    case .bytes: Double(parameters * MemoryLayout<Float>.stride)
    case .latency: milliseconds
    }
  }
}
