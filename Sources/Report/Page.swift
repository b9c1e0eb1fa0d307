/// What a report says, before it is written in some format: all figures of a page are in here.
public struct Page: Sendable {
  /// A part of a section.
  public enum Block: Sendable {
    /// A sentence.
    case text(String)
    /// A table.
    case table(Table)
    /// A chart.
    case chart(any Chart)
    /// Words of others, as they stand: a command line, a solver.
    case code(title: String, String)
  }

  /// A part of a report.
  public struct Section: Sendable {
    /// Its name in links and files.
    public let id: String
    /// Its heading.
    public let title: String
    /// What it holds, in order.
    public var blocks: [Block] = []

    init(_ id: String, _ title: String) { (self.id, self.title) = (id, title) }

    mutating func say(_ text: String) { blocks.append(.text(text)) }
    mutating func add(_ table: Table) {
      if !table.rows.isEmpty { blocks.append(.table(table.withoutEmptyColumns)) }
    }
    mutating func add(_ chart: any Chart) { blocks.append(.chart(chart)) }
  }

  /// The heading.
  public let title: String
  /// The program that made it.
  public let tool: String
  /// The sections, in order.
  public let sections: [Section]

  /// Makes the report of what was read.
  ///
  /// - Parameter tool: the program's name and version
  public init(_ data: ReportData, tool: String) {
    self.tool = tool
    let trained = data.runs.filter { $0.command == "train" }.map(\.label)
    let names =
      trained.isEmpty
      ? data.runs.map(\.label) + data.slims.map(\.label) + data.tables.map(\.name)
        + data.compressions.map(\.label) : trained
    title =
      "Report: "
      + (names.isEmpty ? "no runs" : names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " ..." : ""))
    let ofRuns = [CurveSection.make, LayerSection.make, PruningSection.make, SensitivitySection.make]
    let tables = data.tables.isEmpty ? [] : [TableSection.make(data)]
    let compressions = data.compressions.isEmpty ? [] : [CompressSection.make(data)]
    sections =
      [HeadlineSection.make(data)] + compressions + tables + (data.isWithoutRuns ? [] : ofRuns.map { $0(data) })
      + [TradeOffSection.make(data), ConditionSection.make(data)]
  }
}
