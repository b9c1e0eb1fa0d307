/// Moves the settings of one V0 layer, which stand side by side there, to the sub-messages that V1 has for each type
/// (Caffe: UpgradeV0LayerParameter).
struct V0Settings {
  private typealias Places<Value> = KeyValuePairs<
    V1LayerParameter.LayerType, WritableKeyPath<V1LayerParameter, Value>
  >

  private let old: V0LayerParameter
  /// The layer in the V1 format.
  private(set) var new: V1LayerParameter
  /// The settings that layers of its type do not have.
  private(set) var ignored: [IgnoredSetting] = []

  init(of layer: V1LayerParameter) {
    (old, new) = (layer.layer, layer)
    new.clearLayer()
  }

  mutating func move() {
    if old.hasName { new.name = old.name }
    if old.hasType {
      if let type = V1LayerParameter.LayerType(v0: old.type) {
        new.type = type
      } else {
        // A fork's type is kept as V1 keeps it.
        new.unknownFields += UnknownText.encode(["type: \(old.type)"])
      }
    }
    new.blobs += old.blobs
    new.blobsLr += old.blobsLr
    new.weightDecay += old.weightDecay
    moveOperators()
    moveData()
    if !old.unknownFields.isEmpty { ignore("unknown fields") }
  }

  private mutating func moveOperators() {
    move(
      "num_output", old.hasNumOutput, old.numOutput,
      [.convolution: \.convolutionParam.numOutput, .innerProduct: \.innerProductParam.numOutput])
    move(
      "biasterm", old.hasBiasterm, old.biasterm,
      [.convolution: \.convolutionParam.biasTerm, .innerProduct: \.innerProductParam.biasTerm])
    move(
      "weight_filler", old.hasWeightFiller, old.weightFiller,
      [.convolution: \.convolutionParam.weightFiller, .innerProduct: \.innerProductParam.weightFiller])
    move(
      "bias_filler", old.hasBiasFiller, old.biasFiller,
      [.convolution: \.convolutionParam.biasFiller, .innerProduct: \.innerProductParam.biasFiller])
    move(
      "pad", old.hasPad, old.pad,
      [.convolution: \.convolutionParam.pad.only, .pooling: \.poolingParam.pad])
    move(
      "kernelsize", old.hasKernelsize, old.kernelsize,
      [.convolution: \.convolutionParam.kernelSize.only, .pooling: \.poolingParam.kernelSize])
    move("group", old.hasGroup, old.group, [.convolution: \.convolutionParam.group])
    move(
      "stride", old.hasStride, old.stride,
      [.convolution: \.convolutionParam.stride.only, .pooling: \.poolingParam.stride])
    move("pool", old.hasPool, old.pool, [.pooling: \.poolingParam.v0Pool])
    move("dropout_ratio", old.hasDropoutRatio, old.dropoutRatio, [.dropout: \.dropoutParam.dropoutRatio])
    move("local_size", old.hasLocalSize, old.localSize, [.lrn: \.lrnParam.localSize])
    move("alpha", old.hasAlpha, old.alpha, [.lrn: \.lrnParam.alpha])
    move("beta", old.hasBeta, old.beta, [.lrn: \.lrnParam.beta])
    move("k", old.hasK, old.k, [.lrn: \.lrnParam.k])
    move("concat_dim", old.hasConcatDim, old.concatDim, [.concat: \.concatParam.concatDim])
  }

  private mutating func moveData() {
    move(
      "source", old.hasSource, old.source,
      [
        .data: \.dataParam.source, .hdf5Data: \.hdf5DataParam.source, .imageData: \.imageDataParam.source,
        .windowData: \.windowDataParam.source, .infogainLoss: \.infogainLossParam.source,
      ])
    move(
      "batchsize", old.hasBatchsize, old.batchsize,
      [
        .data: \.dataParam.batchSize, .hdf5Data: \.hdf5DataParam.batchSize,
        .imageData: \.imageDataParam.batchSize, .windowData: \.windowDataParam.batchSize,
      ])
    // These have one place, whatever the type.
    if old.hasScale { new.transformParam.scale = old.scale }
    if old.hasMeanfile { new.transformParam.meanFile = old.meanfile }
    if old.hasCropsize { new.transformParam.cropSize = old.cropsize }
    if old.hasMirror { new.transformParam.mirror = old.mirror }
    move(
      "rand_skip", old.hasRandSkip, old.randSkip,
      [.data: \.dataParam.randSkip, .imageData: \.imageDataParam.randSkip])
    move("shuffle_images", old.hasShuffleImages, old.shuffleImages, [.imageData: \.imageDataParam.shuffle])
    move("new_height", old.hasNewHeight, old.newHeight, [.imageData: \.imageDataParam.newHeight])
    move("new_width", old.hasNewWidth, old.newWidth, [.imageData: \.imageDataParam.newWidth])
    move("new_num", old.hasNewNum, old.newNum, [:])
    move("new_channels", old.hasNewChannels, old.newChannels, [:])
    move(
      "det_fg_threshold", old.hasDetFgThreshold, old.detFgThreshold, [.windowData: \.windowDataParam.fgThreshold])
    move(
      "det_bg_threshold", old.hasDetBgThreshold, old.detBgThreshold, [.windowData: \.windowDataParam.bgThreshold])
    move("det_fg_fraction", old.hasDetFgFraction, old.detFgFraction, [.windowData: \.windowDataParam.fgFraction])
    move(
      "det_context_pad", old.hasDetContextPad, old.detContextPad, [.windowData: \.windowDataParam.contextPad])
    move("det_crop_mode", old.hasDetCropMode, old.detCropMode, [.windowData: \.windowDataParam.cropMode])
    move(
      "hdf5_output_param", old.hasHdf5OutputParam, old.hdf5OutputParam, [.hdf5Output: \.hdf5OutputParam])
  }

  /// Puts a setting where layers of this type have it.
  private mutating func move<Value>(
    _ field: String, _ isSet: Bool, _ value: Value, _ places: Places<Value>
  ) {
    guard isSet else { return }
    guard let place = places.first(where: { $0.key == new.type })?.value else { return ignore(field) }
    new[keyPath: place] = value
  }

  private mutating func ignore(_ field: String) {
    ignored.append(IgnoredSetting(layer: old.name, type: old.type, field: field))
  }
}

extension [Int] {
  /// The value for all axes, of a setting that can have one for each.
  fileprivate var only: Int {
    get { first ?? 0 }
    set { self = [newValue] }
  }
}

extension PoolingParameter {
  /// The method in V0's type.
  fileprivate var v0Pool: V0LayerParameter.PoolMethod {
    get {
      switch pool {
      case .max: .max
      case .ave: .ave
      case .stochastic: .stochastic
      }
    }
    set {
      switch newValue {
      case .max: pool = .max
      case .ave: pool = .ave
      case .stochastic: pool = .stochastic
      }
    }
  }
}
