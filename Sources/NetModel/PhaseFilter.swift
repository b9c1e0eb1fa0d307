import CaffeProto

extension NetParameter {
  /// This net with the layers that its state's phase, level and stages select, and without their include and exclude
  /// rules (Caffe: `Net::FilterNet`).
  ///
  /// - Throws: ``NetError/badRule(layer:_:)`` where a layer has both include and exclude rules.
  public func filtered(for state: NetState) throws -> NetParameter {
    var net = self
    net.layer = try layers(in: state).map { layer[$0] }
    net.state = state
    return net
  }

  /// The positions of the layers that a state selects.
  ///
  /// - Throws: as ``filtered(for:)``
  public func layers(in state: NetState) throws -> [Int] {
    try layer.indices.filter { index in
      let layer = layer[index]
      guard layer.include.isEmpty || layer.exclude.isEmpty else {
        throw NetError.badRule(layer: layer.name, "has include and exclude rules: give one kind")
      }
      return state.selects(include: layer.include, exclude: layer.exclude)
    }
  }

  /// The layer that makes a blob in other states than `state`, and the rule that leaves it out in this one; nil where
  /// no layer makes it. The net is as before rules were applied.
  func excludedMaker(of blob: String, in state: NetState) -> (layer: String, rule: String)? {
    for layer in layer where layer.top.contains(blob) {
      if let rule = layer.exclude.first(where: { state.meets($0) }) {
        return (layer.name, "exclude { \(rule.conditions) }")
      }
      if !layer.include.isEmpty, !layer.include.contains(where: { state.meets($0) }) {
        return (layer.name, layer.include.map { "include { \($0.conditions) }" }.joined(separator: " "))
      }
    }
    return nil
  }
}

extension NetStateRule {
  /// The rule as a prototxt has it, in one line.
  fileprivate var conditions: String {
    var parts: [String] = []
    if hasPhase { parts.append("phase: \(phase == .train ? "TRAIN" : "TEST")") }
    if hasMinLevel { parts.append("min_level: \(minLevel)") }
    if hasMaxLevel { parts.append("max_level: \(maxLevel)") }
    parts += stage.map { "stage: \"\($0)\"" } + notStage.map { "not_stage: \"\($0)\"" }
    return parts.joined(separator: " ")
  }
}

extension NetState {
  /// Whether a layer with these rules, of which only one kind is given, is of the net in this state.
  public func selects(include: [NetStateRule], exclude: [NetStateRule]) -> Bool {
    include.isEmpty ? !exclude.contains(where: meets) : include.contains(where: meets)
  }

  /// Whether a rule holds in this state.
  public func meets(_ rule: NetStateRule) -> Bool {
    if rule.hasPhase, rule.phase != phase { return false }
    if rule.hasMinLevel, level < rule.minLevel { return false }
    if rule.hasMaxLevel, level > rule.maxLevel { return false }
    return rule.stage.allSatisfy(stage.contains) && !rule.notStage.contains(where: stage.contains)
  }
}

extension NetParameter {
  /// States that select other layers than `state` may: both phases, each with the stages and level of `state`, with
  /// none, and with every stage and level that a rule names.
  public func otherStates(than state: NetState) -> [NetState] {
    let rules = layer.flatMap { $0.include + $0.exclude }
    let named = Set(rules.flatMap { $0.stage + $0.notStage }).sorted()
    var stages: [[String]] = [state.stage]
    if !named.isEmpty { stages += [[], named] + named.map { [$0] } }
    var levels = Set(rules.filter(\.hasMinLevel).map(\.minLevel) + rules.filter(\.hasMaxLevel).map(\.maxLevel))
    levels.insert(state.level)
    var states: [NetState] = []
    for phase in [state.phase, state.phase == .test ? .train : .test] as [Phase] {
      for (stage, level) in stages.flatMap({ stage in levels.sorted().map { (stage, $0) } }) {
        var other = state
        (other.phase, other.stage, other.level) = (phase, stage, level)
        if other != state, !states.contains(other) { states.append(other) }
      }
    }
    return states
  }
}
