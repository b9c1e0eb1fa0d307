extension NetParameter {
  /// Turns the legacy input fields into an Input layer at the front (Caffe: UpgradeNetInput). A caffemodel may name
  /// inputs without a shape; those only go.
  mutating func upgradeInputFields(_ source: String) throws -> Bool {
    guard !input.isEmpty else { return false }
    if !inputShape.isEmpty || !inputDim.isEmpty {
      let shapes = try inputShapes(source)
      let names = input
      layer.insert(
        .with {
          $0.name = "input"
          $0.type = "Input"
          $0.top = names
          $0.inputParam = .with { $0.shape = shapes }
        }, at: 0)
    }
    (input, inputShape, inputDim) = ([], [], [])
    return true
  }

  private func inputShapes(_ source: String) throws -> [BlobShape] {
    if !inputShape.isEmpty {
      guard inputShape.count == input.count else {
        throw UpgradeError(
          source: source, reason: .inputShapes(inputs: input.count, shapes: inputShape.count))
      }
      return inputShape
    }
    guard inputDim.count == 4 * input.count else {
      throw UpgradeError(
        source: source, reason: .inputDimensions(inputs: input.count, dimensions: inputDim.count))
    }
    return input.indices.map { i in .with { $0.dim = Array(inputDim[4 * i..<4 * i + 4]) } }
  }
}
