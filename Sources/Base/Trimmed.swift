extension String {
  /// Without the white space around it.
  package var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }

  /// The files of a list that is separated by commas.
  package var listedFiles: [String] { split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty } }
}
