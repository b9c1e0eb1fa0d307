import CaffeProto
import Engine
import Solver

/// IncReg as a hook on the solver: structure, importance and schedule from their own types, the course of the run from a
/// ``PhaseController``.
public final class IncRegMethod: SolverHook {
  /// What the run was asked to do.
  public let settings: IncRegSettings
  /// The prunable layers of the training net, in its order; empty before weights are adopted.
  public internal(set) var layers: [PrunableLayer] = []

  let output: PruneOutput
  var controller: PhaseController?
  /// Per layer.
  var regularizers: [RankRegularizer] = []
  /// Per parameter of the net: the prunable layer it is the weight of.
  var layerOfParameter: [Int?] = []
  private var firstIteration: Int?
  /// Whether the run was resumed, with all that it knew.
  var goesOn = false
  /// Snapshots of the run before it was resumed, which the next periodic one replaces too.
  var leftSnapshots: [Int] = []

  /// Makes the method.
  public init(_ settings: IncRegSettings, output: PruneOutput = PruneOutput()) {
    self.settings = settings
    self.output = output
  }

  /// The phase; nil before weights are adopted.
  public var phase: Phase? { controller?.state.phase }
  /// The penalty at which a group is pruned.
  public var ceiling: Float { controller?.state.ceiling ?? 0 }
  /// The stage, counted from 1.
  public var stage: Int { controller?.state.stage ?? 0 }

  /// Finds the layers and takes masks from the zeros of their weights.
  public func adoptWeights(_ solver: Solver) throws {
    layers = try PrunableLayer.all(in: solver.net, kind: settings.kind)
    guard layers.contains(where: { $0.ratio > 0 }) else {
      throw IncRegError.field("prune_method", "no layer of the net has a prune_ratio above 0 in its prune_param")
    }
    regularizers = layers.map {
      RankRegularizer($0.space, schedule: settings.centreSymmetric ? CentreSymmetric() : Discontinuous())
    }
    layerOfParameter = Array(repeating: nil, count: solver.net.parameters.count)
    for index in layers.indices {
      layerOfParameter[layers[index].parameter] = index
      // Else the scores of every iteration would have to be taken from weights in their order.
      if regularizers[index].sums?.takesTiles != true {
        solver.net.parameters[layers[index].parameter].blob.staysPlain = true
      }
    }
    controller = PhaseController(settings: settings, layers: layers, output: output)
    adoptMasks(solver)
  }

  /// Takes masks from the zeros of the present weights.
  func adoptMasks(_ solver: Solver) {
    for index in layers.indices {
      layers[index].adoptZeros(of: solver.net.parameters[layers[index].parameter].blob.data)
    }
  }

  /// Tells the controller of every layer's ratios.
  func reportRatios(_ solver: Solver) {
    for index in layers.indices { controller?.refreshed(index, layers[index], iteration: solver.iteration) }
  }

  /// Begins the run.
  public func beginRun(_ solver: Solver) throws {
    if settings.checkInterval > 0 {
      let outputs = solver.testNets.last?.outputValues().map(\.name) ?? []
      guard outputs.contains(where: \.isAccuracy) else { throw IncRegError.noAccuracy(outputs: outputs) }
    }
    firstIteration = solver.iteration
    // A run that goes on finds layers finished where the unbroken one does.
    if !goesOn { reportRatios(solver) }
    plan(solver).write(to: solver.log)
    try running().begin(SolverHost(self, solver))
  }

  /// Where tables of gradients are printed, or gradients summed.
  public var needsWholePasses: Bool { !output.onlyApp || settings.accumulation.values.contains { $0 > 1 } }

  /// Passes per update in the present phase.
  public func passes(_ solver: Solver) -> Int { controller?.accumulation ?? 1 }

