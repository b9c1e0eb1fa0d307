import ArgumentParser
import Base
import Budgets
import CaffeProto
import Engine
import FoundationEssentials
import NetIO
import NetModel
import Pruning
import Slimming
import Solver

/// The options of `prune` and `plan`.
struct PruneOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The net.", valueName: "prototxt"), completion: .file())
  var model: String

  @Option(help: ArgumentHelp("Its weights.", valueName: "caffemodel"), completion: .file())
  var weights: String

  @Option(
    help:
      "What a channel is worth: the mean magnitude (l1) or root mean square (l2) of the weights that make it, the magnitude of its Scale factor (bn), means over all that makes, scales and reads it (group-l1, group-l2, lamp), its distance to the others (fpgm), what the loss would change by (taylor, fisher), the share of its values that are not zero behind its ReLU (apoz), their mean magnitude (activation), or nothing (random)."
  )
  var importance = L1Norm.name

  @Option(help: "The share of every layer's channels that goes, in 0 ..< 1.")
  var ratio: Double?

  @Option(
    help: ArgumentHelp("One line per layer, its name and its ratio; other layers keep all.", valueName: "file"),
    completion: .file())
  var ratios: String?

  @OptionGroup var budget: BudgetOptions

  @Option(
    help: ArgumentHelp(
      "What is left of a layer is a multiple of this, or all of it: the one nearest to what is asked for.",
      valueName: "channels"))
  var round = 8

  @Option(help: "The fewest channels that a layer keeps.")
  var floor = 1

  @Flag(
    name: .customLong("global"),
    help: ArgumentHelp(
      "--ratio is of the channels of all layers together, which are ranked as one.",
      discussion: "Of which layers they go the ranking decides. --round and --floor count for each layer."))
  var isGlobal = false

  @Option(
    help: ArgumentHelp(
      "Batches of the net's own data over which it runs for --importance taylor, fisher, apoz and activation.",
      discussion: "Data layers, and for taylor and fisher losses, are those of phase TEST, or of --phase."))
  var scoreBatches = RunOptions.scoreBatches

  @Option(help: "For --importance random.")
  var seed = 1

  @OptionGroup var run: RunOptions

  @OptionGroup var look: LookOptions

  func validate() throws {
    try checkName(importance, of: "--importance", among: Importances.names)
    guard [ratio != nil, ratios != nil, budget.text != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("Give either --ratio, --ratios or --budget.")
    }
    if budget.batch != nil, let text = budget.text, try NetBudget(text).kind != .latency {
      throw ValidationError("--batch goes with --budget latency.")
    }
    guard !isGlobal || ratio != nil else { throw ValidationError("--global needs --ratio.") }
    guard scoreBatches >= 1 else {
      throw ValidationError("--score-batches must be at least 1, but is \(scoreBatches)")
    }
    guard round >= 1 else { throw ValidationError("--round must be at least 1, but is \(round)") }
    guard floor >= 1 else { throw ValidationError("--floor must be at least 1, but is \(floor)") }
  }

  /// The part of the net that is planned for.
  var state: NetState { run.part.state(run.part.phase(or: .test)) }

  /// The batches of data that the importance looks at; nil where it needs none.
  var scoredBatches: Int? { type(of: chosen).needs.needData ? scoreBatches : nil }

  private var chosen: any Importance { Importances.named(importance, seed: seed) ?? L1Norm() }

  /// What is asked for, read and planned.
  struct Planned {
    let plan: PrunePlan
    /// How a budget was met; nil where none was given.
    let outcome: BudgetOutcome?
    /// The part of the net that is planned for.
    let state: NetState
    /// All phases.
    let parameter: NetParameter
    /// The part that is planned for.
    let net: NetDescription
    /// The layer types, and what is taken for granted.
    let registry: LayerRegistry
    /// The weights as the file has them.
    let file: WeightSet
    /// Those of the part that is planned for, by layer.
    let weights: [String: [WeightBlob]]

    /// What prune writes and what slim makes of it; sure that slim takes away all that is masked.
    func slimmed(_ masked: [String: [WeightBlob]]) throws -> (weights: WeightSet, net: SlimNet) {
      var result = WeightSet(net, blobs: masked)
      result.layers += file.layers.filter { !$0.blobs.isEmpty && net.index(ofLayer: $0.name) == nil }
      return (result, try plan.slimmed(parameter, result, state: state, registry: registry))
    }
  }

  /// Reads net and weights and plans.
  func plan(_ log: RunLog) throws -> Planned {
    let parameter = try Prototxt.keptNet(model, log: log)
    let (net, file, blobs, registry) = try placing(model, state) {
      let registry = try look.registry(for: parameter, state: state, weights: weights, log: log)
      let net = try NetDescription(parameter, state: state, registry: registry)
      try look.report(net, log)
      let file = try CaffeModel.read(weights, for: net, log: log)
      return (net, file, try file.blobs(for: net), registry)
    }
    let observations = try placing(model, state) {
      try run.observe(type(of: chosen).needs, parameter, state: state, blobs, batches: scoreBatches, log)
    }
    func planned(_ plan: PrunePlan, _ outcome: BudgetOutcome?) -> Planned {
      Planned(
        plan: plan, outcome: outcome, state: state, parameter: parameter, net: net, registry: registry, file: file,
        weights: blobs)
    }
    guard let text = budget.text else {
      let request = PrunePlan.Request(
        importance: chosen, ratios: try requested(), multiple: round, floor: floor, isGlobal: isGlobal)
      return planned(try PrunePlan(net, weights: blobs, request, observations), nil)
    }
    let ranking = try PruneRanking(net, weights: blobs, importance: chosen, observations)
    let space = try WidthSpace(ranking, .init(multiple: round, floor: floor), registry: registry)
    let outcome = try budget.meet(
      NetBudget(text), space, run, state: state, weights: weights, importance: importance, log)
    return planned(space.plan(outcome.result.point), outcome)
  }

  private func requested() throws -> PruneRatios {
    if let ratio { return try PruneRatios(ratio) }
    let path = ratios ?? ""
    return try PruneRatios(text: InputFile.text(in: path), file: path)
  }
}

/// - Throws: `ValidationError` with the names there are
func checkName(_ name: String, of flag: String, among names: [String]) throws {
  guard !names.contains(name) else { return }
  let nearest = didYouMean(closestName(to: name, among: names))
  throw ValidationError("\(flag): there is no '\(name)'; there are \(names.joined(separator: ", "))\(nearest)")
}

extension RunOptions {
  /// What a net shows of itself over its data, where an importance needs that.
  func observe(
    _ needs: EvidenceNeeds, _ parameter: NetParameter, state: NetState, _ weights: [String: [WeightBlob]],
    batches: Int, _ log: RunLog
  ) throws -> Observations {
    guard needs.needData else { return Observations() }
    let data = try DataNet(
      parameter, state: state, weights: weights, registry: .caffe, backend: makeBackend(log), use: DataNet.use(needs))
    let progress = ProgressLine("score, batch")
    defer { progress.clear() }
    return try data.observe(needs, batches: batches) { progress.update($0, of: batches) }
  }
}
