/// Loss, accuracy and learning rate over the updates, with the phases of pruning.
enum CurveSection {
  /// The points of all curves of a chart together.
  private static let points = 1600
  /// Runs that are drawn over each other.
  private static let mostRuns = 6

  static func make(_ data: ReportData) -> Page.Section {
    var section = Page.Section("curves", "Curves")
    let all = data.runs.filter { $0.command == "train" && (!$0.displays.x.isEmpty || !$0.tests.isEmpty) }
    let runs = Array(all.prefix(mostRuns))
    guard !runs.isEmpty else {
      section.say("No curves: none of the files is the log of a training run.")
      return section
    }
    if all.count > runs.count { section.say("Drawn are the first \(runs.count) of \(all.count) runs.") }
    let bands = bands(runs)
    let share = points / runs.count
    for chart in [loss(runs, share), accuracy(runs, share), rate(runs, share)] {
      guard var chart, chart.series.contains(where: { !$0.x.isEmpty }) else { continue }
      chart.bands = bands
      chart.xEnds = [0, runs.map(\.lastX).max() ?? 0]
      section.add(chart)
    }
    for run in runs {
      let lost = run.displays.loss.count { !$0.isFinite }
      if lost > 0 { section.say("\(run.label): the loss is NaN or infinite in \(lost) displays, which are left out.") }
    }
    section.add(phases(runs))
    return section
  }

  private static func loss(_ runs: [RunRecord], _ share: Int) -> LineChart? {
    var windows: [Int] = []
    let series = runs.enumerated().flatMap { index, run -> [Series] in
      let raw = Series(run.label, x: run.displays.x, y: run.displays.loss, form: .raw, colour: index)
      let window = max(1, raw.x.count / 60) | 1
      windows.append(window)
      guard window > 1 else { return [raw.smoothed(over: 1)] }
      var thin = raw.thinned(to: share * 2 / 3)
      thin.name += ", raw"
      return [thin, raw.smoothed(over: window).thinned(to: share / 3)]
    }
    let sizes = Set(windows).sorted().map(String.init).joined(separator: " and ")
    var caption =
      windows.max() ?? 1 > 1
      ? "The training loss as displayed (thin), and its mean over \(sizes) displays (thick)."
      : "The training loss as displayed."
    // Most of a curve would be a line at the bottom.
    let values = series.flatMap(\.y).filter(\.isFinite)
    let isLogarithmic = (values.min() ?? 0) > 0 && (values.max() ?? 0) > 8 * (values.median ?? 0)
    if isLogarithmic { caption += " The vertical axis is logarithmic." }
    var chart = LineChart("Training loss", caption: caption, x: "updates", y: "loss", series)
    chart.yIsLogarithmic = isLogarithmic
    return chart
  }

  private static func accuracy(_ runs: [RunRecord], _ share: Int) -> LineChart? {
    let series = runs.enumerated().map { index, run in
      let tests = run.tests.filter { $0.accuracy != nil }
      return Series(
        run.label, x: tests.map(\.x), y: tests.map { $0.accuracy ?? .nan }, form: .dots, colour: index
      ).thinned(to: share)
    }
    let values = series.flatMap(\.y).filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else { return nil }
    var chart = LineChart(
      "Test accuracy",
      caption: "All tests, from \(low.shown) to \(high.shown). The vertical axis does not begin at 0.", x: "updates",
      y: "accuracy", series)
    if let floor = floor(values, high) {
      chart.floor = floor
      chart.caption += " Tests below \(floor.shown) are drawn at its lower edge."
    }
    let floors = Set(runs.flatMap(\.judgements).compactMap { $0.fields["borderline"]?.number }.filter { $0 > 0 })
    chart.rules = floors.sorted().map { .init(y: $0, label: "asked for: \($0.shown)") }
    return chart
  }

  /// Where the axis of accuracies begins; nil for the smallest one. The low accuracies of the first tests would press
  /// all others together.
  private static func floor(_ accuracies: [Double], _ high: Double) -> Double? {
    guard accuracies.count >= 10 else { return nil }
    let tenth = accuracies.sorted()[accuracies.count / 10]
    let floor = tenth - (high - tenth)
    return accuracies.contains { $0 < floor } ? floor : nil
  }

  private static func rate(_ runs: [RunRecord], _ share: Int) -> LineChart? {
    let series = runs.enumerated().map { index, run in
      let known = run.displays.rate.indices.filter { run.displays.rate[$0].isFinite }
      return Series(
        run.label, x: known.map { run.displays.x[$0] }, y: known.map { run.displays.rate[$0] }, form: .steps,
        colour: index
      ).changes.thinned(to: share)
    }
    guard series.contains(where: { !$0.x.isEmpty }) else { return nil }
    var chart = LineChart(
      "Learning rate", caption: "The rate of the update that follows each display, on a logarithmic axis.",
      x: "updates",
      y: "learning rate", series)
    chart.yIsLogarithmic = series.contains { $0.y.contains { $0 > 0 } }
    return chart
  }

  /// Of the first run that prunes.
  private static func bands(_ runs: [RunRecord]) -> [LineChart.Band] {
    guard let run = runs.first(where: \.prunes) else { return [] }
    return spans(run).map { .init(from: $0.from, to: $0.to, label: $0.phase.label) }
  }

  private static func spans(_ run: RunRecord) -> [(phase: RunRecord.Phase, from: Double, to: Double)] {
    run.phases.enumerated().map { index, phase in
      (phase, phase.x, index + 1 < run.phases.count ? run.phases[index + 1].x : run.lastX)
    }.filter { $0.1 < $0.2 }
  }

  private static func phases(_ runs: [RunRecord]) -> Table {
    Table(
      "Phases", ["run", "phase", "from update", "to update"],
      rows: runs.flatMap { run in
        spans(run).map { [.init(run.label), .init($0.phase.label), .init($0.from), .init($0.to)] }
      })
  }
}

extension Series {
  /// The same without points that repeat the value before and behind them.
  var changes: Series {
    var result = self
    let kept = y.indices.filter { $0 == 0 || $0 == y.count - 1 || y[$0] != y[$0 - 1] || y[$0] != y[$0 + 1] }
    (result.x, result.y) = (kept.map { x[$0] }, kept.map { y[$0] })
    return result
  }
}
