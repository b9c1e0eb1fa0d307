import Glibc

/// Log lines in the form of Google's logging library, which Caffe's own tools parse:
/// `I1122 09:22:14.199091 11620 SolverLoop.swift:204] Iteration 0, loss = 2.3`.
public struct RunLog: Sendable {
  private let sink: @Sendable (String, Severity) -> Void

  /// How grave a line is; the letter it begins with.
  public enum Severity: String, CaseIterable, Sendable {
    /// Progress.
    case info = "I"
    /// Something the user should know, which does not stop the run.
    case warning = "W"

    /// The number that Google's library counts it by.
    var rank: Int { self == .info ? 0 : 1 }
    /// Its name in those of files.
    var name: String { self == .info ? "INFO" : "WARNING" }
  }

  /// Makes a log that hands every line, with its line end, to `sink`.
  public init(sink: @escaping @Sendable (String) -> Void) { self.sink = { line, _ in sink(line) } }

  /// A log that does with its lines what this process was told by the flags and variables of Google's library.
  ///
  /// - Parameter standardError: takes those that go to standard error
  public static func ofProcess(standardError: @escaping @Sendable (String) -> Void) -> RunLog {
    let settings = LogSettings.ofProcess
    return RunLog { line, severity in
      guard severity.rank >= settings.least else { return }
      if severity.rank >= settings.leastOnStandardError { standardError(line) }
      files?.put(line, severity)
    }
  }

  private init(_ sink: @escaping @Sendable (String, Severity) -> Void) { self.sink = sink }

  private static let files = LogSettings.ofProcess.folder.map { folder in
    LogFiles(in: folder, program: CommandLine.arguments.first?.lastComponent ?? "caffe-increg")
  }

  /// Writes to standard error, each line with a single call of the system so that lines of several writers stay whole,
  /// unless the process was told to log elsewhere.
  public static let standardError = ofProcess(standardError: writeToStandardError)

  /// Writes a text to standard error with a single call of the system, if that takes all of it.
  @Sendable public static func writeToStandardError(_ text: String) { write(text, to: STDERR_FILENO) }

  static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)[...]
      while !rest.isEmpty {
        let written = Glibc.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        // The log is gone, and there is no other place to say so.
        guard written > 0 || errno == EINTR else { return }
        rest = rest.dropFirst(max(0, written))
      }
    }
  }

  /// Drops everything.
  public static let silent = RunLog { _ in }

  /// Writes progress.
  ///
  /// - Parameters:
  ///   - message: the line; what would begin another one is escaped
  ///   - text: lines that follow
  public func info(_ message: String, text: String = "", file: StaticString = #fileID, line: UInt = #line) {
    put(.info, message.printable() + (text.isEmpty ? "" : "\n" + text.printable(lines: true, limit: .max)), file, line)
  }

  /// Writes a warning.
  public func warning(_ message: String, file: StaticString = #fileID, line: UInt = #line) {
    put(.warning, message.printable(), file, line)
  }

  private func put(_ severity: Severity, _ message: String, _ file: StaticString, _ line: UInt) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var local = tm()
    localtime_r(&now.tv_sec, &local)
    let stamp = formatted(
      "%02d%02d %02d:%02d:%02d.%06d %5d", local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min,
      local.tm_sec,
      now.tv_nsec / 1000, getpid())
    sink("\(severity.rawValue)\(stamp) \("\(file)".lastComponent):\(line)] \(message)\n", severity)
  }
}
