import Base

/// A table of results: a paper's, or one that is only ours, as a file of JSON has it (docs/reproduce.md).
struct PaperTable: Decodable {
  /// What the table shows.
  let title: String
  /// Who published it; for a table of ours it says that.
  let paper: String
  /// Where its figures were read.
  let source: String
  /// What the runs of its rows have in common.
  let run: Recipe?
  let rows: [Row]

  /// The file's name without its ending; set by who reads it.
  private(set) var name = ""

  private enum CodingKeys: CodingKey { case title, paper, source, run, rows }

  /// How a figure came to us.
  enum Status: String, Decodable {
    /// Read in the paper, its code or its README.
    case primary
    /// Read where another publication quotes it.
    case quoted
    /// The paper's abstract says it.
    case abstract
    /// There is no published figure: the row is ours.
    case ours
  }

  /// A row.
  struct Row: Decodable {
    let row: String
    let method: String
    let net: String
    let data: String
    let status: Status
    /// Accuracies in percent as they are printed: before pruning, after it, and the spread of the latter.
    let base: String?
    let pruned: String?
    let spread: String?
    let baseTop5: String?
    let prunedTop5: String?
    /// Figures of cost as they are printed.
    let printed: [CostColumn: String]?
    /// How they are counted anew; nil where nothing says what was removed.
    let cost: CostRule?
    /// Why ours differ from them, or cannot be had.
    let why: String?
    /// How the row is run; nil where it cannot be.
    let run: Recipe?
  }

  /// The row called `name`.
  ///
  /// - Throws: ``ReproduceError/unknownRow(_:table:known:)``
  func row(_ name: String) throws -> Row {
    guard let row = rows.first(where: { $0.row == name }) else {
      throw ReproduceError.unknownRow(name, table: self.name, known: rows.map(\.row))
    }
    return row
  }

  /// Reads a table.
  ///
  /// - Throws: ``ReproduceError/file(_:_:)`` naming what is wrong with it
  init(reading path: String) throws {
    let content = InputFile.content(of: path)
    guard let bytes = content.bytes else {
      throw ReproduceError.file(path, "cannot be read: \(InputFile.text(of: content.code))")
    }
    do { self = try JSON.decode(PaperTable.self, from: bytes) } catch {
      throw ReproduceError.file(path, "is no table: \(Self.text(error))")
    }
    name = path.lastComponent.withoutEnding
    guard Set(rows.map(\.row)).count == rows.count else {
      throw ReproduceError.file(path, "has two rows of one name")
    }
  }

  /// A decoder's complaint with the place in the file.
  static func text(_ error: any Error) -> String {
    func path(_ keys: [any CodingKey]) -> String {
      keys.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    }
    func place(_ context: DecodingError.Context) -> String {
      let place = path(context.codingPath)
      return place.isEmpty ? context.debugDescription : "\(place): \(context.debugDescription)"
    }
    return switch error as? DecodingError {
    case .keyNotFound(let key, let context): "\(path(context.codingPath + [key])) is missing"
    // The decoder says this in words of its own.
    case .dataCorrupted(let context) where context.codingPath.isEmpty: "it is no JSON"
    case .valueNotFound(_, let context), .typeMismatch(_, let context),
      .dataCorrupted(let context):
      place(context)
    default: "\(error)"
    }
  }
}
