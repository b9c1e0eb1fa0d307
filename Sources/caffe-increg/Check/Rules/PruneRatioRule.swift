import NetModel

/// Pruning ratios that have no effect.
enum PruneRatioRule: CheckRule {
  static let name = "prune_ratio"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let net = subject.net, subject.solver != nil || subject.state.phase == .train else { return [] }
    let method = subject.solver?.parameter.pruneMethod
    return net.layers.filter { $0.parameter.pruneParam.pruneRatio != 0 }.compactMap { layer in
      let ratio = layer.parameter.pruneParam.pruneRatio
      func warn(_ cause: String, _ remedy: String) -> Finding {
        subject.warning(name, layer: layer.name, "prune_param.prune_ratio: \(cause)", remedy: remedy)
      }
      if !(0..<1).contains(ratio) { return warn("must be at least 0 and below 1, not \(ratio)", "change it") }
      if method == "None" { return warn("the solver's prune_method is None", "set prune_method, or take it away") }
      guard layer.description is any FilterBearing, let weight = layer.blobs.first?.shape else {
        return warn("the layer has no weights that a method prunes", "take it away")
      }
      // The ratio is less than one weight, and so less than one group of any structure.
      if ratio * Float(weight.count) < 1 { return warn("\(ratio) of \(weight.count) weights is none", "raise it") }
      return nil
    }
  }
}
