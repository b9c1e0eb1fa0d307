import NetModel

extension LayerRegistry {
  /// Every layer type of this package, by Caffe's names.
  public static let caffe = LayerRegistry(weighted + channelwise + pointwise + structural)

  /// Layers that multiply by learned weights.
  private static let weighted: [any LayerDescription.Type] = [
    Convolution.self,
    Depthwise<ConvolutionDepthwise>.self,
    Depthwise<DepthwiseConvolution>.self,
    Deconvolution.self,
    InnerProduct.self,
  ]

  /// Layers that treat every channel by itself, or its neighbours with it.
  private static let channelwise: [any LayerDescription.Type] = [
    BN.self,
    BatchNorm.self,
    Bias.self,
    Im2col.self,
    Interp.self,
    LRN.self,
    MVN.self,
    Normalize.self,
    PReLU.self,
    Pooling.self,
    ROIPooling.self,
    SPP.self,
    Scale.self,
    Upsample.self,
  ]

  /// Layers that treat every element by itself.
  private static let pointwise: [any LayerDescription.Type] = [
    Axpy.self,
    Eltwise.self,
    Pointwise<AbsVal>.self,
    Pointwise<BNLL>.self,
    Pointwise<Clip>.self,
    Pointwise<ELU>.self,
    Pointwise<Exp>.self,
    Pointwise<Log>.self,
    Pointwise<Power>.self,
    Pointwise<ReLU6>.self,
    Pointwise<Sigmoid>.self,
    Pointwise<Swish>.self,
    Pointwise<TanH>.self,
    Pointwise<Threshold>.self,
    ReLU.self,
  ]

  /// Layers that move or share elements, losses and measures, and layers without bottoms.
  private static let structural: [any LayerDescription.Type] = [
    Accuracy.self,
    ArgMax.self,
    BatchReindex.self,
    Concat.self,
    ContrastiveLoss.self,
    Crop.self,
    DatabaseData.self,
    DetectionOutput.self,
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
    PSROIPooling.self,
    ParameterSource.self,
    Permute.self,
    PriorBox.self,
    PythonLayer.self,
    Recurrent<LSTM>.self,
    Recurrent<RNN>.self,
    Reduction.self,
    Reorg.self,
    Reshape.self,
    ShuffleChannel.self,
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
