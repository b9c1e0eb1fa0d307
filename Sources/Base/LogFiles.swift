import Glibc
import Synchronization

/// Log files as Google's logging library keeps them: one for each severity, made with its first line, which gets the
/// graver lines, too. A link without date and process leads to the newest.
final class LogFiles: Sendable {
  private let folder: String
  private let program: String
  /// Negative for a file that could not be made: its lines are on standard error anyway.
  private let descriptors = Mutex<[RunLog.Severity: Int32]>([:])

  init(in folder: String, program: String) { (self.folder, self.program) = (folder, program) }

  deinit { descriptors.withLock { for file in $0.values where file >= 0 { close(file) } } }

  /// Writes a line with its end.
  func put(_ line: String, _ severity: RunLog.Severity) {
    descriptors.withLock { descriptors in
      for kind in RunLog.Severity.allCases where kind.rank <= severity.rank {
        let file = descriptors[kind] ?? open(kind)
        descriptors[kind] = file
        if file >= 0 { RunLog.write(line, to: file) }
      }
    }
  }

  private func open(_ severity: RunLog.Severity) -> Int32 {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    let date = formatted(
      "%04d%02d%02d-%02d%02d%02d", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min,
      local.tm_sec)
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, host.count - 1)
    let machine = host.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    let user = getenv("USER").map { String(cString: $0) } ?? "invalid-user"
    let name = "\(program).\(machine).\(user).log.\(severity.name).\(date).\(getpid())"
    let file = Glibc.open(folder + "/" + name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o664)
    guard file >= 0 else { return file }
    let link = "\(folder)/\(program).\(severity.name)"
    unlink(link)
    symlink(name, link)
    RunLog.write(
      "Log file created at: \(date)\nRunning on machine: \(machine)\n"
        + "Log line format: [IW]mmdd hh:mm:ss.uuuuuu threadid file:line] msg\n", to: file)
    return file
  }
}
