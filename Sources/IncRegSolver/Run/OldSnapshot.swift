import Glibc
import Solver

/// Periodic snapshots that a newer one has replaced.
enum OldSnapshot {
  /// Deletes the files of iteration `iteration`, if they are still there; the state first, which is nothing without weights.
  static func remove(_ solver: Solver, iteration: Int) {
    guard solver.isFirstRank else { return }
    let suffix = solver.parameter.snapshotFormat == .binaryproto ? "" : ".h5"
    for ending in [".solverstate", ".caffemodel"] {
      _ = unlink(solver.snapshotPath(iteration: iteration, ending: ending + suffix))
    }
  }
}
