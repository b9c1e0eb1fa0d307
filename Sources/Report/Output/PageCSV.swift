/// A table as CSV (RFC 4180): numbers with all their digits.
enum PageCSV {
  static func text(of table: Table) -> String {
    let rows = [table.columns] + table.rows.map { row in row.map { $0.value.map { "\($0)" } ?? $0.text } }
    return rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func field(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2c || $0 == 0x0a || $0 == 0x0d }
    return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
