import Base
import CaffeProto
import Engine
import Pruning
import Solver

/// A run of a pruning method, as a hook on the solver: it owns layers, families, masks and the method's memory, keeps
/// the course, and says and saves what there is to say and to save.
public final class PruningRun<Method: PruningMethod>: SolverHook {
  /// A family with what the method knows of it.
  struct Entry {
    var family: PrunedFamily
    var memory: Method.Memory
    var failure: (any Error)?
    /// Where gates are learned: the gradient of every group's gate, over the passes so far.
    var gateGradient: [Double] = []
    /// The part of the next pass's gradients that comes from earlier passes.
    var seenByGates: [Double] = []
  }

  /// The method.
  public let method: Method
  /// The prunable layers of the training net, in its order, with their masks; empty before weights are adopted.
  public internal(set) var layers: [PrunableLayer] = []

  let output: PruneOutput
  var entries: [Entry] = []
  var wiring = Wiring()
  var keeper: (any CourseKeeper)?
  /// Random numbers of the method's own, so that data and dropout do not depend on it.
  var random = RandomSource(seed: 0)
  /// Per layer: what it adds to the coming update.
  var terms: [GroupTerms?] = []
  /// Per parameter: what the method adds to the coming gradient.
  var added: [Int: Blob] = [:]
  /// Per parameter: its values while some of them are hidden.
  var backups: [Int: [Float]] = [:]
  /// Tables that wait for gradients, per layer.
  var tables: [Int: WeightTable] = [:]
  /// The rate as it was before the present iteration asked for its own.
  var rateBefore: Float?
  private var firstIteration: Int?
  /// The last epoch that the method has acted on, from 1.
  var lastEpoch: Int?
  /// Mean gradients by parameter, while the method looks at them.
  var gradients: [[Float]]?
  /// What channels hold, while the method looks at it.
  var activity: ChannelActivity?
  /// What a machine that follows the run was told last.
  var told = Told()
  /// Whether it is tested before and behind its cuts, which an event tells.
  public var testsCuts = false
  /// What these tests gave so far.
  var cutTests = CutTests()
  /// Whether the run was resumed, with all that it knew.
  var goesOn = false
  /// The iteration of the newest periodic snapshot of this run, which the next one replaces.
  var periodicSnapshot: Int?
  /// Snapshots of the run before it was resumed, which the next periodic one replaces too.
  var leftSnapshots: [Int] = []

  /// Makes a run of a method.
  init(_ method: Method, output: PruneOutput) {
    self.method = method
    self.output = output
  }

  /// The families, with where their groups stand.
  public var families: [PrunedFamily] { entries.map { $0.family } }
  /// The phase; nil before weights are adopted.
  public var phase: CoursePhase? { keeper?.phase }
  var rules: CaffeRules? { method.habits.original }
  /// The keeper of caffe_increg's search.
  var search: PhaseController? { keeper as? PhaseController }

  /// Where gradients must be complete: groups are hidden from them, or they are summed over passes.
  public var needsWholePasses: Bool { method.habits.hides || method.course.accumulates }

  /// Finds layers and families, and takes masks from the zeros of the weights.
  public func adoptWeights(_ solver: Solver) throws {
    let parameter = solver.parameter
    // Another stream than the run's, which has the same seed.
    random = RandomSource(seed: parameter.randomSeed < 0 ? -1 : parameter.randomSeed ^ 0x5350_5000)
    let ratio = method.habits.choosesGoals && !parameter.hasPruneRatio ? 1 : parameter.pruneRatio
    let found = try PrunableLayer.all(in: solver.net, method.structure, ratio: ratio)
    layers = found.map(\.layer)
    let families = try PrunedFamily.all(of: solver.net, found, method.structure)
    guard families.contains(where: { $0.ratio > 0 }) else {
      throw IncRegError.field("prune_method", "no layer of the net has a prune_ratio above 0 in its prune_param")
    }
    entries = families.map { Entry(family: $0, memory: method.memory(of: $0)) }
    wiring = Wiring(solver.net, layers, families, method.importance)
    if method.structure is Channels {
      wiring.work = FamilyWork(solver.net.description, families.filter { $0.ratio > 0 }.map(\.groups))
    }
    try wiring.findHidden(solver.net, families, method.habits)
    wiring.keepPlain(method.habits.looksAt, families, solver.net, layers)
    keeper = method.course.keeper(families, output)
    adoptMasks(solver)
    // Counting epochs may open the data.
    try actAtOnce(.start, solver, epoch: (0, method.habits.needsEpochs ? solver.epochs?.total ?? 0 : 0))
  }

  /// Takes masks from the zeros of the present weights.
  func adoptMasks(_ solver: Solver) {
    guard method.habits.adoptsZeros else { return }
    for index in layers.indices { layers[index].adoptZeros(of: weight(index, solver).data) }
    for entry in entries {
      guard let only = entry.family.groups.only, case .tiles(let height) = only.slices else { continue }
      let layer = entry.family.layer
      layers[layer].mask.maskTiles(only.matrix, height, zerosOf: weight(layer, solver).data)
    }
    for index in entries.indices { entries[index].family.adoptMasks(layers) }
  }

