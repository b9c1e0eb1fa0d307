import CaffeProto
import Engine
import Glibc
import Solver

extension PruningMethod {
  /// Auto-balanced filter pruning on columns.
  static let autoBalancedCol = autoBalanced(.column, names: ["AFP_Col", "Auto-balanced"])
  /// Auto-balanced filter pruning on rows.
  static let autoBalancedRow = autoBalanced(.row, names: ["AFP_Row", "Auto-balanced_Row"])

  private static func autoBalanced(_ kind: GroupSpace.Kind, names: [String]) -> PruningMethod {
    PruningMethod(names: names, regularizations: names) { parameter, output, _ in
      try AutoBalancedMethod(parameter, kind: kind, output: output)
    }
  }
}

/// Auto-balanced filter pruning (AFP): in the first half of the run the groups that are to go are drawn to zero, as hard
/// as they are small, and the others are pushed away from it, so that the penalties of a layer add up to nothing. Half-way
/// the smallest groups are cut, and the rest of the run tunes what is left.
///
/// Source: caffe_increg, sgd_solver.cpp, UpdateAutobalancedReg and Regularize, as it is meant.
public final class AutoBalancedMethod: SolverHook {
  /// The strength of the penalty (`AA`).
  let alpha: Float
  /// The updates before the cut.
  let cutAfter: Int
  private let kind: GroupSpace.Kind
  private let propagates: Bool
  private let output: PruneOutput
  private(set) var layers: MaskedLayers?
  private(set) var hasCut = false

  /// Reads the solver's fields.
  ///
  /// - Throws: ``IncRegError/field(_:_:)`` for values with which nothing could be pruned
  public init(_ parameter: SolverParameter, kind: GroupSpace.Kind, output: PruneOutput) throws {
    guard parameter.aa > 0, parameter.aa.isFinite else {
      throw IncRegError.field("AA", "must be positive for '\(parameter.pruneMethod)', not \(parameter.aa)")
    }
    guard parameter.maxIter >= 2 else {
      throw IncRegError.field("max_iter", "must be at least 2 for a cut half-way, not \(parameter.maxIter)")
    }
    (self.kind, self.output) = (kind, output)
    (alpha, cutAfter, propagates) = (parameter.aa, parameter.maxIter / 2, parameter.ifUpdateRowCol)
  }

  /// Finds the layers and fixes every group's sign and strength by its size.
  public func adoptWeights(_ solver: Solver) throws {
    var layers = try MaskedLayers(solver, kind: kind, propagates: propagates)
    for index in layers.all.indices where layers.all[index].ratio > 0 {
      layers.all[index].balance(solver.net.parameters[layers.all[index].parameter].blob.data)
    }
    self.layers = layers
  }

  /// Says what is going to happen.
  public func beginRun(_ solver: Solver) throws {
    guard let layers else { return }
    var plan = RunPlan()
    let parameter = solver.parameter
    plan.lines.append(
      "\(parameter.pruneMethod): auto-balanced penalties of strength AA = \(alpha.logged), a cut, and fine-tuning")
    plan.add(layers.all, targets: layers.all.map(\.ratio))
    plan.lines.append(
      hasCut
        ? "the cut is done" : "the cut is in iteration \(cutAfter - 1), the middle of max_iter; nothing falls before")
    plan.lines.append("learning rate: always that of lr_policy '\(parameter.lrPolicy)'")
    plan.warnUnused(parameter, by: parameter.pruneMethod)
    plan.write(to: solver.log)
    let budget = Budget(layers.all, rule: .init(parameter))
    output.start(iteration: solver.iteration, budget)
  }

  /// Masks the weights.
  public func willForward(_ solver: Solver, pass: Int) throws {
    if pass == 0 { layers?.takeFromNeighbours(solver) }
  }

  /// Masks the gradients where their norm counts; else the update does.
  public func didBackward(_ solver: Solver, pass: Int) throws {
    if solver.clipsGradients { layers?.maskGradients(solver) }
  }

  /// The balanced penalty takes the place of weight decay.
  public func weightDecay(_ solver: Solver, parameter index: Int, strength: Float) -> Float {
    !hasCut && layers?.layer(ofWeight: index) != nil ? 0 : strength
  }

