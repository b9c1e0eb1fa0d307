import Base
import Glibc

/// Where a method reports its progress: lines on standard output in the words of caffe_increg, which scripts read.
public struct PruneOutput {
  /// Takes one line, without its line end.
  public var write: (String) -> Void
  /// Whether only the lines that begin with `[app]` are written.
  public var onlyApp: Bool
  /// The time as ` (2026/11/22-08:56)`, which stands in many `[app]` lines.
  public var stamp: () -> String

  /// Makes an output; writes to standard output where `write` is left out.
  public init(
    onlyApp: Bool = false, stamp: @escaping () -> String = PruneOutput.now,
    write: @escaping (String) -> Void = PruneOutput.standardOutput
  ) {
    self.write = write
    self.onlyApp = onlyApp
    self.stamp = stamp
  }

  /// Writes a milestone of the run.
  func app(_ line: String) { write("[app]" + line) }

  /// Writes a detail, where details are wanted. Else its text is not even made.
  func detail(_ line: @autoclosure () -> String) {
    if !onlyApp { write(line()) }
  }

  /// The present local time.
  public static func now() -> String {
    var seconds = time(nil)
    var local = tm()
    localtime_r(&seconds, &local)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return
      " (\(local.tm_year + 1900)/\(two(local.tm_mon + 1))/\(two(local.tm_mday))-\(two(local.tm_hour)):\(two(local.tm_min)))"
  }

  /// Writes a line to standard output, whole and at once: the log may go to the same file.
  public static func standardOutput(_ line: String) {
    print(line.printable(lines: true, limit: .max))
    fflush(nil)
  }
}
