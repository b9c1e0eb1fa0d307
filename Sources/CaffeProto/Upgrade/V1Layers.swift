extension NetParameter {
  /// Brings V1 layers to the current format (Caffe: UpgradeV1Net).
  ///
  /// - Parameter v0: the step that turned layers of the V0 format into V1 layers before, which are not counted again
  /// - Returns: nil where there was none but those.
  mutating func upgradeV1Layers(startingWith v0: UpgradeStep?) -> UpgradeStep? {
    let fromV0 = if case .v0Layers(let count, let padding, _) = v0 { count - padding } else { 0 }
    let ignored = layers.filter { !UnknownText.split($0.unknownFields).others.isEmpty }.map {
      IgnoredSetting(layer: $0.name, type: $0.type.current, field: "unknown fields")
    }
    let count = layers.count - fromV0
    layer = layers.map(LayerParameter.init)
    layers = []
    return count == 0 && ignored.isEmpty ? nil : .v1Layers(count: count, ignored: ignored)
  }
}

extension LayerParameter {
  /// A V1 layer in the current format (Caffe: UpgradeV1LayerParameter). Unknown fields of the wire format stay behind:
  /// their numbers mean other things here. Text that V1's schema does not have may be a field of the current one.
  init(_ old: V1LayerParameter) {
    var texts = UnknownText.split(old.unknownFields).texts
    let forkType = texts.firstIndex { $0.hasPrefix("type: ") }.map { String(texts.remove(at: $0).dropFirst(6)) }
    if let known = try? LayerParameter(text: Array(texts.joined(separator: "\n").utf8), file: "", unknown: { _ in }) {
      self = known
    } else {
      self.init()
      unknownFields = UnknownText.encode(texts)
    }
    if old.hasName { name = old.name }
    if old.hasType { type = old.type.current }
    (bottom, top, blobs) = (old.bottom, old.top, old.blobs)
    (include, exclude, lossWeight) = (old.include, old.exclude, old.lossWeight)
    param = old.specs
    if let forkType { type = Self.currentType(of: forkType) }
    moveSettings(of: old)
  }

  /// The current name of a fork's V1 type, by the rule that Caffe's own follow: `IMAGE_SEG_DATA` is `ImageSegData`, and
  /// `ROI_POOLING`, with an abbreviation, `ROIPooling`.
  private static func currentType(of name: String) -> String {
    name.split(separator: "_").map { word in
      let word = word.uppercased()
      return abbreviations[word] ?? (word.count < 3 ? word : word.prefix(1) + word.dropFirst().lowercased())
    }.joined()
  }

  /// How current types write them.
  private static let abbreviations = [
    "ELU": "ELU", "LRN": "LRN", "LSTM": "LSTM", "MVN": "MVN", "PRELU": "PReLU", "PSROI": "PSROI", "RELU": "ReLU",
    "RELU6": "ReLU6", "RNN": "RNN", "ROI": "ROI", "SPP": "SPP",
  ]

  private mutating func moveSettings(of old: V1LayerParameter) {
    move(old.hasAccuracyParam, old.accuracyParam, \.accuracyParam)
    move(old.hasArgmaxParam, old.argmaxParam, \.argmaxParam)
    move(old.hasConcatParam, old.concatParam, \.concatParam)
    move(old.hasContrastiveLossParam, old.contrastiveLossParam, \.contrastiveLossParam)
    move(old.hasConvolutionParam, old.convolutionParam, \.convolutionParam)
    move(old.hasDataParam, old.dataParam, \.dataParam)
    move(old.hasDropoutParam, old.dropoutParam, \.dropoutParam)
    move(old.hasDummyDataParam, old.dummyDataParam, \.dummyDataParam)
    move(old.hasEltwiseParam, old.eltwiseParam, \.eltwiseParam)
    move(old.hasExpParam, old.expParam, \.expParam)
    move(old.hasHdf5DataParam, old.hdf5DataParam, \.hdf5DataParam)
    move(old.hasHdf5OutputParam, old.hdf5OutputParam, \.hdf5OutputParam)
    move(old.hasHingeLossParam, old.hingeLossParam, \.hingeLossParam)
    move(old.hasImageDataParam, old.imageDataParam, \.imageDataParam)
    move(old.hasInfogainLossParam, old.infogainLossParam, \.infogainLossParam)
    move(old.hasInnerProductParam, old.innerProductParam, \.innerProductParam)
    move(old.hasLossParam, old.lossParam, \.lossParam)
    move(old.hasLrnParam, old.lrnParam, \.lrnParam)
    move(old.hasMemoryDataParam, old.memoryDataParam, \.memoryDataParam)
    move(old.hasMvnParam, old.mvnParam, \.mvnParam)
    move(old.hasPoolingParam, old.poolingParam, \.poolingParam)
    move(old.hasPowerParam, old.powerParam, \.powerParam)
    move(old.hasReluParam, old.reluParam, \.reluParam)
    move(old.hasSigmoidParam, old.sigmoidParam, \.sigmoidParam)
    move(old.hasSliceParam, old.sliceParam, \.sliceParam)
    move(old.hasSoftmaxParam, old.softmaxParam, \.softmaxParam)
    move(old.hasTanhParam, old.tanhParam, \.tanhParam)
    move(old.hasThresholdParam, old.thresholdParam, \.thresholdParam)
    move(old.hasTransformParam, old.transformParam, \.transformParam)
    move(old.hasWindowDataParam, old.windowDataParam, \.windowDataParam)
  }

  private mutating func move<Value>(
    _ isSet: Bool, _ value: @autoclosure () -> Value, _ place: WritableKeyPath<LayerParameter, Value>
  ) {
    if isSet { self[keyPath: place] = value() }
  }
}

extension V1LayerParameter {
  /// What V1 says about the parameter blobs in four lists; each may be shorter than the others.
  fileprivate var specs: [ParamSpec] {
    let count = max(param.count, blobShareMode.count, blobsLr.count, weightDecay.count)
    return (0..<count).map { index in
      .with {
        if index < param.count { $0.name = param[index] }
        if index < blobShareMode.count {
          $0.shareMode = blobShareMode[index] == .strict ? .strict : .permissive
        }
        if index < blobsLr.count { $0.lrMult = blobsLr[index] }
        if index < weightDecay.count { $0.decayMult = weightDecay[index] }
      }
    }
  }
}
