/// A file that a report cannot be made of.
public enum ReportError: Error, Equatable, CustomStringConvertible {
  /// A line is no JSON, or no event.
  case malformed(path: String, line: Int, reason: String)
  /// A file is JSON, but none that a report knows.
  case unknown(path: String)
  /// A file is JSON, but no list of published points.
  case notPapers(path: String)
  /// A file has nothing in it.
  case empty(path: String)

  /// What is wrong where.
  public var description: String {
    switch self {
    case .malformed(let path, let line, let reason): "\(path):\(line): \(reason)"
    case .unknown(let path):
      "\(path): it is JSON, but no log of --log-json, no record of slim or prune, and no map of sensitivity"
    case .notPapers(let path): "\(path): it is no array of points with 'name' and 'accuracy' (docs/report.md)"
    case .empty(let path): "\(path): it is empty: a run that writes to it has said nothing yet"
    }
  }
}
