import Base
import CaffeProto
import Engine
import FoundationEssentials
import IncRegSolver
import Layers
import NetIO
import NetModel
import Slimming
import Solver

/// A run of the solver, as `train` makes it, that goes on where it was stopped.
struct TrainingRun {
  /// What the runs of a command have in common.
  struct Context {
    let backend: any Backend
    let signals: SignalActions
    let progress: ProgressLine
    /// Takes the solver's log.
    let log: RunLog
  }

  /// For messages.
  let name: String
  /// With a prefix in a folder of the run's own.
  let parameter: SolverParameter
  let context: Context

  /// A run whose files lie together, ready to be gone on with. Its net and its solver are written first.
  ///
  /// - Parameters:
  ///   - stem: what the names of all its files begin with
  ///   - name: for messages
  static func placed(
    _ solver: SolverParameter, _ net: NetParameter, stem: String, name: String, _ context: Context
  ) throws -> TrainingRun {
    var parameter = solver
    (parameter.net, parameter.snapshotPrefix) = (stem + ".net.prototxt", stem)
    (parameter.snapshot, parameter.snapshotAfterTrain) = (max(1, parameter.maxIter / 10), true)
    try Prototxt.write(net, to: parameter.net)
    try Prototxt.write(parameter, to: stem + ".solver.prototxt")
    return TrainingRun(name: name, parameter: parameter, context: context)
  }

  /// The file that the run's events are appended to.
  var events: String { parameter.snapshotPrefix + ".events.jsonl" }

  /// Trains to the end.
  ///
  /// - Parameter start: weights to begin with; nil for random ones
  /// - Returns: the weights' file
  /// - Throws: ``TrainingRunError``; what training throws
  func run(from start: String?) throws -> String {
    var parameter = parameter
    let state = SnapshotKeeper.latestState(of: parameter)
    if state == nil, let start { parameter.weights = [start] }
    let solver = try Solver(
      parameter, on: context.backend, PruneOutput(onlyApp: true, write: { context.log.info($0) }), log: context.log)
    solver.pruningRun?.testsCuts = true
    solver.requestedAction = { [unowned solver, context = self.context, name = self.name] in
      context.progress.update(solver.iteration, of: solver.parameter.maxIter, name)
      return context.signals.next()
    }
    solver.follow(with: try EventLog(events), keeping: 1)
    try solver.solve(resume: state)
    guard !solver.stopRequested else { throw TrainingRunError.stopped(in: name) }
    let last = solver.snapshotPath(ending: ".caffemodel")
    if FileManager.default.fileExists(atPath: last) { return last }
    // A search ends by itself, with the snapshot of its last check.
    guard let state = SnapshotKeeper.latestState(of: parameter) else {
      throw TrainingRunError.noWeights(prefix: parameter.snapshotPrefix)
    }
    return state.withoutEnding + ".caffemodel"
  }

  /// What tests on both sides of the cut gave, as far as the events say.
  func cut() throws -> (before: Score?, after: Score?) {
    struct Line: Decodable {
      struct Output: Decodable {
        let name: String
        let values: [Float]
      }
      let event: String
      let before: [Output]?
      let after: [Output]?
    }
    var result: (before: Score?, after: Score?) = (nil, nil)
    for line in (InputFile.content(of: events).bytes ?? []).split(separator: UInt8(ascii: "\n")) {
      guard let cut = try? JSON.decode(Line.self, from: line), cut.event == "cut" else { continue }
      func score(_ outputs: [Line.Output]?) -> Score? {
        Score((outputs ?? []).map { ($0.name, $0.values) })
      }
      result = (score(cut.before) ?? result.before, score(cut.after) ?? result.after)
    }
    return result
  }
}

extension TrainingRun.Context {
  /// Cuts out what is zero, proves that nothing else has changed, and stages the slim net.
  ///
  /// - Parameters:
  ///   - masked: the weights' file
  ///   - stem: of the files, which end in `.prototxt` and `.caffemodel`
  func slim(
    _ net: NetParameter, _ masked: String, state: NetState, to stem: String
  ) throws -> (slim: SlimNet, files: [StagedFile]) {
    let description = try NetDescription(net, state: state, registry: .caffe)
    let read = try CaffeModel.read(masked, for: description, log: log)
    let slim = try SlimRun(net, weights: read, .init(state: state), registry: .caffe).plan().apply()
    _ = try slim.prove(on: backend)
    let files = [
      try CaffeModel.stage(slim.weights, to: stem + ".caffemodel"),
      try Prototxt.stage(slim.net, to: stem + ".prototxt"),
    ]
    return (slim, files)
  }
}

/// Why a run did not come to its end.
enum TrainingRunError: Error, CustomStringConvertible {
  /// Somebody outside stopped it.
  case stopped(in: String)
  /// It has left no weights.
  case noWeights(prefix: String)

  /// Whether somebody outside wants the program to end.
  var isStop: Bool { if case .stopped = self { true } else { false } }

  var description: String {
    switch self {
    case .stopped(let step): "stopped in '\(step)': the same command goes on from there"
    case .noWeights(let prefix): "\(prefix): the run has left no weights"
    }
  }
}
