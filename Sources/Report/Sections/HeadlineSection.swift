/// What was asked and what came out.
enum HeadlineSection {
  static func make(_ data: ReportData) -> Page.Section {
    var section = Page.Section("headline", "What came out")
    for note in data.notes { section.say(note) }
    for run in data.runs where run.command == "train" { section.say(sentence(run)) }
    for table in data.tables { section.say(sentence(table)) }
    for record in data.compressions { section.say(CompressSection.sentence(record)) }
    for slim in data.slims { section.say(sentence(slim)) }
    for prune in data.prunes { section.say(sentence(prune)) }
    let nets = MeasuredNet.all(data)
    section.add(measured(nets))
    section.add(slimmed(data.slims))
    if nets.isEmpty, !data.isWithoutRuns {
      section.say(
        "No nets were measured: logs of 'test' and 'time' (--log-json) add accuracy and time of one net beside the other."
      )
    }
    return section
  }

  private static func sentence(_ run: RunRecord) -> String {
    let method = run.method.map { "pruned by \($0)" } ?? "trained"
    var text = "\(run.label): \(method), \(run.lastX.shown) updates"
    if let seconds = run.seconds { text += " in \(seconds.duration)" }
    text += "."
    if let last = run.tests.last(where: { $0.accuracy != nil }), let accuracy = last.accuracy {
      text += " Accuracy \(accuracy.shown) in the last test"
      let best = run.tests.max { ($0.accuracy ?? -.infinity, -$0.x) < ($1.accuracy ?? -.infinity, -$1.x) }
      if let best, let top = best.accuracy, let iteration = best.iteration {
        text += ", \(top.shown) in the best, of iteration \(iteration)"
      }
      text += "."
    }
    if let ratios = run.ratios.last, run.prunes {
      let reached = zip(run.families, ratios.achieved).count { $1 >= $0.ratio - 0.5 / Double(max(1, $0.groups)) }
      text += " Of \(run.families.count) layers that were to be pruned \(reached) reached their ratio"
      if let speedup = ratios.speedup, speedup.isFinite {
        text += speedup == 1 ? "; no fewer multiply-adds" : "; \(speedup.shown) times fewer multiply-adds"
        text += ", as masks count"
      }
      text += "."
    }
    if let judged = run.judgements.last?.fields, let accuracy = judged["accuracy"]?.number,
      let floor = judged["borderline"]?.number, floor > 0
    {
      text += " The last stage kept \(accuracy.shown), where \(floor.shown) was asked:"
      text += judged["good"]?.isTrue == true ? " good." : " too little, so it was rolled back."
    }
    return text
  }

  private static func sentence(_ table: TableFacts) -> String {
    let runs = table.rows.flatMap(\.runs)
    var text = "\(table.name): \(table.title). \(runs.count) runs of \(table.rows.count) rows"
    let ends = table.rows.compactMap { row in row.spread(\.end).map { (row.name, $0.mean) } }
    if let best = ends.max(by: { $0.1 < $1.1 }), let worst = ends.min(by: { $0.1 < $1.1 }), ends.count > 1 {
      text += ", whose accuracies in the end are from \((100 * worst.1).shown) % (\(worst.0))"
      text += " to \((100 * best.1).shown) % (\(best.0))"
    }
    let seeds = runs.isEmpty ? 0 : table.rows.map(\.runs.count).min() ?? 0
    return text + (seeds < 3 ? "; rows with fewer than three seeds say little." : ".")
  }

  private static func sentence(_ slim: SlimFacts) -> String {
    let proofs = slim.proofs.map { proof in
      var text = "on \(proof.inputs) inputs the largest difference is \(proof.absolute.shown) absolute"
      text += ", \(proof.relative.shown) relative, over \(proof.blobs) blob\(proof.blobs == 1 ? "" : "s")"
      if let agreement = proof.agreement { text += ", top-1 agreement \((agreement * 100).shown) %" }
      return text
    }
    return "\(slim.label): " + proofs.joined(separator: "; ") + "."
  }

  private static func sentence(_ prune: PruneFacts) -> String {
    let asked = prune.asked.map { "a ratio of \($0.shown)" } ?? "ratios by layer"
    let channels = prune.families.reduce(0) { $0 + $1.channels }
    let gone = prune.families.reduce(0) { $0 + $1.channels * $1.ratio }
    return
      "\(prune.label): asked for \(asked) by \(prune.importance); \(gone.shown) of \(channels.shown) channels were masked."
  }

  /// Nets side by side; the first is what the others are held against.
  private static func measured(_ nets: [MeasuredNet]) -> Table {
    let batches = Set(nets.flatMap { $0.milliseconds.map(\.batch) }).sorted()
    var table = Table(
      "Nets measured; factors against the first",
      ["net", "accuracy", "loss", "parameters", "multiply-adds", "file bytes"]
        + batches.map { "ms per image, batch \($0)" })
    func cell(_ value: Double?, _ first: Double?) -> Table.Cell {
      var cell = Table.Cell(value)
      if let value, let first, value > 0, value.shown != first.shown { cell.text += " (\((first / value).shown)×)" }
      return cell
    }
    for net in nets {
      var accuracy = Table.Cell(net.accuracy)
      if net.accuracies.count > 1, let low = net.accuracies.min(), let high = net.accuracies.max() {
        accuracy.text += " (\(low.shown) to \(high.shown) in \(net.accuracies.count) tests)"
      }
      table.rows.append(
        [.init(net.label), accuracy, .init(net.losses.last)]
          + [\MeasuredNet.parameters, \.multiplyAdds, \.bytes].map { cell(net[keyPath: $0], nets[0][keyPath: $0]) }
          + batches.map { batch in
            func time(_ net: MeasuredNet) -> Double? { net.milliseconds.last { $0.batch == batch }?.value }
            return cell(time(net), time(nets[0]))
          })
    }
    return table
  }

  private static func slimmed(_ slims: [SlimFacts]) -> Table {
    Table(
      "Slimmed nets", ["record", "parameters", "fewer", "multiply-adds", "fewer"],
      rows: slims.map { slim in
        [.init(slim.label)]
          + [slim.parameters, slim.multiplyAdds].flatMap { change -> [Table.Cell] in
            var factor = Table.Cell(change.after > 0 ? change.before / change.after : nil)
            factor.text += factor.value == nil ? "" : "×"
            return [.change(change.before, change.after), factor]
          }
      })
  }
}

extension Double {
  /// Seconds, in words.
  var duration: String {
    guard isFinite, magnitude < 1e10 else { return shown + " s" }
    let whole = Int(rounded())
    if whole < 120 { return shown + " s" }
    return whole < 7200 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}
