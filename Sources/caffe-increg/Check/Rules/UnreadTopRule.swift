/// Tops that nobody reads, where they are no outputs: of data layers, and beside a loss in training.
enum UnreadTopRule: CheckRule {
  static let name = "unread"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let net = subject.net else { return [] }
    let hasLoss = net.layers.contains { $0.lossWeights.contains { $0 != 0 } }
    return net.outputs.compactMap { index in
      let blob = net.blobs[index]
      let writer = blob.readers.last { net.layers[$0].top.contains(index) } ?? blob.maker
      let layer = net.layers[writer]
      let isData = net.dataLayers.contains(writer)
      // The tops of layers without a gradient are outputs, as those of Accuracy and ArgMax.
      let isLookedAt = layer.lossWeights.contains { $0 != 0 } || !layer.description.allowsBackward(bottom: 0)
      guard isData || hasLoss && subject.state.phase == .train && !isLookedAt else { return nil }
      return subject.warning(
        name, layer: layer.name,
        "nobody reads top '\(blob.name)'" + (isData ? "" : ", and it adds nothing to the loss"),
        remedy: "take it away, or read it with a Silence layer where it is meant")
    }
  }
}
