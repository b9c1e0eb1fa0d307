extension NetParameter {
  /// Brings a net that was read from an older file to the current format (Caffe: UpgradeNetAsNeeded). Blobs move
  /// without a copy.
  ///
  /// - Parameter source: the file, for errors.
  /// - Returns: what was changed.
  /// - Throws: `UpgradeError`.
  @discardableResult
  public mutating func upgrade(source: String = "") throws -> [UpgradeStep] {
    var steps: [UpgradeStep] = []
    if let first = layers.first {
      if let current = layer.first {
        let reason = UpgradeError.Reason.mixedFormats(
          layer: layer.count, firstLayer: current.name, layers: layers.count, firstLayers: first.anyName)
        throw UpgradeError(source: source, reason: reason)
      }
      let v0 = try upgradeV0Layers(source)
      steps += [v0, upgradeDataTransforms(), upgradeV1Layers(startingWith: v0)].compactMap(\.self)
    }
    if try upgradeInputFields(source) { steps.append(.inputFields) }
    if upgradeBatchNormRates() { steps.append(.batchNormRates) }
    return steps
  }
}

extension V1LayerParameter {
  /// The name, wherever this format has it.
  var anyName: String { hasLayer ? layer.name : name }
}
