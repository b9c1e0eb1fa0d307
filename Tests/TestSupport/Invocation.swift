import Foundation

/// A program with its arguments, and where it runs.
public struct Invocation: Sendable {
  /// Its file.
  public let path: String
  /// What it is called with.
  public let arguments: [String]
  /// Its working directory; nil for that of the tests.
  public let folder: String?
  /// Its whole environment; nil for that of the tests.
  public let environment: [String: String]?

  /// Takes all that is to know; nothing runs yet.
  public init(_ path: String, _ arguments: [String], in folder: String? = nil, environment: [String: String]? = nil) {
    self.path = path
    self.arguments = arguments
    self.folder = folder
    self.environment = environment
  }

  /// How a program ended, and what it wrote.
  public struct Outcome: Sendable {
    /// Its exit code, or the number of the signal that ended it.
    public let status: Int32
    /// Its standard output.
    public let bytes: [UInt8]
    /// Its standard error.
    public let errors: String
    /// Its standard output as text.
    public var output: String { String(decoding: bytes, as: UTF8.self) }
  }

  /// Runs it to its end.
  ///
  /// - Parameter input: its standard input
  public func run(input: [UInt8] = []) throws -> Outcome {
    // Through files, which never are full as pipes are.
    let files = try TemporaryFolder()
    try writeBytes(input, to: files("input"))
    for name in ["output", "errors"] { try writeBytes([], to: files(name)) }
    let process = try start(
      input: FileHandle(forReadingAtPath: files("input")), output: FileHandle(forWritingAtPath: files("output")),
      errors: FileHandle(forWritingAtPath: files("errors")))
    process.waitUntilExit()
    // What programs quote need not be UTF-8.
    let errors = String(decoding: try readBytes(files("errors")), as: UTF8.self)
    return Outcome(status: process.terminationStatus, bytes: try readBytes(files("output")), errors: errors)
  }

  /// Starts it; who does so has to end it, too.
  ///
  /// - Parameters:
  ///   - input: its standard input, a file or a pipe; nil for none
  ///   - output: its standard output; nil for none
  ///   - errors: its standard error; nil for none
  public func start(input: Any? = nil, output: Any? = nil, errors: Any? = nil) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(filePath: folder) }
    if let environment { process.environment = environment }
    process.standardInput = input ?? FileHandle.nullDevice
    process.standardOutput = output ?? FileHandle.nullDevice
    process.standardError = errors ?? FileHandle.nullDevice
    try process.run()
    return process
  }
}
