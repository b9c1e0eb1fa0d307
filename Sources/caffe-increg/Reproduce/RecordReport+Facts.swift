import Report

// Records as a page shows them.
extension RecordReport {
  /// The tables that records are of, in the order in which they come.
  ///
  /// - Parameter papers: the folder of the tables; nil where there is none at hand
  static func facts(_ records: [RowRecord], _ papers: PaperFolder?) throws -> [TableFacts] {
    var names: [String] = []
    for record in records where !names.contains(record.table) { names.append(record.table) }
    return try names.map { name in
      let own = records.filter { $0.table == name }
      guard let papers, papers.names.contains(name) else {
        var rows: [String] = []
        for record in own where !rows.contains(record.row) { rows.append(record.row) }
        return TableFacts(
          name, title: "a table that is not at hand", source: "records only", rows.map { row($0, own, nil) },
          rowsWithoutRuns: 0)
      }
      let table = try papers.table(name)
      let known = table.rows.filter { row in own.contains { $0.row == row.row } }
      return TableFacts(
        name, title: "\(table.paper): \(table.title)", source: table.source, known.map { row($0.row, own, $0) },
        rowsWithoutRuns: table.rows.count - known.count)
    }
  }

  private static func row(_ name: String, _ records: [RowRecord], _ printed: PaperTable.Row?) -> TableFacts.Row {
    let runs = newest(records.filter { $0.row == name })
    return TableFacts.Row(
      name, method: printed?.method ?? runs[0].method, net: runs[0].net, data: runs[0].data, runs: runs.map(run),
      published: .init(base: printed?.base, pruned: printed?.pruned, speedup: printed?.printed?[.speedup]))
  }

  private static func run(_ record: RowRecord) -> TableFacts.Run {
    var run = TableFacts.Run(
      multiplyAdds: (Double(record.multiplyAdds), Double(max(1, record.slimMultiplyAdds))),
      parameters: (Double(record.parameters), Double(max(1, record.slimParameters))))
    (run.seed, run.scale, run.end) = (record.seed, record.epochsScale, record.end.top1)
    (run.base, run.before, run.after) = (record.base?.top1, record.beforeCut?.top1, record.afterCut?.top1)
    (run.seconds, run.version, run.threads) = (record.seconds, record.version, record.threads)
    run.solver = record.solver
    return run
  }
}