  /// The weight of a layer.
  func weight(_ layer: Int, _ solver: Solver) -> Blob { solver.net.parameters[layers[layer].parameter].blob }

  /// Tells the keeper of every family's ratios.
  func reportRatios(_ solver: Solver) {
    for index in entries.indices {
      let family = entries[index].family
      _ = keeper?.refreshed(index, family, layers[family.layer].achieved, iteration: solver.iteration)
    }
  }

  /// Says what is going to happen, and begins.
  public func beginRun(_ solver: Solver) throws {
    if case .search(let settings) = method.course, settings.checkInterval > 0 {
      let outputs = solver.testNets.last?.outputValues().map(\.name) ?? []
      guard outputs.contains(where: \.isAccuracy) else { throw IncRegError.noAccuracy(outputs: outputs) }
    }
    if method.habits.needsEpochs, solver.epochs == nil {
      throw IncRegError.field(
        "epoch_iters", "must say how many iterations an epoch has: no data layer of the net knows its number of samples"
      )
    }
    firstIteration = solver.iteration
    // A resumed run must not note here that families have reached their targets: the unbroken run notes it in its next
    // iteration.
    if !goesOn { reportRatios(solver) }
    plan(solver).write(to: solver.log)
    try tellPlan(solver)
    try cutAtBegin(solver)
    try running().begin(RunHost(self, solver))
    try tellProgress(solver, isDue: true)
  }

  /// Passes per update in the present phase.
  public func passes(_ solver: Solver) -> Int { keeper?.accumulation ?? 1 }

  /// The rate that the course says.
  public func learningRate(_ solver: Solver, policy: Float) -> Float {
    rateBefore = search?.state.learningRate
    return keeper?.learningRate(policy: policy) ?? policy
  }

  /// 0 for weights for which the method's penalty takes the place of decay.
  public func weightDecay(_ solver: Solver, parameter index: Int, strength: Float) -> Float {
    if method.habits.suspendsDecay, phase == .prune { return 0 }
    guard method.habits.replacesDecay, phase == .prune, let layer = wiring.layerOfParameter[index] else {
      return strength
    }
    return wiring.makers[layer].contains { entries[$0.entry].family.ratio > 0 } ? 0 : strength
  }

  /// Moves the course of the run on.
  public func didUpdate(_ solver: Solver) throws -> RunDecision {
    let isDue = solver.displays
    let decision = try moveOn(solver)
    try tellProgress(solver, isDue: isDue || decision == .finish)
    return decision
  }

  private func moveOn(_ solver: Solver) throws -> RunDecision {
    report()
    for index in layers.indices where layers[index].unsettled > 0 { layers[index].unsettled -= 1 }
    guard try cutIfDue(solver) else { return .proceed }
    let wasPruning = cutTests.wasPruning ?? (phase == .prune)
    defer {
      cutTests.wasPruning = phase == .prune
      cutTests.hadFallen = testsCuts && entries.contains { $0.family.state.prunedCount > 0 }
    }
    if try running().advance(RunHost(self, solver)) == .finish { return .finish }
    try testGradualCut(solver, wasPruning: wasPruning)
    guard let search else { return .proceed }
    let budget = Budget(layers, rule: .init(solver.parameter))
    search.counted(budget)
    sayTotals(budget, solver, isFirst: firstIteration == solver.iteration)
    return .proceed
  }

  /// Lets the method act on all families after an epoch.
  public func didEpoch(_ solver: Solver, epoch: Int, of total: Int) throws {
    // If the run was stopped in a test below, the resumed run gets this call again.
    if lastEpoch != epoch {
      lastEpoch = epoch
      // The cut at the end makes the last softening final, so the test before the cut comes here.
      if method.habits.needsEpochs, epoch == total, try !testBeforeCut(solver) { return lastEpoch = nil }
      try actAtOnce(.epoch, solver, epoch: (epoch, total))
      let families = self.families.filter { $0.ratio > 0 }
      let softened = families.reduce(0) { $0 + $1.state.softened.count { $0 } }
      if softened > 0 {
        output.app(
          " Epoch \(epoch) of \(total): \(softened) of \(families.reduce(0) { $0 + $1.count }) \(method.structure.plural) softened, iter: \(solver.iteration)\(output.stamp())"
        )
      }
    }
    if families.contains(where: { $0.state.softened.contains(true) }) { _ = try renewStatistics(solver) }
  }

  /// Masks the weights, so that what was pruned in this iteration is zero in every file.
  public func willSave(_ solver: Solver) throws { maskWeights(solver) }

  func maskWeights(_ solver: Solver) {
    for index in layers.indices { layers[index].mask.apply(toDataOf: weight(index, solver)) }
  }

  /// Says what is pruned, where a run ends before its course does.
  public func endRun(_ solver: Solver) throws {
    keeper?.end(RunHost(self, solver))
    try tellProgress(solver, isDue: true)
  }

  func running() throws -> any CourseKeeper {
    guard let keeper else { throw IncRegError.state("method", "no weights were adopted") }
    return keeper
  }
}
