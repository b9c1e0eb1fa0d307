import Base

/// Under what conditions a command ran.
public struct RunConditions: LoggedEvent {
  /// The command.
  public var command: String
  /// The program's version.
  public var version: String
  /// The processor's name.
  public var processor: String
  /// The threads that compute.
  public var threads: Int
  /// How the program was called, word by word.
  public var arguments: [String]
  /// The net's file, where the command is given one.
  public var model: String?
  /// The files of weights that the command was given.
  public var weights: [String] = []
  /// Their lengths in bytes, as far as they are files.
  public var weightBytes: [Int] = []
  /// The seed of a solver; -1 for one that is drawn.
  public var seed: Int?
  /// The pruning method of a solver.
  public var method: String?
  /// The solver as it is understood, as prototxt.
  public var solver: String?

  /// Makes the conditions of a command without a solver.
  public init(command: String, version: String, processor: String, threads: Int, arguments: [String]) {
    (self.command, self.version, self.processor) = (command, version, processor)
    (self.threads, self.arguments) = (threads, arguments)
  }

  /// `conditions`.
  public var event: String { "conditions" }

  /// All but the time.
  public var fields: [(String, JSON.Value)] {
    var fields: [(String, JSON.Value)] = [
      ("command", .string(command)), ("version", .string(version)), ("processor", .string(processor)),
      ("threads", .integer(threads)), ("arguments", .list(arguments.map { .string($0) })),
    ]
    if let model { fields.append(("model", .string(model))) }
    if !weights.isEmpty { fields.append(("weights", .list(weights.map { .string($0) }))) }
    if !weightBytes.isEmpty { fields.append(("weight_bytes", .list(weightBytes.map { .integer($0) }))) }
    if let seed { fields.append(("seed", .integer(seed))) }
    if let method { fields.append(("method", .string(method))) }
    if let solver { fields.append(("solver", .string(solver))) }
    return fields
  }
}
