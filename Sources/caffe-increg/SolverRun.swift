import Base
import CaffeProto
import Engine
import IncRegSolver
import Layers
import Solver

/// What all commands that train do with a solver.
extension Solver {
  /// A solver with the pruning method that its parameters ask for.
  ///
  /// - Throws: what making the method or the solver throws
  convenience init(
    _ parameter: SolverParameter, on backend: any Backend, _ output: PruneOutput, profile: PruneProfile = .fixed,
    ranks: RunRanks? = nil, log: RunLog
  ) throws {
    let hook = try PruningMethods.hook(for: parameter, output: output, profile: profile)
    try self.init(
      parameter, registry: .caffe, backend: backend, hook: hook, decayTypes: PruningMethods.decayTypes, ranks: ranks,
      log: log)
  }

  /// The pruning run; nil in training without pruning.
  var pruningRun: (any WatchedRun)? { hook as? any WatchedRun }

  /// Writes events to a log, and deletes old snapshots.
  ///
  /// - Parameters:
  ///   - events: nil for no log
  ///   - keep: how many of the newest snapshots stay; nil for all
  ///   - didWrite: gets each event when it is written
  func follow(with events: EventLog?, keeping keep: Int?, _ didWrite: @escaping (RunEvent) throws -> Void = { _ in }) {
    var keeper = keep.map { SnapshotKeeper(keeping: $0) }
    onEvent = { [unowned self] event in
      try events?.write(event)
      try didWrite(event)
      keeper?.take(event) { pruningRun?.neededSnapshots(self) ?? [] }
    }
  }
}
