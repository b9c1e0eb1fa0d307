import Base
import CaffeProto
import Engine
import FoundationEssentials
import Glibc
import IncRegSolver
import Layers
import NetIO
import NetModel
import Slimming
import Solver

/// A compression in its folder: stage after stage, each of which leaves its files and its entry in the record.
struct CompressRun {
  let command: CompressCommand
  /// The solver as the user wrote it.
  let solver: SolverParameter
  /// The part of the net that is tested.
  let state: NetState
  /// The net, all phases.
  let parameter: NetParameter
  /// The tested part of the net, described.
  let net: NetDescription
  /// The weights as the file has them.
  let file: WeightSet
  /// The weights of the part that is tested, by layer.
  let weights: [String: [WeightBlob]]
  let data: FloorData
  /// The context of the stage that runs.
  private(set) var context: TrainingRun.Context

  /// Reads solver, net and weights, and looks whether there are data and an accuracy.
  init(_ command: CompressCommand, _ context: TrainingRun.Context) throws {
    let log = context.log
    let solver = try SolverParameter(readingFrom: command.solver, log: log)
    guard solver.hasNet, !solver.hasTrainNet, solver.testNet.isEmpty else {
      throw CompressError.noNet(solver: command.solver)
    }
    if let method = command.method {
      var pruning = solver
      pruning.pruneMethod = method
      // What the method needs is said before anything runs.
      _ = try PruningMethods.hook(for: pruning)
    }
    var state = solver.testState.first ?? NetState()
    state.phase = .test
    if command.options.part.level != 0 { state.level = command.options.part.level }
    state.stage += command.options.part.stages
    let parameter = try Prototxt.keptNet(solver.net, log: log)
    let (net, file, weights) = try placing(solver.net, state) {
      let net = try NetDescription(parameter, state: state, registry: .caffe)
      let file = try CaffeModel.read(command.weights, for: net, log: log)
      return (net, file, try file.blobs(for: net))
    }
    data = try placing(solver.net, state) {
      try FloorData(net, weights, usual: solver.testIter.first, on: context.backend)
    }
    (self.command, self.solver, self.state, self.parameter) = (command, solver, state, parameter)
    (self.net, self.file, self.weights, self.context) = (net, file, weights, context)
  }

  /// Where the files of a plan lie, in the run's folder.
  func name(_ number: Int, _ file: String) -> String { "try\(number + 1)/\(file)" }

  /// A file of the run's folder.
  func path(_ name: String) -> String { "\(command.out)/\(name)" }

  /// Whether weights are fitted behind removed channels: a method that trains needs none of it.
  var refits: Bool { command.method == nil && images > 0 }

  /// The images over which weights are fitted; 0 where nothing is.
  var images: Int {
    let images = min(command.reconstruct, data.chosenImages)
    return images < Reconstruction.fewestImages ? 0 : images
  }

  /// The least accuracy that is allowed, on the images of one part.
  func floor(_ base: Double) -> Double { base - command.drop - 1e-9 }

  /// Whether the tuned net of a plan has lost too much, so that it is trained as the whole net was.
  func retrains(_ number: Int, _ state: CompressState) -> Bool {
    guard command.retrainIterations != 0, command.tuneIterations != 0, let base = state.base,
      state.attempts.indices.contains(number),
      let scores = state.attempts[number].scores
    else { return false }
    return scores.chosen < floor(base.chosen)
  }

  /// Whether the first plan has cost too much accuracy, whatever was trained.
  func needsAnother(_ state: CompressState) -> Bool {
    guard let base = state.base, let first = state.attempts.first, let best = first.best else { return false }
    return best.scores.chosen < floor(base.chosen) && (first.retrained != nil || !retrains(0, state))
  }

  /// Runs the stages that are not done yet.
  mutating func finish(_ state: inout CompressState) throws {
    while true {
      let stages = CompressStage.all(self, state)
      let known = zip(stages, state.done).prefix { $0.name == $1.stage }.count
      state.done.removeSubrange(known...)
      guard known < stages.count else { return }
      let stage = stages[known]
      let place = "\(known + 1) of \(stages.count), \(stage.name)"
      if context.signals.next() == .stop { throw TrainingRunError.stopped(in: stage.name) }
      context = TrainingRun.Context(
        backend: context.backend, signals: context.signals,
        // A training run says its own name.
        progress: ProgressLine("compress, \(stage.trains ? "\(known + 1) of \(stages.count)" : place)"),
        log: context.log)
      context.log.info("Stage \(place)")
      let begin = ProgressLine.seconds()
      if stage.trains {
        try run(stage, since: begin, &state)
      } else {
        try endingOnSignal(stage.name, context.signals) { try run(stage, since: begin, &state) }
      }
      context.progress.clear()
      let seconds = state.done.last?.seconds ?? 0
      for line in state.done.last?.said ?? [] { say("\(place): \(line)") }
      say("\(place): \(seconds.fixed(1)) s")
      fflush(nil)
    }
  }

  private func run(_ stage: CompressStage, since begin: Double, _ state: inout CompressState) throws {
    let made = try stage.run(self, &state)
    try StagedFile.commit(made.files)
    let files = try made.names.map { ($0, try FileHash.sha256(path($0))) }
    state.done.append(
      .init(
        stage: stage.name, seconds: ProgressLine.seconds() - begin, said: made.said,
        files: Dictionary(files) { first, _ in first }))
    try JSONFile.write(state, to: CompressState.path(in: command.out))
  }
}
