import Base

/// Layers before and after.
enum LayerSection {
  /// Rows of the chart of times.
  private static let mostBars = 60

  /// A layer, from all that is known of it.
  private struct Row {
    var name: String
    var type = ""
    var shape: (before: [Int], after: [Int]) = ([], [])
    var parameters: (before: Double?, after: Double?)
    var multiplyAdds: (before: Double?, after: Double?)
    var milliseconds: (before: Double?, after: Double?)
    var plan: (before: String?, after: String?)
    var pruned: Double?
  }

  static func make(_ data: ReportData) -> Page.Section {
    var section = Page.Section("layers", "Layers")
    let nets = data.runs.filter { $0.net != nil }
    let times = data.runs.filter { !$0.layerTimes.isEmpty }
    let slim = data.slims.first { !$0.layers.isEmpty }
    guard !nets.isEmpty || slim != nil else {
      section.say("No layers: none of the files says how large a net is.")
      return section
    }
    let before = nets.first
    let after = nets.last { $0.net?.parameters != before?.net?.parameters }
    var rows = sized(before?.net, after?.net)
    if let slim { take(slim, &rows) }
    let (first, last) = (times.first, times.count > 1 ? times.last : nil)
    for index in rows.indices {
      rows[index].milliseconds = (first?.forward(rows[index].name), last?.forward(rows[index].name))
      rows[index].plan = (first?.plan(rows[index].name), last?.plan(rows[index].name))
      rows[index].pruned = achieved(rows[index].name, data.runs)
    }
    let known = rows.filter { ($0.parameters.before ?? 0) > 0 || $0.multiplyAdds.before ?? 0 > 0 }
    let unit = data.runs.first(where: \.prunes)?.unit ?? "groups"
    section.add(table(known, rows, unit, isTimed: first != nil, isPruned: known.contains { $0.pruned != nil }))
    let others = rows.count - known.count
    if others > 0 { section.say("Left out of the table: \(others) layers without parameters and multiply-adds.") }
    if let first {
      section.add(stack(first, last))
      section.add(bars(first, last))
    }
    return section
  }

  private static func sized(_ before: NetRecord?, _ after: NetRecord?) -> [Row] {
    let later = Dictionary((after?.layers ?? []).map { ($0.name, $0) }) { first, _ in first }
    return (before?.layers ?? []).map { layer in
      let other = later[layer.name]
      return Row(
        name: layer.name, type: layer.type, shape: (layer.weight, other?.weight ?? layer.weight),
        parameters: (layer.parameters, other?.parameters), multiplyAdds: (layer.multiplyAdds, other?.multiplyAdds))
    }
  }

  /// The record of slimming goes first, since both of its sides are of one net.
  private static func take(_ slim: SlimFacts, _ rows: inout [Row]) {
    for layer in slim.layers {
      let index = rows.firstIndex { $0.name == layer.name } ?? rows.count
      if index == rows.count {
        rows.append(Row(name: layer.name, type: layer.type, parameters: (nil, nil), multiplyAdds: (nil, nil)))
      }
      if let change = layer.parameters { rows[index].parameters = (change.before, change.after) }
      if let change = layer.multiplyAdds { rows[index].multiplyAdds = (change.before, change.after) }
    }
  }

  /// The ratio of the family that a layer begins or belongs to.
  private static func achieved(_ layer: String, _ runs: [RunRecord]) -> Double? {
    for run in runs.reversed() where run.prunes {
      for (family, ratio) in zip(run.families, run.ratios.last?.achieved ?? [])
      where family.layers.contains(layer) || family.name == layer { return ratio }
    }
    return nil
  }

