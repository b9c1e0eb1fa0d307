import NetModel

extension LayerRegistry {
  /// Layers that move or share elements, losses and measures, and layers without bottoms.
  public static var structural: [any LayerDescription.Type] {
    [
      Accuracy.self,
      ArgMax.self,
      BatchReindex.self,
      Concat.self,
      ContrastiveLoss.self,
      Crop.self,
      DatabaseData.self,
      Dropout.self,
      DummyData.self,
      Embed.self,
      EuclideanLoss.self,
      Filter.self,
      Flatten.self,
      HDF5Data.self,
      HDF5Output.self,
      HingeLoss.self,
      ImageData.self,
      InfogainLoss.self,
      Input.self,
      LSTMUnit.self,
      MemoryData.self,
      MultinomialLogisticLoss.self,
      ParameterSource.self,
      PythonLayer.self,
      Recurrent<LSTM>.self,
      Recurrent<RNN>.self,
      Reduction.self,
      Reshape.self,
      SigmoidCrossEntropyLoss.self,
      Silence.self,
      Slice.self,
      Softmax.self,
      SoftmaxWithLoss.self,
      Split.self,
      Tile.self,
      WindowData.self,
    ]
  }
}
