import Base

/// What ran on what.
enum ConditionSection {
  static func make(_ data: ReportData) -> Page.Section {
    var section = Page.Section("conditions", "Conditions")
    section.add(
      Table(
        "Runs", ["run", "command", "version", "processor", "threads", "seed", "method", "updates", "took"],
        rows: data.runs.map { run in
          let said = run.conditions
          return [
            .init(run.label), .init(run.command), .init(said?["version"]?.text ?? ""),
            .init(said?["processor"]?.text ?? ""), .init(said?["threads"]?.integer), .init(said?["seed"]?.integer),
            .init(run.method ?? ""), .init(run.command == "train" ? run.lastX : nil),
            .init(run.seconds.map(\.duration) ?? ""),
          ]
        }))
    section.add(rows(data.tables))
    section.add(noise(data.runs))
    let unsaid = data.runs.filter { $0.conditions == nil }
    if !unsaid.isEmpty {
      section.say(
        "Without conditions: \(unsaid.map(\.label).joined(separator: ", ")); an older version wrote that log.")
    }
    for run in data.runs {
      if let words = run.conditions?["arguments"]?.texts {
        section.blocks.append(.code(title: "Command line of \(run.label)", words.joined(separator: " ")))
      }
      if let solver = run.conditions?["solver"]?.text {
        section.blocks.append(.code(title: "Solver of \(run.label)", solver))
      }
    }
    for table in data.tables {
      for row in table.rows {
        guard let run = row.runs.first else { continue }
        section.blocks.append(.code(title: "Solver of \(row.name), seed \(run.seed)", run.solver))
      }
    }
    if data.runs.isEmpty, data.tables.isEmpty { section.say("No conditions: none of the files is a log.") }
    return section
  }

  /// The runs of reproduced tables.
  private static func rows(_ tables: [TableFacts]) -> Table {
    Table(
      "Runs of reproduced tables", ["table", "row", "seed", "version", "threads", "took"],
      rows: tables.flatMap { table in
        table.rows.flatMap { row in
          row.runs.map { run in
            [
              .init(table.name), .init(row.name), .init(run.seed), .init(run.version), .init(run.threads),
              .init(run.seconds.duration),
            ]
          }
        }
      })
  }

  /// How far measured passes scatter.
  private static func noise(_ runs: [RunRecord]) -> Table {
    Table(
      "Measured passes", ["run", "passes", "images", "median ms", "smallest ms", "largest ms"],
      rows: runs.filter { !$0.layerTimes.isEmpty }.map { run in
        let passes = run.forwardPasses
        return [
          .init(run.weights.last?.lastComponent ?? run.label), .init(passes.count), .init(run.net?.items),
          .init(passes.median), .init(passes.min()), .init(passes.max()),
        ]
      })
  }
}
