extension NetParameter {
  /// Drops V0 padding layers and gives their padding to the convolutions and poolings that read them (Caffe:
  /// UpgradeV0PaddingLayers).
  ///
  /// - Returns: how many there were.
  /// - Throws: `UpgradeError` where a bottom comes from nowhere or something else reads a padding layer.
  mutating func mergeV0Padding(_ source: String) throws -> Int {
    /// The padding layer that made a blob, or nil for a blob from elsewhere.
    var makers: [String: V1LayerParameter?] = [:]
    for name in input { makers[name] = .some(nil) }
    var kept: [V1LayerParameter] = []
    for (position, original) in layers.enumerated() {
      var layer = original
      for (index, bottom) in original.bottom.enumerated() {
        guard let maker = makers[bottom] else {
          let reason = UpgradeError.Reason.unknownBlob(layer: layer.anyName, position: position, blob: bottom)
          throw UpgradeError(source: source, reason: reason)
        }
        guard let padding = maker else { continue }
        if let reason = padding.cannotPad(original) { throw UpgradeError(source: source, reason: reason) }
        layer.layer.pad = padding.layer.pad
        layer.bottom[index] = padding.bottom[0]
      }
      for top in layer.top { makers[top] = .some(layer.isV0Padding ? layer : nil) }
      if !layer.isV0Padding { kept.append(layer) }
    }
    defer { layers = kept }
    return layers.count - kept.count
  }
}

extension V1LayerParameter {
  fileprivate var isV0Padding: Bool { hasLayer && layer.type == "padding" }

  /// Why this padding layer cannot become a part of `reader`.
  fileprivate func cannotPad(_ reader: V1LayerParameter) -> UpgradeError.Reason? {
    guard ["conv", "pool"].contains(reader.layer.type), reader.bottom.count == 1 else {
      return .paddingReader(
        padding: layer.name, layer: reader.anyName, type: reader.layer.type, bottoms: reader.bottom.count)
    }
    guard bottom.count == 1, top.count == 1 else {
      return .paddingBlobs(padding: layer.name, bottoms: bottom.count, tops: top.count)
    }
    return nil
  }
}
