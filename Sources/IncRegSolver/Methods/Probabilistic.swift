import Base
import CaffeProto
import Engine
import Solver

extension PruningMethod {
  /// Structured probabilistic pruning on columns.
  static let probabilisticCol = probabilistic(.column, names: ["PP_Col"])
  /// Structured probabilistic pruning on rows.
  static let probabilisticRow = probabilistic(.row, names: ["PP_Row"])

  private static func probabilistic(_ kind: GroupSpace.Kind, names: [String]) -> PruningMethod {
    PruningMethod(names: names, regularizations: ["L2", "L1"]) { parameter, output, _ in
      try ProbabilisticMethod(parameter, kind: kind, output: output)
    }
  }
}

/// Structured probabilistic pruning (SPP): every group has a probability with which it is hidden in an iteration. By the
/// order of the groups' sizes the probabilities rise and fall, and a group that reaches 1 is pruned for good. Hidden
/// weights come back after each pass: only their gradient is missing.
///
/// Source: SPP (Wang et al., BMVC 2018); caffe_increg, commit cf55166.
public final class ProbabilisticMethod: SolverHook {
  /// The largest step of a probability (`AA`).
  let step: Float
  /// Iterations between two steps (`prune_interval`).
  let interval: Int
  private let kind: GroupSpace.Kind
  private let propagates: Bool
  private let speedup: Float
  private let budget: Budget.Rule
  private let output: PruneOutput
  private let schedule = CentreSymmetric()
  /// Who decides what is hidden: a stream of its own, so that data and dropout do not depend on it.
  let random: RandomSource
  private(set) var layers: MaskedLayers?
  private(set) var isFinished = false
  /// Per layer of this iteration: whether a group is hidden. Empty where nothing is.
  private(set) var hidden: [[Bool]] = []
  /// Per layer: its weights while some of them are hidden.
  private var backups: [[Float]] = []

  /// Reads the solver's fields.
  ///
  /// - Throws: ``IncRegError/field(_:_:)`` for values with which nothing could be pruned
  public init(_ parameter: SolverParameter, kind: GroupSpace.Kind, output: PruneOutput) throws {
    for (field, value) in [("AA", parameter.aa), ("speedup", parameter.speedup)] {
      guard value > 0, value.isFinite else {
        throw IncRegError.field(field, "must be positive for '\(parameter.pruneMethod)', not \(value)")
      }
    }
    guard parameter.pruneInterval >= 1 else {
      throw IncRegError.field("prune_interval", "must be at least 1, not \(parameter.pruneInterval)")
    }
    (self.kind, self.output, step, interval) = (kind, output, parameter.aa, parameter.pruneInterval)
    (propagates, speedup, budget) = (parameter.ifUpdateRowCol, parameter.speedup, Budget.Rule(parameter))
    // Another stream than the run's, which has the same seed.
    random = RandomSource(seed: parameter.randomSeed < 0 ? -1 : parameter.randomSeed ^ 0x5350_5000)
  }

  /// Finds the layers; all probabilities are 0.
  public func adoptWeights(_ solver: Solver) throws {
    let layers = try MaskedLayers(solver, kind: kind, propagates: propagates)
    hidden = layers.all.map { _ in [] }
    backups = hidden.map { _ in [] }
    self.layers = layers
  }

  /// Says what is going to happen.
  public func beginRun(_ solver: Solver) throws {
    guard let layers else { return }
    var plan = RunPlan()
    let parameter = solver.parameter
    plan.lines.append(
      "\(parameter.pruneMethod): groups are hidden at random; probabilities change by at most AA = \(step.logged) every \(interval) iterations (prune_interval)"
    )
    plan.add(layers.all, targets: layers.all.map(\.ratio))
    plan.lines.append("learning rate: always that of lr_policy '\(parameter.lrPolicy)'")
    let open = layers.all.filter { $0.groupsLeft > 0 }
    let highest = open.flatMap { layer in layer.living.map { layer.state.lambda[$0] } }.max() ?? 0
    if isFinished {
      plan.lines.append("everything is pruned already: fine-tuning")
    } else if let steps = Ceiling.steps(from: highest, by: step, to: 1) {
      let due = (solver.iteration + interval - 1) / interval * interval
      let earliest = due + (steps - 1) * interval
      plan.lines.append("the first group can fall in iteration \(earliest)")
      if earliest >= parameter.maxIter {
        plan.warnings.append("max_iter: \(parameter.maxIter) ends the run before anything can be pruned")
      }
    } else {
      plan.warnings.append("AA: steps of \(step.logged) are lost to rounding before a probability reaches 1")
    }
    plan.warnUnused(parameter, by: parameter.pruneMethod)
    plan.write(to: solver.log)
    let saved = Budget(layers.all, rule: budget)
    output.start(iteration: solver.iteration, saved)
  }

