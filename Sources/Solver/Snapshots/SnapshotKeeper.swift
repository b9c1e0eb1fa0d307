import Base
import CaffeProto
import Glibc
import NetIO

/// Deletes a run's old snapshots: the newest stay, the best, and those that its hook needs.
public struct SnapshotKeeper {
  /// A snapshot's two files.
  private struct Pair: Equatable {
    let iteration: Int
    let weights: String
    let state: String
  }

  private let count: Int
  private var pairs: [Pair] = []
  /// Of tests, by iteration; larger is better.
  private var scores: [Int: Float] = [:]

  /// Keeps the newest `count` snapshots.
  public init(keeping count: Int) { self.count = count }

  /// Takes an event of the run, and deletes what a new snapshot makes old.
  ///
  /// - Parameters:
  ///   - event: what has happened
  ///   - needed: gives the solver states that have to stay
  public mutating func take(_ event: RunEvent, needed: () -> [String]) {
    switch event {
    case .test(let test) where test.net == 0:
      guard let iteration = test.iteration else { return }
      // Accuracy counts where there is one, else the loss.
      let accuracy = test.outputs.filter(\.name.isAccuracy).flatMap(\.values).max()
      scores[iteration] = accuracy ?? -test.loss
    case .snapshot(let iteration, let weights, let state):
      let pair = Pair(iteration: iteration, weights: weights, state: state)
      pairs.removeAll { $0.state == state }
      pairs.append(pair)
      let (stay, winner) = (Set(needed()), best)
      for old in pairs.dropLast(count) where !stay.contains(old.state) && old != winner {
        unlink(old.state)
        unlink(old.weights)
        pairs.removeAll { $0 == old }
      }
    default: break
    }
  }

  /// The snapshot whose weights did best in a test.
  private var best: Pair? {
    pairs.filter { scores[$0.iteration] != nil }.max {
      (scores[$0.iteration] ?? 0, $1.iteration) < (scores[$1.iteration] ?? 0, $0.iteration)
    }
  }
}

extension SnapshotKeeper {
  /// The solver state of a run that was written last; nil where there is none.
  public static func latestState(of run: SolverParameter) -> String? {
    latestState(prefix: run.snapshotPrefix, tagged: run.pruneMethod != "None")
  }

  /// The solver state of a prefix that was written last.
  ///
  /// - Parameters:
  ///   - prefix: `snapshot_prefix`
  ///   - tagged: whether there may be a tag between prefix and iteration, as pruning runs have them
  /// - Returns: nil where there is none
  public static func latestState(prefix: String, tagged: Bool) -> String? {
    // Where this fails, reading the state says so.
    try? StagedFile.finishOthers(besides: prefix)
    guard let stream = opendir(prefix.parentFolder) else { return nil }
    defer { closedir(stream) }
    let folder = prefix.contains("/") ? (prefix.parentFolder == "/" ? "/" : prefix.parentFolder + "/") : ""
    var latest: (path: String, time: timespec, iteration: Int)?
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var status = stat()
      guard let iteration = Self.iteration(ofState: name, prefix: prefix.lastComponent, tagged: tagged),
        stat(folder + name, &status) == 0
      else { continue }
      let time = status.st_mtim
      if let latest,
        (latest.time.tv_sec, latest.time.tv_nsec, latest.iteration) > (time.tv_sec, time.tv_nsec, iteration)
      {
        continue
      }
      latest = (folder + name, time, iteration)
    }
    return latest?.path
  }

  /// The iteration in the name of a solver state; nil for other names.
  static func iteration(ofState name: String, prefix: String, tagged: Bool) -> Int? {
    guard name.hasPrefix(prefix) else { return nil }
    let rest = name.dropFirst(prefix.count)
    guard let match = rest.wholeMatch(of: /(_[A-Za-z0-9-]+)?_iter_(\d+)\.solverstate(\.h5)?/) else { return nil }
    return match.1 == nil || tagged ? Int(match.2) : nil
  }
}
