import Base

extension Message {
  /// Reads a message in protobuf's text format.
  ///
  /// - Parameters:
  ///   - text: the text
  ///   - file: where the text came from, for errors.
  ///   - limits: what is accepted at most
  /// - Throws: `TextFormatError`.
  public init(text: String, file: String = "text", limits: TextLimits = TextLimits()) throws {
    try self.init(text: Array(text.utf8), file: file, limits: limits)
  }

  /// Reads a message in protobuf's text format, encoded in UTF-8; in comments anything goes.
  ///
  /// - Parameters:
  ///   - text: the text
  ///   - file: where the text came from, for errors.
  ///   - limits: what is accepted at most
  /// - Throws: `TextFormatError`.
  public init(text: [UInt8], file: String, limits: TextLimits = TextLimits()) throws {
    try self.init(taking: TextReader.read(text, file: file, as: Self.descriptor, limits: limits))
  }

  /// Reads a message in protobuf's text format as far as its schema goes. Fields and values of enums that it does not
  /// have are kept as text: printing gives them back, the wire format leaves them out.
  ///
  /// - Parameters:
  ///   - text: the text
  ///   - file: where the text came from, for errors
  ///   - limits: what is accepted at most
  ///   - unknown: gets what was kept, in the order of the text
  /// - Throws: `TextFormatError`
  public init(
    text: [UInt8], file: String, limits: TextLimits = TextLimits(), unknown: ([UnknownTextField]) -> Void
  ) throws {
    let message = try withoutActuallyEscaping(unknown) {
      try TextReader.read(text, file: file, as: Self.descriptor, limits: limits, unknown: $0)
    }
    try self.init(taking: message)
  }

  /// As `init(text:file:limits:unknown:)`, from a file.
  public init(
    textFile path: String, limits: TextLimits = TextLimits(), unknown: ([UnknownTextField]) -> Void
  ) throws {
    try self.init(
      text: MappedFile(path).withBytes { Array($0) }, file: path, limits: limits, unknown: unknown)
  }

  /// Reads a message in protobuf's text format from a file.
  ///
  /// - Throws: `FileError` or `TextFormatError`.
  public init(textFile path: String, limits: TextLimits = TextLimits()) throws {
    try self.init(text: MappedFile(path).withBytes { Array($0) }, file: path, limits: limits)
  }

  /// The message in protobuf's text format, as protobuf itself prints it.
  ///
  /// Unknown fields that were read from text come back behind the others; those of the wire format, which no reader of
  /// text would take, become comments.
  /// - Throws: `MessageValueError` when a value does not fit the schema.
  public func text() throws -> String {
    let arena = Arena()
    arena.keepsUnknownText = true
    let message = try written(to: arena)
    var printer = TextPrinter()
    withExtendedLifetime(arena) { printer.print(UnsafeMutableRawPointer(message), Self.descriptor) }
    return String(decoding: printer.output, as: UTF8.self)
  }
}

extension TextFormatError {
  /// Adds line, column and path to what went wrong.
  init(
    _ fault: TextFault, in text: [UInt8], file: String, type: MessageDescriptor,
    path: [(field: FieldDescriptor, index: Int)], line number: Int? = nil
  ) {
    let before = text[..<fault.offset]
    let line = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let names = path.map { $0.field.name + ($0.field.isRepeated ? "[\($0.index)]" : "") }
    self.init(
      file: file, line: number ?? 1 + before.count { $0 == UInt8(ascii: "\n") },
      column: 1 + text[line..<fault.offset].count { !UTF8.isContinuation($0) },
      path: ([type.name] + names).joined(separator: "."), reason: fault.reason)
  }
}
