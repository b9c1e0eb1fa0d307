import Base
import CaffeProto
import Solver

/// What a run is going to do, said before its first iteration, and the settings that look like mistakes.
struct RunPlan: Equatable {
  /// What will happen.
  var lines: [String] = []
  /// What will probably not do what it was meant to; each begins with the name of the field or of the layer.
  var warnings: [String] = []

  /// Writes the plan to the run's log: standard output belongs to the lines that scripts read.
  func write(to log: RunLog) {
    for line in lines { log.info("Pruning plan: \(line)") }
    for warning in warnings { log.warning("Pruning plan: \(warning)") }
  }

  /// Adds the layers and their targets.
  ///
  /// - Parameter targets: per layer, the fraction to reach first
  mutating func add(_ layers: [PrunableLayer], targets: [Float]) {
    for (layer, target) in zip(layers, targets) where layer.ratio > 0 {
      let (count, groups) = (layer.space.count, layer.space.kind.plural)
      let done = layer.state.prunedAt.count { $0 != nil }
      var line = "layer '\(layer.name)': \(count) \(groups), \(layer.groups(at: layer.ratio)) to prune"
      line += " (prune_ratio \(layer.ratio.logged))"
      if target < layer.ratio { line += ", \(layer.groups(at: target)) of them in this stage (\(target.logged))" }
      lines.append(line + (done > 0 ? ", \(done) are pruned already" : ""))
      if layer.groups(at: layer.ratio) == count {
        warnings.append(
          "layer '\(layer.name)': prune_param.prune_ratio: \(layer.ratio.logged) of \(count) \(groups) are all of them; nothing of the layer will be left"
        )
      }
    }
    let whole = layers.filter { $0.ratio == 0 }.map { "'\($0.name)'" }
    if !whole.isEmpty {
      warnings.append("prune_param.prune_ratio: not set in \(whole.joined(separator: ", ")), which will not be pruned")
    }
  }
}

extension PrunableLayer {
  /// How many groups a ratio asks for; the product is rounded to single precision first (Q11).
  func groups(at ratio: Float) -> Int { Int((Float(space.count) * ratio).rounded(.up)) }
}

extension GroupSpace.Kind {
  /// What the groups are called.
  var plural: String {
    switch self {
    case .column: "columns"
    case .row: "rows"
    case .channel: "channels"
    case .position: "kernel positions"
    case .weight: "weights"
    }
  }
}

extension RunPlan {
  /// Warns of fields that only methods with stages read.
  mutating func warnUnused(_ parameter: SolverParameter, by method: String) {
    let fields = [
      ("acc_borderline", parameter.accBorderline > 0), ("target_reg", parameter.targetReg != 0),
      ("losseval_interval", parameter.lossevalInterval != 0),
      ("retrain_test_interval", parameter.retrainTestInterval != 0), ("IF_eswpf", parameter.ifEswpf),
    ]
    for (field, isSet) in fields where isSet { warnings.append("\(field): means nothing to '\(method)'") }
  }
}

extension Budget.Rule {
  /// What a solver wants to be counted.
  init(_ parameter: SolverParameter) {
    self.init(
      speedupCountsInnerProducts: parameter.ifSpeedupCountFc, compressionCountsConvolutions: parameter.ifComprCountConv)
  }
}