  /// The penalty, and the cut when it is time; masks.
  public func terms(_ solver: Solver, parameter index: Int) throws -> GroupTerms? {
    guard !hasCut, let layer = layers?.layer(ofWeight: index), let before = layers?.all[layer] else {
      return layers?.maskingTerms(ofWeight: index)
    }
    let weights = solver.net.parameters[index].blob.data
    var terms = before.balancedTerms(alpha, weights: weights)
    if solver.iteration + 1 >= cutAfter {
      layers?.prune(Array(before.ranked(weights).living.prefix(before.groupsLeft)), of: layer, solver)
    }
    let masks = layers?.maskingTerms(ofWeight: index)
    (terms.gradientMask, terms.historyMask) = (masks?.gradientMask, masks?.historyMask)
    return terms
  }

  /// Notes the cut.
  public func didUpdate(_ solver: Solver) throws -> RunDecision {
    guard !hasCut, solver.iteration + 1 >= cutAfter, let layers else { return .proceed }
    hasCut = true
    let budget = Budget(layers.all, rule: .init(solver.parameter))
    output.fineTuning(iteration: solver.iteration, budget)
    return .proceed
  }

  /// Masks the weights.
  public func willSave(_ solver: Solver) throws {
    layers?.maskWeights(solver)
  }

  /// What a snapshot holds: the penalties' bits, since text would round them.
  private struct Run: Codable {
    var hasCut: Bool
    var lambda: [[UInt32]]
  }

  /// Adds penalties, masks and whether the cut is done.
  public func encode(into state: inout SolverState, _ solver: Solver) throws {
    guard let layers else { return }
    state.pruneState = (hasCut ? Phase.finalRetrain : .prune).rawValue
    let run = Run(hasCut: hasCut, lambda: layers.all.map { $0.state.lambda.map(\.bitPattern) })
    try MethodSection(method: "AFP", run: run, layers.all).add(to: &state)
  }

  /// Takes them.
  public func decode(from state: SolverState, _ solver: Solver, rollback: Bool) throws {
    // The snapshot's weights are loaded by now.
    try adoptWeights(solver)
    guard var layers, let run = try MethodSection<Run>.restore("AFP", from: state, &layers.all) else { return }
    guard run.lambda.map(\.count) == layers.all.map(\.space.count) else {
      throw IncRegError.state("lambda", "does not fit the net's layers")
    }
    hasCut = run.hasCut
    for index in layers.all.indices {
      layers.all[index].state.lambda = run.lambda[index].map(Float.init(bitPattern:))
    }
    self.layers = layers
  }
}

extension PrunableLayer {
  /// Fixes the penalties: 1 + ln(theta / M) for a group of norm M among the smallest that are to go, -1 - ln(M / theta) for
  /// one that stays, where theta is the largest norm to go; 0 for what is pruned already.
  mutating func balance(_ weights: FloatView) {
    let (norms, living) = ranked(weights)
    let goes = min(groupsLeft, living.count)
    state.lambda = [Float](repeating: 0, count: space.count)
    guard goes > 0 else { return }
    let theta = Double(norms[living[goes - 1]])
    for (place, group) in living.enumerated() {
      let norm = Double(norms[group])
      state.lambda[group] = Float(place < goes ? 1 + log(theta / (norm + 1e-12)) : -1 - log(norm / (theta + 1e-12)))
    }
  }

  /// The penalty alpha * lambda * weight where lambda is positive, and tau * lambda * weight where it is not, with the tau
  /// for which lambda times the square norms, so weighted, add up to 0.
  func balancedTerms(_ alpha: Float, weights: FloatView) -> GroupTerms {
    var (drawn, pushed) = (0.0, 0.0)
    forEachWeight { index, group in
      let penalty = Double(state.lambda[group]) * Double(weights[index]) * Double(weights[index])
      if penalty > 0 { drawn += penalty } else { pushed += penalty }
    }
    // Where nothing stays, nothing can be pushed.
    let tau = pushed < 0 ? Float(-Double(alpha) * drawn / pushed) : 0
    return terms(penalty: state.lambda.map { $0 > 0 ? $0 * alpha : $0 * tau })
  }
}
