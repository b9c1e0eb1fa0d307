extension NetParameter {
  /// Brings V0 layers to the V1 format (Caffe: UpgradeV0Net).
  ///
  /// What such a net says outside of its `layer` messages is kept: the layers' rules and loss weights, and all of the
  /// net's own fields.
  /// - Returns: nil where there are none.
  /// - Throws: `UpgradeError`.
  mutating func upgradeV0Layers(_ source: String) throws -> UpgradeStep? {
    let count = layers.count(where: \.hasLayer)
    guard count > 0 else { return nil }
    let padding = try mergeV0Padding(source)
    var ignored: [IgnoredSetting] = []
    for index in layers.indices where layers[index].hasLayer {
      var settings = V0Settings(of: layers[index])
      settings.move()
      layers[index] = settings.new
      ignored += settings.ignored
    }
    return .v0Layers(count: count, padding: padding, ignored: ignored)
  }
}

extension V1LayerParameter.LayerType {
  /// The type that V0 calls so, but for "padding", which no longer is one (Caffe: UpgradeV0LayerType).
  init?(v0 name: String) {
    switch name {
    case "accuracy": self = .accuracy
    case "bnll": self = .bnll
    case "concat": self = .concat
    case "conv": self = .convolution
    case "data": self = .data
    case "dropout": self = .dropout
    case "euclidean_loss": self = .euclideanLoss
    case "flatten": self = .flatten
    case "hdf5_data": self = .hdf5Data
    case "hdf5_output": self = .hdf5Output
    case "im2col": self = .im2col
    case "images": self = .imageData
    case "infogain_loss": self = .infogainLoss
    case "innerproduct": self = .innerProduct
    case "lrn": self = .lrn
    case "multinomial_logistic_loss": self = .multinomialLogisticLoss
    case "pool": self = .pooling
    case "relu": self = .relu
    case "sigmoid": self = .sigmoid
    case "softmax": self = .softmax
    case "softmax_loss": self = .softmaxLoss
    case "split": self = .split
    case "tanh": self = .tanh
    case "window_data": self = .windowData
    default: return nil
    }
  }
}