  private static func table(_ rows: [Row], _ all: [Row], _ unit: String, isTimed: Bool, isPruned: Bool) -> Table {
    var columns = ["layer", "type", "weight", "parameters", "multiply-adds", "share of multiply-adds, %"]
    if isPruned { columns.append("\(unit) pruned, %") }
    if isTimed { columns += ["ms per batch", "computed by"] }
    let total = all.reduce(0) { $0 + ($1.multiplyAdds.before ?? 0) }
    var table = Table("Layers, before → after", columns)
    for row in rows {
      let share = total > 0 ? (row.multiplyAdds.before ?? 0) / total : 0
      var cells: [Table.Cell] = [
        .init(row.name), .init(row.type), .init(shape(row)), .change(row.parameters.before, row.parameters.after),
        .change(row.multiplyAdds.before, row.multiplyAdds.after), .init(100 * share, share: share),
      ]
      if isPruned { cells.append(.init(row.pruned.map { 100 * $0 }, share: row.pruned)) }
      if isTimed {
        cells.append(.change(row.milliseconds.before, row.milliseconds.after))
        let plans = [row.plan.before, row.plan.after].compactMap(\.self)
        cells.append(.init(plans.first == plans.last ? plans.first ?? "" : plans.joined(separator: " → ")))
      }
      table.rows.append(cells)
    }
    func sum(_ path: KeyPath<Row, (before: Double?, after: Double?)>) -> Table.Cell {
      let changed = all.contains { $0[keyPath: path].after != nil }
      let before = all.reduce(0) { $0 + ($1[keyPath: path].before ?? 0) }
      let after = all.reduce(0) { $0 + ($1[keyPath: path].after ?? $1[keyPath: path].before ?? 0) }
      return .change(before, changed ? after : nil)
    }
    var foot: [Table.Cell] = ["total", "", "", sum(\.parameters), sum(\.multiplyAdds), ""]
    if isPruned { foot.append("") }
    if isTimed { foot += [sum(\.milliseconds), ""] }
    table.rows.append(foot)
    return table
  }

  private static func shape(_ row: Row) -> String {
    func text(_ dims: [Int]) -> String { dims.map(String.init).joined(separator: " × ") }
    return row.shape.before == row.shape.after
      ? text(row.shape.before) : "\(text(row.shape.before)) → \(text(row.shape.after))"
  }

  /// The slowest layers.
  private static func bars(_ before: RunRecord, _ after: RunRecord?) -> BarChart {
    let rows = before.layerTimes.map { layer in
      BarChart.Row(
        label: layer.name, values: [layer.forward.median] + (after.map { [$0.forward(layer.name)] } ?? []))
    }
    let order = rows.indices.sorted { (rows[$0].values[0] ?? 0) > (rows[$1].values[0] ?? 0) }
    let slowest = Set(order.prefix(mostBars))
    var caption = "The median forward pass of a batch, layer by layer in the net's order."
    if rows.count > mostBars { caption += " Shown are the slowest \(mostBars) of \(rows.count) layers." }
    return BarChart(
      "Time of layers", caption: caption, x: "ms per batch", groups: names(before, after),
      rows.indices.filter(slowest.contains).map { rows[$0] })
  }

  private static func stack(_ before: RunRecord, _ after: RunRecord?) -> StackedBarChart {
    StackedBarChart(
      "Time of a forward pass", caption: "The same medians as in the next chart, one behind the other.",
      x: "ms per batch", bars: names(before, after),
      before.layerTimes.map { layer in
        .init(name: layer.name, values: [layer.forward.median] + (after.map { [$0.forward(layer.name)] } ?? []))
      })
  }

  /// What both nets are called.
  private static func names(_ before: RunRecord, _ after: RunRecord?) -> [String] {
    let names = [before, after].compactMap { ($0?.weights.last ?? $0?.label)?.lastComponent }
    return names.count > 1 && names[0] == names[1] ? ["before", "after"] : names
  }
}

extension RunRecord {
  /// The median forward time of a layer in milliseconds; nil where none was measured.
  func forward(_ layer: String) -> Double? { layerTimes.first { $0.name == layer }?.forward.median }
  /// How a layer was computed; nil where that is not known.
  func plan(_ layer: String) -> String? { layerTimes.first { $0.name == layer }?.plan }
}
