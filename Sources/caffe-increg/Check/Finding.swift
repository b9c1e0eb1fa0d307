import CaffeProto
import IncRegSolver
import NetIO
import NetModel
import Solver

/// Something in a net, its weights or its solver that is wrong, or probably not meant.
struct Finding: Encodable, Hashable {
  /// How grave it is.
  enum Severity: String, Encodable {
    /// The program refuses it.
    case error
    /// The program takes it.
    case warning
  }

  let severity: Severity
  /// The rule that found it.
  let rule: String
  /// Where it stands.
  let file: String
  /// The line, from 1, on which the layer begins, or on which the text cannot be read; nil where none is known.
  var line: Int?
  /// The layer; nil where it is about none.
  var layer: String?
  /// What is wrong.
  let message: String
  /// What helps.
  let remedy: String

  /// The finding in one line, as compilers print theirs.
  var text: String { "\(file):\(line.map { "\($0):" } ?? "") \(severity.rawValue): \(message) [\(rule)]; \(remedy)" }
}

extension Finding {
  /// What a reader or a run refuses.
  init(_ error: any Error, rule: String, file: String, remedy: String = "mend what the message names") {
    var (file, line, cause) = (file, Int?.none, error)
    if let placed = error as? PlacedError { (file, line, cause) = (placed.file, placed.line, placed.error) }
    if let text = error as? TextFormatError { line = text.line }
    self.init(
      severity: .error, rule: rule, file: file, line: line, layer: (cause as? any LayerNamingError)?.layerName,
      message: "\(cause)", remedy: remedy)
  }
}
