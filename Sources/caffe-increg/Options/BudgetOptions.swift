import ArgumentParser
import Base
import Budgets
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Slimming

/// The options of `prune` and `plan` that say what the net may cost.
struct BudgetOptions: ParsableArguments {
  @Option(
    name: .customLong("budget"),
    help: ArgumentHelp(
      "What the net may cost: macs, params, bytes or latency, and how much, as macs=0.5 (a share of the whole), params=2M or latency=20ms.",
      discussion: """
        Widths are chosen layer by layer, and go down and up by --round. Latency is that of one forward pass on this \
        machine, with these threads: layers are timed at several widths, which the first time takes minutes, and the plan \
        is measured and made again until it stays.
        """, valueName: "kind=amount"))
  var texts: [String] = []

  /// The budget as it was given; nil without one.
  var text: String? { texts.first }

  @Option(
    help: ArgumentHelp("For --budget latency: the items of a batch; without it the net's own.", valueName: "items"))
  var batch: Int?

  @Option(
    help: ArgumentHelp(
      "Who says which layers lose how much: global ranks the channels of all layers by --importance and cost, sensitivity measures the accuracy that each layer loses by itself."
    ))
  var allocate = Allocate.global

  @Flag(help: "For --allocate global: rank channels against those of layers only that are wired alike.")
  var isomorphic = false

  @Option(
    help: ArgumentHelp(
      "For --allocate sensitivity: a map that the command sensitivity has written; without it one is made.",
      valueName: "json"),
    completion: .file())
  var map: String?

  @Option(help: ArgumentHelp("The images of the net's test data for a sensitivity map.", valueName: "count"))
  var images = 1000

  /// How widths are chosen.
  enum Allocate: String, ExpressibleByArgument, CaseIterable {
    case global
    case sensitivity
  }

  func validate() throws {
    guard texts.count < 2 else {
      throw ValidationError("--budget is given \(texts.count) times, as \(texts.joined(separator: " and ")): give one")
    }
    if let batch, batch < 1 { throw ValidationError("--batch must be at least 1, but is \(batch)") }
    guard images >= 1 else { throw ValidationError("--images must be at least 1, but is \(images)") }
    if allocate == .global, map != nil { throw ValidationError("--map goes with --allocate sensitivity.") }
    if allocate == .sensitivity, isomorphic { throw ValidationError("--isomorphic goes with --allocate global.") }
    if text == nil {
      for (given, flag) in [(map != nil, "--map"), (isomorphic, "--isomorphic"), (batch != nil, "--batch")] where given
      {
        throw ValidationError("\(flag) goes with --budget.")
      }
    }
    do { _ = try text.map { try NetBudget($0) } } catch { throw ValidationError("--budget: \(error)") }
  }

  /// Chooses widths.
  ///
  /// - Parameters:
  ///   - state: the part of the net
  ///   - weights: the file that the net's weights are from
  ///   - importance: what has ranked its channels
  func meet(
    _ budget: NetBudget, _ space: WidthSpace, _ run: RunOptions, state: NetState, weights: String, importance: String,
    _ log: RunLog
  ) throws -> BudgetOutcome {
    let backend = { try run.makeBackend(log) }
    let allocation: BudgetPlanner.Allocation
    switch allocate {
    case .global: allocation = .global(isomorphic: isomorphic)
    case .sensitivity:
      let source = try SensitivitySource(space, weights: weights, importance)
      if let map {
        allocation = .sensitivity(try source.curves(ofFile: map))
      } else {
        let measured = try source.measure(images: images, state: state, registry: .caffe, backend(), log)
        allocation = .sensitivity(try source.curves(of: measured))
      }
    }
    let planner = BudgetPlanner(space, allocation)
    guard budget.kind == .latency else {
      return BudgetOutcome(budget: budget, result: try planner.plan(budget), table: nil)
    }
    let table = try LatencyTable(space, run, state: state, batch: batch, log)
    let result = try planner.plan(budget, table)
    return BudgetOutcome(budget: budget, result: result, table: table)
  }
}

/// How a budget was met.
struct BudgetOutcome {
  let budget: NetBudget
  let result: BudgetPlanner.Result
  /// What was measured; nil where nothing was.
  let table: LatencyTable?
}

extension LatencyTable {
  /// The table of a command's run, kept in the user's cache folder.
  convenience init(_ space: WidthSpace, _ run: RunOptions, state: NetState, batch: Int?, _ log: RunLog) throws {
    let lines = ProgressLine("measure")
    try self.init(
      space, state: state, batch: batch, backend: run.makeBackend(log),
      record: TrialFile(
        "layer-times-\(programVersion)", loss: "layers are measured anew in every run", log: log),
      progress: { lines.update($1, of: $2) })
  }
}
