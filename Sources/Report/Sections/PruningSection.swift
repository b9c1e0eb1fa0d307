/// How pruning went, layer by layer.
enum PruningSection {
  /// The points of all panels together.
  private static let points = 2400

  static func make(_ data: ReportData) -> Page.Section {
    var section = Page.Section("pruning", "Pruning")
    let runs = data.runs.filter(\.prunes)
    guard !runs.isEmpty else {
      section.say("No pruning: none of the files is the log of a run that prunes.")
      return section
    }
    for run in runs {
      section.add(panels(run))
      section.add(reached(run))
      for measure in [("importance", "Importance"), ("penalty", "Penalties")] {
        if let chart = histograms(run, measure) { section.add(chart) }
      }
      section.add(cuts(run))
      section.add(statistics(run))
      section.add(stages(run))
      section.add(bests(run))
    }
    return section
  }

  private static func panels(_ run: RunRecord) -> SmallMultiples {
    let share = max(8, points / max(1, run.families.count))
    let panels = run.families.enumerated().map { index, family in
      var series = Series("pruned", x: [], y: [], form: .steps, colour: 0)
      for ratios in run.ratios where index < ratios.achieved.count {
        series.x.append(ratios.x)
        series.y.append(ratios.achieved[index])
      }
      // The last value holds to the end.
      if let last = series.y.last, series.x.last != run.lastX {
        series.x.append(run.lastX)
        series.y.append(last)
      }
      return SmallMultiples.Panel(title: family.name, series: [series.changes.thinned(to: share)], rule: family.ratio)
    }
    return SmallMultiples(
      "Pruned \(run.unit) of \(run.label)",
      caption: "The share of each layer's \(run.unit) that is pruned; the dashed line is what is asked for.",
      x: "updates",
      y: "share", panels)
  }

  private static func reached(_ run: RunRecord) -> Table {
    let last = run.ratios.last?.achieved ?? []
    return Table(
      "Asked and reached, \(run.label)", ["layer", "\(run.unit)", "asked", "reached", "layers tied"],
      rows: run.families.enumerated().map { index, family in
        let achieved = index < last.count ? last[index] : nil
        return [
          .init(family.name), .init(family.groups), .init(family.ratio), .init(achieved, share: achieved),
          .init(family.layers.count > 1 ? family.layers.joined(separator: ", ") : ""),
        ]
      })
  }

  /// The last histogram of a kind.
  private static func histograms(_ run: RunRecord, _ measure: (name: String, title: String)) -> SmallMultiples? {
    guard let event = run.histograms.last(where: { $0.fields["of"]?.text == measure.name }),
      let families = event.fields["families"]?.items
    else { return nil }
    let panels = families.compactMap(panel)
    guard !panels.isEmpty else { return nil }
    // The layers with the most groups, in the net's order.
    func size(_ panel: SmallMultiples.Panel) -> Double { panel.series.reduce(0) { $0 + $1.y.reduce(0, +) } }
    let order = panels.indices.sorted { (-size(panels[$0]), $0) < (-size(panels[$1]), $1) }
    let shown = Set(order.prefix(mostHistograms))
    var caption =
      measure.name == "penalty"
      ? "The penalties of \(run.unit) after \(event.x.shown) updates: of those that stay and of those that are pruned."
      : "The \(run.unit) of each layer by their importance right before the cut after \(event.x.shown) updates."
    caption += " Each panel has axes of its own."
    if panels.count > shown.count { caption += " Shown are the \(shown.count) largest of \(panels.count) layers." }
    var chart = SmallMultiples(
      "\(measure.title) of \(run.unit) of \(run.label)", caption: caption, x: measure.name, y: run.unit,
      panels.indices.filter(shown.contains).map { panels[$0] })
    chart.hasOwnAxes = true
    return chart
  }

  private static let mostHistograms = 18

  private static func panel(_ family: JSONNode) -> SmallMultiples.Panel? {
    guard let low = family["low"]?.number, let high = family["high"]?.number, low.isFinite, high.isFinite,
      let pruned = family["pruned"]?.numbers, let kept = family["kept"]?.numbers, pruned.count == kept.count,
      !kept.isEmpty
    else { return nil }
    let width = (high > low ? high - low : 1) / Double(kept.count)
    let places = kept.indices.map { low + (Double($0) + 0.5) * width }
    return .init(
      title: family["name"]?.text ?? "",
      series: [
        Series("pruned", x: places, y: pruned, form: .columns, colour: 1),
        Series("kept", x: places, y: kept, form: .columns, colour: 0),
      ])
  }

  private static func cuts(_ run: RunRecord) -> Table {
    Table(
      "Cuts of \(run.label), with the tests around them",
      ["update", "\(run.unit) pruned", "accuracy before", "at update", "accuracy after", "at update"],
      rows: run.cuts.map { cut in
        let families = cut.fields["families"]?.items ?? []
        func sum(_ name: String) -> Double { families.reduce(0) { $0 + ($1[name]?.number ?? 0) } }
        let before = run.tests.last { $0.accuracy != nil && $0.x <= cut.x }
        let after = run.tests.first { $0.accuracy != nil && $0.x > cut.x }
        return [
          .init(cut.x), .change(sum("before"), sum("after")), .init(before?.accuracy), .init(before?.x),
          .init(after?.accuracy), .init(after?.x),
        ]
      })
  }

  private static func statistics(_ run: RunRecord) -> Table {
    Table(
      "Normalisations of \(run.label) taken anew", ["update", "output", "before", "after"],
      rows: run.statistics.flatMap { event in
        (event.fields["outputs"]?.items ?? []).map { output in
          [
            .init(event.x), .init(output["name"]?.text ?? ""), .init(output["before"]?.number),
            .init(output["after"]?.number),
          ]
        }
      })
  }

  private static func stages(_ run: RunRecord) -> Table {
    Table(
      "Stages of \(run.label)", ["update", "stage", "accuracy", "asked", "judged"],
      rows: run.judgements.map { event in
        [
          .init(event.x), .init(event.fields["stage"]?.integer), .init(event.fields["accuracy"]?.number),
          .init(event.fields["borderline"]?.number.flatMap { $0 > 0 ? $0 : nil }),
          .init(event.fields["good"]?.isTrue == true ? "good" : "rolled back"),
        ]
      })
  }

  private static func bests(_ run: RunRecord) -> Table {
    Table(
      "Best nets of \(run.label)", ["phase", "accuracy", "of iteration", "solver state"],
      rows: run.bests.map { event in
        [
          .init(event.fields["phase"]?.text ?? ""), .init(event.fields["accuracy"]?.number),
          .init(event.fields["best_iteration"]?.integer), .init(event.fields["state"]?.text ?? ""),
        ]
      })
  }
}
