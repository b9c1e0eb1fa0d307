import Base
import CaffeProto
import Engine
import IncRegSolver
import Layers
import NetIO
import NetModel
import Slimming
import Solver

/// `train --cut-channels`: once a run has pruned its channels, they are cut out of the net, and it goes on with the small one.
struct ChannelCut {
  private let parameter: SolverParameter
  private let run: any WatchedRun
  private let net: NetParameter
  /// Of the net that is proven to compute the same.
  private let phase: NetState

  /// - Throws: `SolverError` where the run prunes no channels, may go back to more of them, or does not name its net's file;
  ///   what describing the net in the phase throws
  init(_ parameter: SolverParameter, _ run: (any WatchedRun)?, state phase: NetState) throws {
    guard let run, run.prunesChannels, !run.mayRollBack else {
      throw SolverError.field(
        "prune_method",
        "'\(parameter.pruneMethod)' does not go with --cut-channels, which needs a method that prunes channels and "
          + "never takes them back, as GReg-1_Channel, AFP_Channel, PP_Channel and OneShot_Channel")
    }
    guard !parameter.net.isEmpty else {
      throw SolverError.field("net", "is missing; --cut-channels needs one file with the net of all phases")
    }
    (self.parameter, self.run, self.phase) = (parameter, run, phase)
    net = try Prototxt.keptNet(parameter.net, log: .silent)
    // A run of hours must not end with what can be known now.
    _ = try NetDescription(net, state: phase, registry: .caffe)
  }

  /// Whether all that is to go has gone.
  var isDue: Bool { run.status.map { $0.phase == .finalRetrain } ?? false }

  /// Cuts the net of a solver state, with its weights and what the update rule remembers, and writes the small one beside
  /// it: the net, a solver without the method, weights and state.
  ///
  /// - Returns: the solver, and the state from which it goes on
  func cut(_ path: String, on backend: any Backend, log: RunLog) throws -> (solver: SolverParameter, state: String) {
    let state = try SolverStateFile.read(path)
    let slim = try SlimNet.proven(net, state.learnedNet, state: phase, on: backend, log: log)
    // No tag of the whole net's snapshots, which begin with "_".
    let prefix = parameter.snapshotPrefix + "-slim"
    let weights = "\(prefix)_iter_\(state.iter).caffemodel"
    let smallState = "\(prefix)_iter_\(state.iter).solverstate"
    var solver = parameter
    (solver.net, solver.snapshotPrefix, solver.pruneMethod) = (prefix + ".prototxt", prefix, "None")
    if !["L1", "L2"].contains(solver.regularizationType) { solver.regularizationType = "L2" }
    solver.weights = []
    let files = [
      try CaffeModel.stage(slim.weights.withPlainZeros(), to: weights),
      try SolverStateFile.stage(slim.sliced(state, learnedNet: weights), to: smallState),
      try Prototxt.stage(slim.net, to: solver.net), try Prototxt.stage(solver, to: prefix + "_solver.prototxt"),
    ]
    try StagedFile.commit(files)
    for line in slim.plan.rules.flatMap(\.changes) { log.info(line) }
    log.info("Channels are cut; going on with \(solver.net). Resume with --solver \(prefix)_solver.prototxt")
    return (solver, smallState)
  }
}
