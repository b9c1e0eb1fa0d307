/// The forms of a report.
extension Page {
  /// One page for a browser, which needs nothing else.
  public var html: String { HTMLPage.text(of: self) }

  /// All figures.
  public var json: String { PageJSON.text(of: self) }

  /// All tables, and the figures of all charts, as CSV by the name of a file.
  public var csv: [(name: String, text: String)] {
    named { block in
      switch block {
      case .table(let table): (table.title, PageCSV.text(of: table))
      case .chart(let chart): (chart.title, PageCSV.text(of: chart.table))
      case .text, .code: nil
      }
    }.map { ("\($0).csv", $1) }
  }

  /// All charts by the name of a file.
  public var svg: [(name: String, text: String)] {
    named { block in if case .chart(let chart) = block { (chart.title, chart.svg(standalone: true)) } else { nil } }
      .map { ("\($0).svg", $1) }
  }

  /// Texts of blocks by section, number and title, in letters that every file system takes.
  private func named(_ text: (Block) -> (title: String, text: String)?) -> [(String, String)] {
    sections.flatMap { section in
      section.blocks.compactMap(text).enumerated().map { number, part in
        let words = part.title.lowercased().unicodeScalars.map { scalar in
          ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
        }
        let title = String(words).split(separator: "-").joined(separator: "-").prefix(40)
        return ("\(section.id)-\(number + 1)-\(title)", part.text)
      }
    }
  }
}
