extension NetParameter {
  /// Freezes the statistics of BatchNorm layers that give all three a ParamSpec, as files from before the layer did
  /// so itself do (Caffe: UpgradeNetBatchNorm).
  ///
  /// - Returns: whether any was not frozen
  mutating func upgradeBatchNormRates() -> Bool {
    var changed = false
    for i in layer.indices where layer[i].type == "BatchNorm" && layer[i].param.count == 3 {
      for j in 0..<3 where !layer[i].param[j].isFrozen {
        layer[i].param[j].lrMult = 0
        layer[i].param[j].decayMult = 0
        changed = true
      }
    }
    return changed
  }
}

extension ParamSpec {
  /// Whether it says that a parameter neither learns nor decays.
  fileprivate var isFrozen: Bool { hasLrMult && lrMult == 0 && hasDecayMult && decayMult == 0 }
}
