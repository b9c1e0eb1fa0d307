import NetModel

extension LayerRegistry {
  /// Layers that move or share elements, losses and measures, and layers without bottoms.
  public static var structural: [any LayerDescription.Type] {
    [
      Accuracy.self,
      Concat.self,
      Crop.self,
      Dropout.self,
      DummyData.self,
      Flatten.self,
      Input.self,
      Reduction.self,
      Reshape.self,
      Slice.self,
      Softmax.self,
      SoftmaxWithLoss.self,
      Split.self,
      Tile.self,
    ]
  }
}
