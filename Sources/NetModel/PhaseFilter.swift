import CaffeProto

extension NetParameter {
  /// This net with the layers that its state's phase, level and stages select, and without their include and exclude
  /// rules (Caffe: `Net::FilterNet`).
  ///
  /// - Throws: ``NetError/badRule(layer:_:)`` where a layer has both include and exclude rules.
  public func filtered(for state: NetState) throws -> NetParameter {
    var net = self
    net.layer = try layer.filter { layer in
      guard layer.include.isEmpty || layer.exclude.isEmpty else {
        throw NetError.badRule(layer: layer.name, "has include and exclude rules: give one kind")
      }
      return layer.include.isEmpty
        ? !layer.exclude.contains { state.meets($0) }
        : layer.include.contains { state.meets($0) }
    }
    net.state = state
    return net
  }
}

extension NetState {
  /// Whether a rule holds in this state.
  public func meets(_ rule: NetStateRule) -> Bool {
    if rule.hasPhase, rule.phase != phase { return false }
    if rule.hasMinLevel, level < rule.minLevel { return false }
    if rule.hasMaxLevel, level > rule.maxLevel { return false }
    return rule.stage.allSatisfy(stage.contains) && !rule.notStage.contains(where: stage.contains)
  }
}
