import NetModel

extension LayerRegistry {
  /// Every layer type of this package, by Caffe's names.
  public static let caffe = LayerRegistry(weighted + channelwise + elementwise + shaping + losses + sources)

  /// Layers that multiply by learned weights.
  private static let weighted: [any LayerDescription.Type] = [
    Convolution.self,
    InnerProduct.self,
  ]

  /// Layers that treat every channel by itself, or its neighbours with it.
  private static let channelwise: [any LayerDescription.Type] = [
    BatchNorm.self,
    Bias.self,
    LRN.self,
    Pooling.self,
    Scale.self,
  ]

  /// Layers that treat every element by itself.
  private static let elementwise: [any LayerDescription.Type] = [
    Eltwise.self,
    ReLU.self,
  ]

  /// Layers that move elements.
  private static let shaping: [any LayerDescription.Type] = []

  /// Layers that end a net: losses and measures.
  private static let losses: [any LayerDescription.Type] = []

  /// Layers without bottoms.
  private static let sources: [any LayerDescription.Type] = []
}
