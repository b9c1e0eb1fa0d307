import Base
import CaffeProto
import Pruning

/// What a run is going to do, said before its first iteration, and the settings that look like mistakes.
public struct RunPlan: Equatable {
  /// What will happen.
  public var lines: [String] = []
  /// Settings that are probably mistakes; each line begins with the name of the field or of the layer.
  public var warnings: [String] = []

  /// Writes the plan to the run's log: standard output belongs to the lines that scripts read.
  func write(to log: RunLog) {
    for line in lines { log.info("Pruning plan: \(line)") }
    for warning in warnings { log.warning("Pruning plan: \(warning)") }
  }

  /// Adds the families and their targets.
  ///
  /// - Parameters:
  ///   - targets: per family, the fraction to reach first; nil for its ratio
  ///   - goal: how many groups of a family are to go in all
  mutating func add(
    _ families: [PrunedFamily], _ structure: any Structure, targets: [Float]? = nil,
    goal: (PrunedFamily) -> Int = { $0.groups(at: $0.ratio) }
  ) {
    let groups = structure.plural
    for blocks in families.map(\.groups).blocks where families[blocks[0]].ratio > 0 {
      let (index, family) = (blocks[0], families[blocks[0]])
      let (count, target) = (family.counted, targets?[index] ?? family.ratio)
      let done = blocks.reduce(0) { $0 + families[$1].state.prunedAt.count { $0 != nil } }
      let (all, channels) = blocks.reduce((0, 0)) { ($0.0 + families[$1].count, $0.1 + families[$1].groups.channels) }
      let (tied, unit) = all == channels ? ("", "") : (" tied in \(all) groups", " groups")
      var line = "layer '\(family.name)': \(channels) \(groups)\(tied), \(goal(family) * blocks.count)\(unit) to prune"
      if blocks.count > 1 { line += ", of each of \(blocks.count) blocks as many" }
      line += " (prune_ratio \(family.ratio.logged))"
      if target < family.ratio {
        line += ", \(family.groups(at: target) * blocks.count) of them in this stage (\(target.logged))"
      }
      lines.append(line + (done > 0 ? ", \(done) are pruned already" : ""))
      if goal(family) == 0 {
        warnings.append(
          "layer '\(family.name)': prune_param.prune_ratio: \(family.ratio.logged) of \(count) \(groups) is none; the layer stays whole"
        )
      }
      if goal(family) == count {
        warnings.append(
          "layer '\(family.name)': prune_param.prune_ratio: \(family.ratio.logged) of \(count) \(groups) are all of them; nothing of the layer will be left"
        )
      }
    }
    let whole = families.filter { $0.ratio == 0 && ($0.groups.block ?? 0) == 0 }.map { "'\($0.name)'" }
    if !whole.isEmpty {
      warnings.append("prune_param.prune_ratio: not set in \(whole.joined(separator: ", ")), which will not be pruned")
    }
  }

  /// Says that the learning rate is the policy's.
  mutating func addPolicyRate(_ parameter: SolverParameter) {
    lines.append("learning rate: always that of lr_policy '\(parameter.lrPolicy)'")
  }

  /// Says when the first group can fall.
  mutating func addFirstFall(_ iteration: Int, _ parameter: SolverParameter) {
    lines.append("the first group can fall in iteration \(iteration)")
    if iteration >= parameter.maxIter {
      warnings.append("max_iter: \(parameter.maxIter) ends the run before anything can be pruned")
    }
  }

  /// Warns of fields that only methods with stages read.
  mutating func warnUnused(_ parameter: SolverParameter) {
    let fields = [
      ("acc_borderline", parameter.accBorderline > 0), ("target_reg", parameter.targetReg != 0),
      ("losseval_interval", parameter.lossevalInterval != 0),
      ("retrain_test_interval", parameter.retrainTestInterval != 0), ("IF_eswpf", parameter.ifEswpf),
    ]
    for (field, isSet) in fields where isSet {
      warnings.append("\(field): means nothing to '\(parameter.pruneMethod)'")
    }
  }
}

/// A run whose plan is made.
public struct PlannedRun<Memory> {
  /// The solver.
  public let parameter: SolverParameter
  /// The iteration with which it begins.
  public let iteration: Int
  /// The phase in which it begins.
  public let phase: CoursePhase
  /// What is pruned.
  public let structure: any Structure
  /// Where the families stand.
  public let families: [PrunedFamily]
  /// What the method knows of them.
  public let memories: [Memory]
  /// Of the families, those of which something can fall in this phase.
  let open: [PrunedFamily]
  /// The layers that have a ratio, but whose weights do not decay.
  let undecayed: [String]
  /// Where a search stands.
  let control: ControlState
  /// The net's multiply-adds by the families that are pruned; nil where families are no channels.
  var work: FamilyWork?
}