  /// Takes what neighbours have queued, counts, and masks the weights, before the first pass only.
  public func willForward(_ solver: Solver, pass: Int) throws {
    guard pass == 0 else { return }
    for index in layers.indices {
      let weights = solver.net.parameters[layers[index].parameter].blob
      takeNeighbours(index, weights)
      layers[index].refreshRatio()
      let wasFinished = controller?.state.layers[index].finishedAt != nil
      controller?.refreshed(index, layers[index], iteration: solver.iteration)
      if settings.kind == .position, !wasFinished, controller?.state.layers[index].finishedAt != nil {
        reshapeKernel(index, weights: weights.mutableData)
      }
      if showsTable(index, solver) { show(.weights, index, weights.data) }
      output.detail(summary(index))
      if layers[index].unsettled > 0 { layers[index].mask.apply(toDataOf: weights) }
    }
    if solver.updatesEarly { regularize(solver) }
  }

  private func takeNeighbours(_ index: Int, _ weights: Blob) {
    let name = layers[index].name
    if settings.kind == .row {
      let channels = Neighbours.takeColumns(
        index, in: &layers, enabled: settings.propagates, countsAgain: settings.profile == .reference)
      if !channels.isEmpty { output.detail("        \(name) in UpdateNumPrunedCol") }
      for channel in channels { output.detail("  \(name) prune a channel successfully: \(channel)") }
    } else if !layers[index].queuedRows.isEmpty {
      output.detail("        \(name) in UpdateNumPrunedRow")
      for row in Neighbours.takeRows(
        &layers[index], weights: weights.mutableData, countsAgain: settings.profile == .reference)
      {
        output.detail(" \(name) prune a row successfully: \(row)")
      }
    }
  }

  /// Masks the gradients after the last pass where their norm counts; else the update does. Tables show what was known
  /// before ranks and penalties move on.
  public func didBackward(_ solver: Solver, pass: Int) throws {
    let isLast = pass + 1 == passes(solver) * solver.parameter.iterSize
    guard pass == 0 || isLast else { return }
    for index in layers.indices.reversed() {
      let weights = solver.net.parameters[layers[index].parameter].blob
      if pass == 0, showsTable(index, solver) { show(.gradients, index, weights.diff) }
      if isLast, solver.clipsGradients, layers[index].achieved.overall > 0 {
        layers[index].mask.apply(toDiffOf: weights)
      }
    }
    if isLast, !solver.updatesEarly { regularize(solver) }
  }

  /// The latched rate.
  public func learningRate(_ solver: Solver, policy: Float) -> Float {
    controller?.learningRate(policy: policy) ?? policy
  }

  /// Whether a weight is not pruned because it does not decay, which is what the original makes of it (Q3).
  func isSwitchedOff(parameter index: Int, _ solver: Solver) -> Bool {
    settings.profile == .reference && solver.parameter.weightDecay * solver.net.parameters[index].decayMult == 0
  }

  /// Moves the course of the run on.
  public func didUpdate(_ solver: Solver) throws -> RunDecision {
    report()
    for index in layers.indices where layers[index].unsettled > 0 { layers[index].unsettled -= 1 }
    if try running().advance(SolverHost(self, solver)) == .finish { return .finish }
    let budget = Budget(layers, rule: settings.budget)
    controller?.counted(budget)
    if firstIteration == solver.iteration { output.detail(totals(budget)) }
    output.detail(
      "**** Step \(solver.iteration + 1) (after update): \(budget.speedup.logged)/\(settings.speedup.logged)"
        + " \(budget.compression.logged)/\(settings.compression.logged) ****\n")
    return .proceed
  }

  /// Masks the weights, so that what was pruned in this iteration is zero in every file.
  public func willSave(_ solver: Solver) throws {
    for layer in layers { layer.mask.apply(toDataOf: solver.net.parameters[layer.parameter].blob) }
  }

  /// Says what is pruned, where a run ends before its course does.
  public func endRun(_ solver: Solver) throws { controller?.reportLayers(layers) }

  private func running() throws -> PhaseController {
    guard let controller else { throw IncRegError.state("method", "no weights were adopted") }
    return controller
  }
}
