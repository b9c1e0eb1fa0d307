import Base
import Engine
import Glibc
import NetIO

/// The outcomes of convolution trials in a file of the user's cache folder, one line each: `processor TAB key TAB
/// outcome`. The first line for a key counts, so that runs side by side compute alike from the next start on.
final class TrialFile: TrialRecord {
  private let folder: String
  private let processor: String
  private let log: RunLog
  /// Of this run's trials: the file may be out of reach.
  private var outcomes: [String: String] = [:]
  private var isWritable = true

  private var path: String { folder + "/convolutions" }

  /// Looks into `$XDG_CACHE_HOME/caffe-increg`, or `~/.cache/caffe-increg`.
  ///
  /// - Parameter environment: gives a variable's value
  /// - Returns: nil where the environment names neither folder
  init?(log: RunLog, environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }) {
    guard let cache = environment("XDG_CACHE_HOME") ?? environment("HOME").map({ $0 + "/.cache" }), !cache.isEmpty
    else { return nil }
    folder = cache + "/caffe-increg"
    processor = (try? Processor.current().name) ?? "unknown CPU"
    self.log = log
  }

  func outcome(for key: String) -> String? { outcomes[key] ?? recorded(key) }

  /// What the file says. It may hold thousands of outcomes, of which a run wants a few, so none is kept.
  private func recorded(_ key: String) -> String? {
    // No file, no outcomes: it is a cache.
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    let beginning = "\(processor)\t\(key)\t"
    var line: UnsafeMutablePointer<CChar>?
    var room = 0
    defer { free(line) }
    while getline(&line, &room, file) >= 0 {
      guard let line, strncmp(line, beginning, beginning.utf8.count) == 0 else { continue }
      let outcome = String(cString: line + beginning.utf8.count).prefix { $0 != "\n" }
      if !outcome.contains("\t") { return String(outcome) }
    }
    return nil
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
      log.warning("\(path): \(cause): what convolutions are fastest is tried anew in every run.")
    }
    if descriptor >= 0 { close(descriptor) }
  }
}
