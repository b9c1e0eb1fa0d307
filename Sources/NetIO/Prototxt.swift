import CaffeProto

/// Reads and writes messages in protobuf's text format by the name of the file.
public enum Prototxt {
  /// Reads a net, brought to the current format.
  ///
  /// - Returns: the net and what had to be upgraded
  /// - Throws: as ``anyNet(_:)``; `UnknownNetFields.Refusal` where it has fields that are not known
  public static func net(_ path: String) throws -> (net: NetParameter, upgrades: [UpgradeStep]) {
    let (net, upgrades, unknown) = try anyNet(path)
    try unknown.refuse()
    return (net, upgrades)
  }

  /// Reads a net, brought to the current format, with all that forks may have added to it.
  ///
  /// - Returns: the net, what had to be upgraded, and the fields and values of forks that the schema does not have. Those
  ///   are kept and written back as they are; what runs the net must look at them first.
  /// - Throws: `FileSystemError`, `FormatError` for a binary file, `TextFormatError` with line and column, or
  ///   `UpgradeError`.
  public static func anyNet(_ path: String) throws -> (
    net: NetParameter, upgrades: [UpgradeStep], unknown: UnknownNetFields
  ) {
    var unknown: [UnknownTextField] = []
    var net: NetParameter = try read(path, as: .netPrototxt) {
      try NetParameter(textFile: path) { unknown = $0 }
    }
    let fields = UnknownNetFields(unknown, in: net)
    let upgrades = try net.upgrade(source: path)
    return (net, upgrades, fields)
  }

  /// Reads a solver, brought to the current format.
  ///
  /// - Returns: the solver and what had to be upgraded.
  /// - Throws: as ``net(_:)``.
  public static func solver(_ path: String) throws -> (solver: SolverParameter, upgrades: [UpgradeStep]) {
    var solver: SolverParameter = try read(path, as: .solverPrototxt) { try SolverParameter(textFile: path) }
    let upgrades = try solver.upgrade(source: path)
    return (solver, upgrades)
  }

  /// Writes a message as text, whole or not at all.
  ///
  /// - Throws: `FileSystemError` or `MessageValueError`.
  public static func write(_ message: some Message, to path: String) throws {
    try stage(message, to: path).commit()
  }

  /// As ``write(_:to:)``, but the file waits under a temporary name until it is committed.
  public static func stage(_ message: some Message, to path: String) throws -> StagedFile {
    let text = try message.text()
    return try AtomicFile.stage(path) { $0.write(text) }.file
  }

  private static func read<M: Message>(_ path: String, as kind: FileKind, _ parse: () throws -> M) throws -> M {
    let content = try FileContent(of: path)
    switch content {
    // What is not text may be text with a stray byte: the reader says where.
    case .text, .empty, .binary: return try parse()
    default: throw FormatError(path: path, kind: kind, .wrongKind(found: content.rawValue))
    }
  }
}
