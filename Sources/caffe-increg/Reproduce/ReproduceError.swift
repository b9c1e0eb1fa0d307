import Base

/// Why a table cannot be shown, counted or run.
enum ReproduceError: Error, CustomStringConvertible {
  /// There is no folder of tables where they are looked for.
  case noTables(tried: [String])
  /// No table has the name; all that there are.
  case unknownTable(String, known: [String])
  /// No row of a table has the name; all that there are.
  case unknownRow(String, table: String, known: [String])
  /// A file of a table or of records does not say what it should.
  case file(String, String)
  /// A row says nothing of a run.
  case noRun(row: String, table: String, why: String)
  /// A pattern of a row's ratios that no layer's name fits.
  case noLayer(pattern: String, row: String)
  /// A folder holds no data set that is known.
  case noData(folder: String, looked: [String])
  /// A data set is too small for a recipe, or has other parts than needed.
  case data(folder: String, String)
  /// Some of several rows failed, each with a warning.
  case failed(rows: [String])

  var description: String {
    switch self {
    case .noTables(let tried):
      "there are no tables in \(tried.map { "'\($0)'" }.joined(separator: ", ")): --papers names their folder"
    case .unknownTable(let name, let known): "there is no table '\(name)'\(Self.nearest(name, known))"
    case .unknownRow(let name, let table, let known):
      "table '\(table)' has no row '\(name)'\(Self.nearest(name, known))"
    case .file(let path, let problem): "\(path): \(problem)"
    case .noRun(let row, let table, let why): "row '\(row)' of table '\(table)' cannot be run: \(why)"
    case .noLayer(let pattern, let row): "row '\(row)': no layer of its net is called '\(pattern)'"
    case .noData(let folder, let looked):
      "'\(folder)' holds no data set that is known; looked for \(looked.joined(separator: ", or "))"
    case .data(let folder, let problem): "'\(folder)': \(problem)"
    case .failed(let rows): "\(rows.count) rows failed, see the warnings above: \(rows.joined(separator: ", "))"
    }
  }

  private static func nearest(_ name: String, _ known: [String]) -> String {
    closestName(to: name, among: known).map { "; did you mean '\($0)'?" }
      ?? "; there are \(known.joined(separator: ", "))"
  }
}
