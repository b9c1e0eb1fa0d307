import Base
import Budgets
import Engine
import Glibc
import NetIO

/// What was measured on this machine, convolution trials or layer times, in a file of the user's cache folder, one line
/// each: `processor TAB key TAB outcome`. The first line for a key counts, so that runs side by side compute alike from
/// the next start on.
final class TrialFile: TrialRecord, TimeRecord {
  private let folder: String
  private let processor: String
  private let log: RunLog
  /// The outcomes of this run's trials, since the file may not be writable.
  private var outcomes: [String: String] = [:]
  private var isWritable = true

  private let name: String
  private let loss: String

  private var path: String { folder + "/" + name }

  /// Looks into `$XDG_CACHE_HOME/caffe-increg`, or `~/.cache/caffe-increg`.
  ///
  /// - Parameters:
  ///   - name: the file's
  ///   - loss: what happens without it, for a warning
  ///   - environment: gives a variable's value
  /// - Returns: nil where the environment names neither folder
  init?(
    _ name: String = "convolutions", loss: String = "what convolutions are fastest is tried anew in every run",
    log: RunLog, environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }
  ) {
    guard let cache = environment("XDG_CACHE_HOME") ?? environment("HOME").map({ $0 + "/.cache" }), !cache.isEmpty
    else { return nil }
    folder = cache + "/caffe-increg"
    processor = (try? Processor.current().name) ?? "unknown CPU"
    (self.name, self.loss, self.log) = (name, loss, log)
  }

  func outcome(for key: String) -> String? {
    if let outcome = outcomes[key] { return outcome }
    var outcome: String?
    read("\(key)\t") { rest in
      if outcome == nil, !rest.contains("\t") { outcome = rest }
    }
    return outcome
  }

  func outcomes(beginning: String) -> [String: String] {
    var found: [String: String] = [:]
    read(beginning) { rest in
      let parts = rest.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2, found[parts[0]] == nil { found[parts[0]] = parts[1] }
    }
    return found
  }

  /// Hands out the rest of each line of the file that begins with this processor and `beginning`. It may hold
  /// thousands, of which a run wants a few, so none is kept.
  private func read(_ beginning: String, _ take: (String) -> Void) {
    // No file, no outcomes: it is a cache.
    guard let file = fopen(path, "re") else { return }
    defer { fclose(file) }
    let beginning = "\(processor)\t\(beginning)"
    var line: UnsafeMutablePointer<CChar>?
    var room = 0
    defer { free(line) }
    while getline(&line, &room, file) >= 0 {
      guard let line, strncmp(line, beginning, beginning.utf8.count) == 0 else { continue }
      take(String(String(cString: line + beginning.utf8.count).prefix { $0 != "\n" }))
    }
  }

  func keep(_ outcome: String, for key: String) {
    outcomes[key] = outcome
    guard isWritable else { return }
    mkdir(folder.parentFolder, 0o777)
    mkdir(folder, 0o777)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    // One write, so that lines of several programs do not mix.
    let line = Array("\(processor)\t\(key)\t\(outcome)\n".utf8)
    isWritable = descriptor >= 0 && write(descriptor, line, line.count) == line.count
    if !isWritable {
      let cause = String(cString: strerror(errno))
      log.warning("\(path): \(cause): \(loss).")
    }
    if descriptor >= 0 { close(descriptor) }
  }
}