  /// Before the first pass: moves probabilities, prunes, and draws what is hidden. Before every pass: hides it.
  public func willForward(_ solver: Solver, pass: Int) throws {
    if pass == 0 {
      layers?.takeFromNeighbours(solver)
      if !isFinished, solver.iteration % interval == 0 { advance(solver) }
      draw()
    }
    guard let layers else { return }
    for (index, layer) in layers.all.enumerated() where hidden[index].contains(true) {
      let weights = solver.net.parameters[layer.parameter].blob.mutableData
      backups[index] = Array(weights)
      layer.clear(hidden[index], in: weights)
    }
  }

  /// Brings back what was hidden, and takes its gradient away.
  public func didBackward(_ solver: Solver, pass: Int) throws {
    guard let layers else { return }
    for (index, layer) in layers.all.enumerated() where hidden[index].contains(true) {
      let blob = solver.net.parameters[layer.parameter].blob
      let weights = blob.mutableData
      weights.copy(backups[index])
      layer.clear(hidden[index], in: blob.mutableDiff)
    }
    if solver.clipsGradients { layers.maskGradients(solver) }
  }

  /// Masks what is pruned.
  public func terms(_ solver: Solver, parameter index: Int) throws -> GroupTerms? {
    layers?.maskingTerms(ofWeight: index)
  }

  /// Masks the weights.
  public func willSave(_ solver: Solver) throws { layers?.maskWeights(solver) }

  private func advance(_ solver: Solver) {
    guard let count = layers?.all.count else { return }
    for index in 0..<count {
      guard var layer = layers?.all[index], layer.ratio > 0, layer.groupsLeft > 0 else { continue }
      let weights = solver.net.parameters[layer.parameter].blob
      let pruned = layer.moveProbabilities(weights.data, step: step, schedule: schedule)
      layers?.all[index] = layer
      layers?.prune(pruned, of: index, solver)
    }
    guard let layers else { return }
    let saved = Budget(layers.all, rule: budget)
    guard saved.speedup >= speedup || layers.all.allSatisfy({ $0.groupsLeft == 0 }) else { return }
    isFinished = true
    output.fineTuning(iteration: solver.iteration, saved)
  }

  /// Draws in the order of layers and groups. A layer that has reached its ratio hides nothing any more.
  private func draw() {
    guard let layers else { return }
    for (index, layer) in layers.all.enumerated() where layer.ratio > 0 {
      guard !isFinished, layer.groupsLeft > 0 else {
        hidden[index] = []
        continue
      }
      hidden[index] = [Bool](repeating: false, count: layer.space.count)
      for group in layer.living { hidden[index][group] = random.uniform() < layer.state.lambda[group] }
    }
  }

  /// What a snapshot holds: the probabilities' bits, since text would round them.
  private struct Run: Codable {
    var isFinished: Bool
    var probability: [[UInt32]]
    var random: [UInt64]
  }

  /// Adds probabilities, masks and where the random stream stands.
  public func encode(into state: inout SolverState, _ solver: Solver) throws {
    guard let layers else { return }
    state.pruneState = (isFinished ? Phase.finalRetrain : .prune).rawValue
    let run = Run(
      isFinished: isFinished, probability: layers.all.map { $0.state.lambda.map(\.bitPattern) },
      random: random.snapshot)
    try MethodSection(method: "SPP", run: run, layers.all).add(to: &state)
  }

  /// Takes them.
  public func decode(from state: SolverState, _ solver: Solver, rollback: Bool) throws {
    // The snapshot's weights are loaded by now.
    try adoptWeights(solver)
    guard var layers, let run = try MethodSection<Run>.restore("SPP", from: state, &layers.all) else { return }
    guard run.probability.map(\.count) == layers.all.map(\.space.count), run.random.count == random.snapshot.count
    else {
      throw IncRegError.state("probability", "does not fit the net's layers")
    }
    isFinished = run.isFinished
    random.snapshot = run.random
    for index in layers.all.indices {
      layers.all[index].state.lambda = run.probability[index].map(Float.init(bitPattern:))
    }
    self.layers = layers
  }
}

extension PrunableLayer {
  /// The groups that are not pruned, ascending.
  var living: [Int] { state.prunedAt.indices.filter { !state.isPruned($0) } }

  /// Moves the probability of every living group, kept as its `lambda`, by its place in the order of norms.
  ///
  /// - Returns: the groups that have reached 1, the smallest first, no more than the ratio asks for
  mutating func moveProbabilities(_ weights: FloatView, step: Float, schedule: some PenaltySchedule) -> [Int] {
    let living = ranked(weights).living
    let left = groupsLeft
    let deltas = schedule.deltas(PenaltySituation(step: step, toPrune: left, living: living.count))
    for (place, group) in living.enumerated() {
      state.lambda[group] = min(max(state.lambda[group] + deltas[place], 0), 1)
    }
    return Array(living.filter { state.lambda[$0] == 1 }.prefix(left))
  }

  /// Sets the groups that are hidden to zero in a blob of the weight's shape.
  func clear(_ hidden: [Bool], in blob: MutableFloatView) {
    forEachWeight { index, group in if hidden[group] { blob[index] = 0 } }
  }
}
