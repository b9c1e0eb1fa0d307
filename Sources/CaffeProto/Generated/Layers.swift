// Generated from proto/caffe.proto by scripts/generate-proto.sh. Do not edit.
// swift-format-ignore-file

import CCaffeProto

/// A layer: its place in the net, its settings and, in a caffemodel, its weights.
public struct LayerParameter: Message {
  /// The layer's name.
  public var name: String { get { _name ?? "" } set { _name = newValue } }
  /// Whether `name` is set.
  public var hasName: Bool { _name != nil }
  /// Unsets `name`.
  public mutating func clearName() { _name = nil }
  private var _name: String?

  /// The layer's type, such as "Convolution".
  public var type: String { get { _type ?? "" } set { _type = newValue } }
  /// Whether `type` is set.
  public var hasType: Bool { _type != nil }
  /// Unsets `type`.
  public mutating func clearType() { _type = nil }
  private var _type: String?

  /// Names of the blobs it reads.
  public var bottom: [String] = []

  /// Names of the blobs it writes.
  public var top: [String] = []

  /// The phase it is run in; set by the net.
  public var phase: Phase { get { _phase ?? Phase.train } set { _phase = newValue } }
  /// Whether `phase` is set.
  public var hasPhase: Bool { _phase != nil }
  /// Unsets `phase`.
  public mutating func clearPhase() { _phase = nil }
  private var _phase: Phase?

  /// Weight of each top in the objective; by default 1 for a loss's first top and 0 elsewhere.
  public var lossWeight: [Float] = []

  /// Training and sharing of each parameter blob.
  public var param: [ParamSpec] = []

  /// The parameter blobs.
  public var blobs: [BlobProto] = []

  /// Forces or forbids the gradient of each bottom; empty, or one per bottom.
  public var propagateDown: [Bool] = []

  /// The layer is part of the net only in states that meet one of these.
  public var include: [NetStateRule] = []

  /// The layer is left out of the net in states that meet one of these.
  public var exclude: [NetStateRule] = []

  /// What is done to data as it is read.
  public var transformParam: TransformationParameter { get { _transformParam?.value ?? TransformationParameter() } set { _transformParam = Box(newValue) } }
  /// Whether `transformParam` is set.
  public var hasTransformParam: Bool { _transformParam != nil }
  /// Unsets `transformParam`.
  public mutating func clearTransformParam() { _transformParam = nil }
  private var _transformParam: Box<TransformationParameter>?

  /// Settings common to losses.
  public var lossParam: LossParameter { get { _lossParam?.value ?? LossParameter() } set { _lossParam = Box(newValue) } }
  /// Whether `lossParam` is set.
  public var hasLossParam: Bool { _lossParam != nil }
  /// Unsets `lossParam`.
  public mutating func clearLossParam() { _lossParam = nil }
  private var _lossParam: Box<LossParameter>?

  /// Settings of Accuracy.
  public var accuracyParam: AccuracyParameter { get { _accuracyParam?.value ?? AccuracyParameter() } set { _accuracyParam = Box(newValue) } }
  /// Whether `accuracyParam` is set.
  public var hasAccuracyParam: Bool { _accuracyParam != nil }
  /// Unsets `accuracyParam`.
  public mutating func clearAccuracyParam() { _accuracyParam = nil }
  private var _accuracyParam: Box<AccuracyParameter>?

  /// Settings of ArgMax.
  public var argmaxParam: ArgMaxParameter { get { _argmaxParam?.value ?? ArgMaxParameter() } set { _argmaxParam = Box(newValue) } }
  /// Whether `argmaxParam` is set.
  public var hasArgmaxParam: Bool { _argmaxParam != nil }
  /// Unsets `argmaxParam`.
  public mutating func clearArgmaxParam() { _argmaxParam = nil }
  private var _argmaxParam: Box<ArgMaxParameter>?

  /// Settings of Concat.
  public var concatParam: ConcatParameter { get { _concatParam?.value ?? ConcatParameter() } set { _concatParam = Box(newValue) } }
  /// Whether `concatParam` is set.
  public var hasConcatParam: Bool { _concatParam != nil }
  /// Unsets `concatParam`.
  public mutating func clearConcatParam() { _concatParam = nil }
  private var _concatParam: Box<ConcatParameter>?

  /// Settings of ContrastiveLoss.
  public var contrastiveLossParam: ContrastiveLossParameter { get { _contrastiveLossParam?.value ?? ContrastiveLossParameter() } set { _contrastiveLossParam = Box(newValue) } }
  /// Whether `contrastiveLossParam` is set.
  public var hasContrastiveLossParam: Bool { _contrastiveLossParam != nil }
  /// Unsets `contrastiveLossParam`.
  public mutating func clearContrastiveLossParam() { _contrastiveLossParam = nil }
  private var _contrastiveLossParam: Box<ContrastiveLossParameter>?

  /// Settings of Convolution, Deconvolution and Im2col.
  public var convolutionParam: ConvolutionParameter { get { _convolutionParam?.value ?? ConvolutionParameter() } set { _convolutionParam = Box(newValue) } }
  /// Whether `convolutionParam` is set.
  public var hasConvolutionParam: Bool { _convolutionParam != nil }
  /// Unsets `convolutionParam`.
  public mutating func clearConvolutionParam() { _convolutionParam = nil }
  private var _convolutionParam: Box<ConvolutionParameter>?

  /// Settings of Data.
  public var dataParam: DataParameter { get { _dataParam?.value ?? DataParameter() } set { _dataParam = Box(newValue) } }
  /// Whether `dataParam` is set.
  public var hasDataParam: Bool { _dataParam != nil }
  /// Unsets `dataParam`.
  public mutating func clearDataParam() { _dataParam = nil }
  private var _dataParam: Box<DataParameter>?

  /// Settings of Dropout.
  public var dropoutParam: DropoutParameter { get { _dropoutParam?.value ?? DropoutParameter() } set { _dropoutParam = Box(newValue) } }
  /// Whether `dropoutParam` is set.
  public var hasDropoutParam: Bool { _dropoutParam != nil }
  /// Unsets `dropoutParam`.
  public mutating func clearDropoutParam() { _dropoutParam = nil }
  private var _dropoutParam: Box<DropoutParameter>?

  /// Settings of DummyData.
  public var dummyDataParam: DummyDataParameter { get { _dummyDataParam?.value ?? DummyDataParameter() } set { _dummyDataParam = Box(newValue) } }
  /// Whether `dummyDataParam` is set.
  public var hasDummyDataParam: Bool { _dummyDataParam != nil }
  /// Unsets `dummyDataParam`.
  public mutating func clearDummyDataParam() { _dummyDataParam = nil }
  private var _dummyDataParam: Box<DummyDataParameter>?

  /// Settings of Eltwise.
  public var eltwiseParam: EltwiseParameter { get { _eltwiseParam?.value ?? EltwiseParameter() } set { _eltwiseParam = Box(newValue) } }
  /// Whether `eltwiseParam` is set.
  public var hasEltwiseParam: Bool { _eltwiseParam != nil }
  /// Unsets `eltwiseParam`.
  public mutating func clearEltwiseParam() { _eltwiseParam = nil }
  private var _eltwiseParam: Box<EltwiseParameter>?

  /// Settings of Exp.
  public var expParam: ExpParameter { get { _expParam?.value ?? ExpParameter() } set { _expParam = Box(newValue) } }
  /// Whether `expParam` is set.
  public var hasExpParam: Bool { _expParam != nil }
  /// Unsets `expParam`.
  public mutating func clearExpParam() { _expParam = nil }
  private var _expParam: Box<ExpParameter>?

  /// Settings of HDF5Data.
  public var hdf5DataParam: HDF5DataParameter { get { _hdf5DataParam?.value ?? HDF5DataParameter() } set { _hdf5DataParam = Box(newValue) } }
  /// Whether `hdf5DataParam` is set.
  public var hasHdf5DataParam: Bool { _hdf5DataParam != nil }
  /// Unsets `hdf5DataParam`.
  public mutating func clearHdf5DataParam() { _hdf5DataParam = nil }
  private var _hdf5DataParam: Box<HDF5DataParameter>?

  /// Settings of HDF5Output.
  public var hdf5OutputParam: HDF5OutputParameter { get { _hdf5OutputParam?.value ?? HDF5OutputParameter() } set { _hdf5OutputParam = Box(newValue) } }
  /// Whether `hdf5OutputParam` is set.
  public var hasHdf5OutputParam: Bool { _hdf5OutputParam != nil }
  /// Unsets `hdf5OutputParam`.
  public mutating func clearHdf5OutputParam() { _hdf5OutputParam = nil }
  private var _hdf5OutputParam: Box<HDF5OutputParameter>?

  /// Settings of HingeLoss.
  public var hingeLossParam: HingeLossParameter { get { _hingeLossParam?.value ?? HingeLossParameter() } set { _hingeLossParam = Box(newValue) } }
  /// Whether `hingeLossParam` is set.
  public var hasHingeLossParam: Bool { _hingeLossParam != nil }
  /// Unsets `hingeLossParam`.
  public mutating func clearHingeLossParam() { _hingeLossParam = nil }
  private var _hingeLossParam: Box<HingeLossParameter>?

  /// Settings of ImageData.
  public var imageDataParam: ImageDataParameter { get { _imageDataParam?.value ?? ImageDataParameter() } set { _imageDataParam = Box(newValue) } }
  /// Whether `imageDataParam` is set.
  public var hasImageDataParam: Bool { _imageDataParam != nil }
  /// Unsets `imageDataParam`.
  public mutating func clearImageDataParam() { _imageDataParam = nil }
  private var _imageDataParam: Box<ImageDataParameter>?

  /// Settings of InfogainLoss.
  public var infogainLossParam: InfogainLossParameter { get { _infogainLossParam?.value ?? InfogainLossParameter() } set { _infogainLossParam = Box(newValue) } }
  /// Whether `infogainLossParam` is set.
  public var hasInfogainLossParam: Bool { _infogainLossParam != nil }
  /// Unsets `infogainLossParam`.
  public mutating func clearInfogainLossParam() { _infogainLossParam = nil }
  private var _infogainLossParam: Box<InfogainLossParameter>?

  /// Settings of InnerProduct.
  public var innerProductParam: InnerProductParameter { get { _innerProductParam?.value ?? InnerProductParameter() } set { _innerProductParam = Box(newValue) } }
  /// Whether `innerProductParam` is set.
  public var hasInnerProductParam: Bool { _innerProductParam != nil }
  /// Unsets `innerProductParam`.
  public mutating func clearInnerProductParam() { _innerProductParam = nil }
  private var _innerProductParam: Box<InnerProductParameter>?

  /// Settings of LRN.
  public var lrnParam: LRNParameter { get { _lrnParam?.value ?? LRNParameter() } set { _lrnParam = Box(newValue) } }
  /// Whether `lrnParam` is set.
  public var hasLrnParam: Bool { _lrnParam != nil }
  /// Unsets `lrnParam`.
  public mutating func clearLrnParam() { _lrnParam = nil }
  private var _lrnParam: Box<LRNParameter>?

  /// Settings of MemoryData.
  public var memoryDataParam: MemoryDataParameter { get { _memoryDataParam?.value ?? MemoryDataParameter() } set { _memoryDataParam = Box(newValue) } }
  /// Whether `memoryDataParam` is set.
  public var hasMemoryDataParam: Bool { _memoryDataParam != nil }
  /// Unsets `memoryDataParam`.
  public mutating func clearMemoryDataParam() { _memoryDataParam = nil }
  private var _memoryDataParam: Box<MemoryDataParameter>?

  /// Settings of MVN.
  public var mvnParam: MVNParameter { get { _mvnParam?.value ?? MVNParameter() } set { _mvnParam = Box(newValue) } }
  /// Whether `mvnParam` is set.
  public var hasMvnParam: Bool { _mvnParam != nil }
  /// Unsets `mvnParam`.
  public mutating func clearMvnParam() { _mvnParam = nil }
  private var _mvnParam: Box<MVNParameter>?

  /// Settings of Pooling.
  public var poolingParam: PoolingParameter { get { _poolingParam?.value ?? PoolingParameter() } set { _poolingParam = Box(newValue) } }
  /// Whether `poolingParam` is set.
  public var hasPoolingParam: Bool { _poolingParam != nil }
  /// Unsets `poolingParam`.
  public mutating func clearPoolingParam() { _poolingParam = nil }
  private var _poolingParam: Box<PoolingParameter>?

  /// Settings of Power.
  public var powerParam: PowerParameter { get { _powerParam?.value ?? PowerParameter() } set { _powerParam = Box(newValue) } }
  /// Whether `powerParam` is set.
  public var hasPowerParam: Bool { _powerParam != nil }
  /// Unsets `powerParam`.
  public mutating func clearPowerParam() { _powerParam = nil }
  private var _powerParam: Box<PowerParameter>?

  /// Settings of ReLU.
  public var reluParam: ReLUParameter { get { _reluParam?.value ?? ReLUParameter() } set { _reluParam = Box(newValue) } }
  /// Whether `reluParam` is set.
  public var hasReluParam: Bool { _reluParam != nil }
  /// Unsets `reluParam`.
  public mutating func clearReluParam() { _reluParam = nil }
  private var _reluParam: Box<ReLUParameter>?

  /// Settings of Sigmoid.
  public var sigmoidParam: SigmoidParameter { get { _sigmoidParam?.value ?? SigmoidParameter() } set { _sigmoidParam = Box(newValue) } }
  /// Whether `sigmoidParam` is set.
  public var hasSigmoidParam: Bool { _sigmoidParam != nil }
  /// Unsets `sigmoidParam`.
  public mutating func clearSigmoidParam() { _sigmoidParam = nil }
  private var _sigmoidParam: Box<SigmoidParameter>?

  /// Settings of Softmax and of SoftmaxWithLoss.
  public var softmaxParam: SoftmaxParameter { get { _softmaxParam?.value ?? SoftmaxParameter() } set { _softmaxParam = Box(newValue) } }
  /// Whether `softmaxParam` is set.
  public var hasSoftmaxParam: Bool { _softmaxParam != nil }
  /// Unsets `softmaxParam`.
  public mutating func clearSoftmaxParam() { _softmaxParam = nil }
  private var _softmaxParam: Box<SoftmaxParameter>?

  /// Settings of Slice.
  public var sliceParam: SliceParameter { get { _sliceParam?.value ?? SliceParameter() } set { _sliceParam = Box(newValue) } }
  /// Whether `sliceParam` is set.
  public var hasSliceParam: Bool { _sliceParam != nil }
  /// Unsets `sliceParam`.
  public mutating func clearSliceParam() { _sliceParam = nil }
  private var _sliceParam: Box<SliceParameter>?

  /// Settings of TanH.
  public var tanhParam: TanHParameter { get { _tanhParam?.value ?? TanHParameter() } set { _tanhParam = Box(newValue) } }
  /// Whether `tanhParam` is set.
  public var hasTanhParam: Bool { _tanhParam != nil }
  /// Unsets `tanhParam`.
  public mutating func clearTanhParam() { _tanhParam = nil }
  private var _tanhParam: Box<TanHParameter>?

  /// Settings of Threshold.
  public var thresholdParam: ThresholdParameter { get { _thresholdParam?.value ?? ThresholdParameter() } set { _thresholdParam = Box(newValue) } }
  /// Whether `thresholdParam` is set.
  public var hasThresholdParam: Bool { _thresholdParam != nil }
  /// Unsets `thresholdParam`.
  public mutating func clearThresholdParam() { _thresholdParam = nil }
  private var _thresholdParam: Box<ThresholdParameter>?

  /// Settings of WindowData.
  public var windowDataParam: WindowDataParameter { get { _windowDataParam?.value ?? WindowDataParameter() } set { _windowDataParam = Box(newValue) } }
  /// Whether `windowDataParam` is set.
  public var hasWindowDataParam: Bool { _windowDataParam != nil }
  /// Unsets `windowDataParam`.
  public mutating func clearWindowDataParam() { _windowDataParam = nil }
  private var _windowDataParam: Box<WindowDataParameter>?

  /// Settings of Python.
  public var pythonParam: PythonParameter { get { _pythonParam?.value ?? PythonParameter() } set { _pythonParam = Box(newValue) } }
  /// Whether `pythonParam` is set.
  public var hasPythonParam: Bool { _pythonParam != nil }
  /// Unsets `pythonParam`.
  public mutating func clearPythonParam() { _pythonParam = nil }
  private var _pythonParam: Box<PythonParameter>?

  /// Settings of PReLU.
  public var preluParam: PReLUParameter { get { _preluParam?.value ?? PReLUParameter() } set { _preluParam = Box(newValue) } }
  /// Whether `preluParam` is set.
  public var hasPreluParam: Bool { _preluParam != nil }
  /// Unsets `preluParam`.
  public mutating func clearPreluParam() { _preluParam = nil }
  private var _preluParam: Box<PReLUParameter>?

  /// Settings of SPP.
  public var sppParam: SPPParameter { get { _sppParam?.value ?? SPPParameter() } set { _sppParam = Box(newValue) } }
  /// Whether `sppParam` is set.
  public var hasSppParam: Bool { _sppParam != nil }
  /// Unsets `sppParam`.
  public mutating func clearSppParam() { _sppParam = nil }
  private var _sppParam: Box<SPPParameter>?

  /// Settings of Reshape.
  public var reshapeParam: ReshapeParameter { get { _reshapeParam?.value ?? ReshapeParameter() } set { _reshapeParam = Box(newValue) } }
  /// Whether `reshapeParam` is set.
  public var hasReshapeParam: Bool { _reshapeParam != nil }
  /// Unsets `reshapeParam`.
  public mutating func clearReshapeParam() { _reshapeParam = nil }
  private var _reshapeParam: Box<ReshapeParameter>?

  /// Settings of Log.
  public var logParam: LogParameter { get { _logParam?.value ?? LogParameter() } set { _logParam = Box(newValue) } }
  /// Whether `logParam` is set.
  public var hasLogParam: Bool { _logParam != nil }
  /// Unsets `logParam`.
  public mutating func clearLogParam() { _logParam = nil }
  private var _logParam: Box<LogParameter>?

  /// Settings of Flatten.
  public var flattenParam: FlattenParameter { get { _flattenParam?.value ?? FlattenParameter() } set { _flattenParam = Box(newValue) } }
  /// Whether `flattenParam` is set.
  public var hasFlattenParam: Bool { _flattenParam != nil }
  /// Unsets `flattenParam`.
  public mutating func clearFlattenParam() { _flattenParam = nil }
  private var _flattenParam: Box<FlattenParameter>?

  /// Settings of Reduction.
  public var reductionParam: ReductionParameter { get { _reductionParam?.value ?? ReductionParameter() } set { _reductionParam = Box(newValue) } }
  /// Whether `reductionParam` is set.
  public var hasReductionParam: Bool { _reductionParam != nil }
  /// Unsets `reductionParam`.
  public mutating func clearReductionParam() { _reductionParam = nil }
  private var _reductionParam: Box<ReductionParameter>?

  /// Settings of Embed.
  public var embedParam: EmbedParameter { get { _embedParam?.value ?? EmbedParameter() } set { _embedParam = Box(newValue) } }
  /// Whether `embedParam` is set.
  public var hasEmbedParam: Bool { _embedParam != nil }
  /// Unsets `embedParam`.
  public mutating func clearEmbedParam() { _embedParam = nil }
  private var _embedParam: Box<EmbedParameter>?

  /// Settings of Tile.
  public var tileParam: TileParameter { get { _tileParam?.value ?? TileParameter() } set { _tileParam = Box(newValue) } }
  /// Whether `tileParam` is set.
  public var hasTileParam: Bool { _tileParam != nil }
  /// Unsets `tileParam`.
  public mutating func clearTileParam() { _tileParam = nil }
  private var _tileParam: Box<TileParameter>?

  /// Settings of BatchNorm.
  public var batchNormParam: BatchNormParameter { get { _batchNormParam?.value ?? BatchNormParameter() } set { _batchNormParam = Box(newValue) } }
  /// Whether `batchNormParam` is set.
  public var hasBatchNormParam: Bool { _batchNormParam != nil }
  /// Unsets `batchNormParam`.
  public mutating func clearBatchNormParam() { _batchNormParam = nil }
  private var _batchNormParam: Box<BatchNormParameter>?

  /// Settings of ELU.
  public var eluParam: ELUParameter { get { _eluParam?.value ?? ELUParameter() } set { _eluParam = Box(newValue) } }
  /// Whether `eluParam` is set.
  public var hasEluParam: Bool { _eluParam != nil }
  /// Unsets `eluParam`.
  public mutating func clearEluParam() { _eluParam = nil }
  private var _eluParam: Box<ELUParameter>?

  /// Settings of Bias.
  public var biasParam: BiasParameter { get { _biasParam?.value ?? BiasParameter() } set { _biasParam = Box(newValue) } }
  /// Whether `biasParam` is set.
  public var hasBiasParam: Bool { _biasParam != nil }
  /// Unsets `biasParam`.
  public mutating func clearBiasParam() { _biasParam = nil }
  private var _biasParam: Box<BiasParameter>?

  /// Settings of Scale.
  public var scaleParam: ScaleParameter { get { _scaleParam?.value ?? ScaleParameter() } set { _scaleParam = Box(newValue) } }
  /// Whether `scaleParam` is set.
  public var hasScaleParam: Bool { _scaleParam != nil }
  /// Unsets `scaleParam`.
  public mutating func clearScaleParam() { _scaleParam = nil }
  private var _scaleParam: Box<ScaleParameter>?

  /// Settings of Input.
  public var inputParam: InputParameter { get { _inputParam?.value ?? InputParameter() } set { _inputParam = Box(newValue) } }
  /// Whether `inputParam` is set.
  public var hasInputParam: Bool { _inputParam != nil }
  /// Unsets `inputParam`.
  public mutating func clearInputParam() { _inputParam = nil }
  private var _inputParam: Box<InputParameter>?

  /// Settings of Crop.
  public var cropParam: CropParameter { get { _cropParam?.value ?? CropParameter() } set { _cropParam = Box(newValue) } }
  /// Whether `cropParam` is set.
  public var hasCropParam: Bool { _cropParam != nil }
  /// Unsets `cropParam`.
  public mutating func clearCropParam() { _cropParam = nil }
  private var _cropParam: Box<CropParameter>?

  /// Settings of Parameter.
  public var parameterParam: ParameterParameter { get { _parameterParam?.value ?? ParameterParameter() } set { _parameterParam = Box(newValue) } }
  /// Whether `parameterParam` is set.
  public var hasParameterParam: Bool { _parameterParam != nil }
  /// Unsets `parameterParam`.
  public mutating func clearParameterParam() { _parameterParam = nil }
  private var _parameterParam: Box<ParameterParameter>?

  /// Settings of RNN and LSTM.
  public var recurrentParam: RecurrentParameter { get { _recurrentParam?.value ?? RecurrentParameter() } set { _recurrentParam = Box(newValue) } }
  /// Whether `recurrentParam` is set.
  public var hasRecurrentParam: Bool { _recurrentParam != nil }
  /// Unsets `recurrentParam`.
  public mutating func clearRecurrentParam() { _recurrentParam = nil }
  private var _recurrentParam: Box<RecurrentParameter>?

  /// Settings of Swish.
  public var swishParam: SwishParameter { get { _swishParam?.value ?? SwishParameter() } set { _swishParam = Box(newValue) } }
  /// Whether `swishParam` is set.
  public var hasSwishParam: Bool { _swishParam != nil }
  /// Unsets `swishParam`.
  public mutating func clearSwishParam() { _swishParam = nil }
  private var _swishParam: Box<SwishParameter>?

  /// Settings of Clip.
  public var clipParam: ClipParameter { get { _clipParam?.value ?? ClipParameter() } set { _clipParam = Box(newValue) } }
  /// Whether `clipParam` is set.
  public var hasClipParam: Bool { _clipParam != nil }
  /// Unsets `clipParam`.
  public mutating func clearClipParam() { _clipParam = nil }
  private var _clipParam: Box<ClipParameter>?

  /// How far the layer is pruned. Added by caffe_increg, at 148.
  public var pruneParam: PruneParameter { get { _pruneParam?.value ?? PruneParameter() } set { _pruneParam = Box(newValue) } }
  /// Whether `pruneParam` is set.
  public var hasPruneParam: Bool { _pruneParam != nil }
  /// Unsets `pruneParam`.
  public mutating func clearPruneParam() { _pruneParam = nil }
  private var _pruneParam: Box<PruneParameter>?

  /// Settings of Upsample. Of forks for YOLOv3; SegNet's has another number.
  public var upsampleParam: UpsampleParameter { get { _upsampleParam?.value ?? UpsampleParameter() } set { _upsampleParam = Box(newValue) } }
  /// Whether `upsampleParam` is set.
  public var hasUpsampleParam: Bool { _upsampleParam != nil }
  /// Unsets `upsampleParam`.
  public mutating func clearUpsampleParam() { _upsampleParam = nil }
  private var _upsampleParam: Box<UpsampleParameter>?

  /// Settings of Reorg. Of forks for YOLOv2.
  public var reorgParam: ReorgParameter { get { _reorgParam?.value ?? ReorgParameter() } set { _reorgParam = Box(newValue) } }
  /// Whether `reorgParam` is set.
  public var hasReorgParam: Bool { _reorgParam != nil }
  /// Unsets `reorgParam`.
  public mutating func clearReorgParam() { _reorgParam = nil }
  private var _reorgParam: Box<ReorgParameter>?

  /// Settings of ShuffleChannel. Of forks for ShuffleNet.
  public var shuffleChannelParam: ShuffleChannelParameter { get { _shuffleChannelParam?.value ?? ShuffleChannelParameter() } set { _shuffleChannelParam = Box(newValue) } }
  /// Whether `shuffleChannelParam` is set.
  public var hasShuffleChannelParam: Bool { _shuffleChannelParam != nil }
  /// Unsets `shuffleChannelParam`.
  public mutating func clearShuffleChannelParam() { _shuffleChannelParam = nil }
  private var _shuffleChannelParam: Box<ShuffleChannelParameter>?

  /// Settings of Permute. Of SSD's Caffe.
  public var permuteParam: PermuteParameter { get { _permuteParam?.value ?? PermuteParameter() } set { _permuteParam = Box(newValue) } }
  /// Whether `permuteParam` is set.
  public var hasPermuteParam: Bool { _permuteParam != nil }
  /// Unsets `permuteParam`.
  public mutating func clearPermuteParam() { _permuteParam = nil }
  private var _permuteParam: Box<PermuteParameter>?

  /// Settings of PriorBox. Of SSD's Caffe.
  public var priorBoxParam: PriorBoxParameter { get { _priorBoxParam?.value ?? PriorBoxParameter() } set { _priorBoxParam = Box(newValue) } }
  /// Whether `priorBoxParam` is set.
  public var hasPriorBoxParam: Bool { _priorBoxParam != nil }
  /// Unsets `priorBoxParam`.
  public mutating func clearPriorBoxParam() { _priorBoxParam = nil }
  private var _priorBoxParam: Box<PriorBoxParameter>?

  /// Settings of DetectionOutput. Of SSD's Caffe.
  public var detectionOutputParam: DetectionOutputParameter { get { _detectionOutputParam?.value ?? DetectionOutputParameter() } set { _detectionOutputParam = Box(newValue) } }
  /// Whether `detectionOutputParam` is set.
  public var hasDetectionOutputParam: Bool { _detectionOutputParam != nil }
  /// Unsets `detectionOutputParam`.
  public mutating func clearDetectionOutputParam() { _detectionOutputParam = nil }
  private var _detectionOutputParam: Box<DetectionOutputParameter>?

  /// Settings of Normalize. Of SSD's Caffe.
  public var normParam: NormalizeParameter { get { _normParam?.value ?? NormalizeParameter() } set { _normParam = Box(newValue) } }
  /// Whether `normParam` is set.
  public var hasNormParam: Bool { _normParam != nil }
  /// Unsets `normParam`.
  public mutating func clearNormParam() { _normParam = nil }
  private var _normParam: Box<NormalizeParameter>?

  /// Settings of BN. Of SegNet's and PSPNet's Caffe, at 137.
  public var bnParam: BNParameter { get { _bnParam?.value ?? BNParameter() } set { _bnParam = Box(newValue) } }
  /// Whether `bnParam` is set.
  public var hasBnParam: Bool { _bnParam != nil }
  /// Unsets `bnParam`.
  public mutating func clearBnParam() { _bnParam = nil }
  private var _bnParam: Box<BNParameter>?

  /// Settings of Interp. Of DeepLab's and PSPNet's Caffe, at 143.
  public var interpParam: InterpParameter { get { _interpParam?.value ?? InterpParameter() } set { _interpParam = Box(newValue) } }
  /// Whether `interpParam` is set.
  public var hasInterpParam: Bool { _interpParam != nil }
  /// Unsets `interpParam`.
  public mutating func clearInterpParam() { _interpParam = nil }
  private var _interpParam: Box<InterpParameter>?

  /// Settings of PSROIPooling. Of R-FCN's Caffe.
  public var psroiPoolingParam: PSROIPoolingParameter { get { _psroiPoolingParam?.value ?? PSROIPoolingParameter() } set { _psroiPoolingParam = Box(newValue) } }
  /// Whether `psroiPoolingParam` is set.
  public var hasPsroiPoolingParam: Bool { _psroiPoolingParam != nil }
  /// Unsets `psroiPoolingParam`.
  public mutating func clearPsroiPoolingParam() { _psroiPoolingParam = nil }
  private var _psroiPoolingParam: Box<PSROIPoolingParameter>?

  /// Settings of ROIPooling. Of Fast R-CNN's Caffe.
  public var roiPoolingParam: ROIPoolingParameter { get { _roiPoolingParam?.value ?? ROIPoolingParameter() } set { _roiPoolingParam = Box(newValue) } }
  /// Whether `roiPoolingParam` is set.
  public var hasRoiPoolingParam: Bool { _roiPoolingParam != nil }
  /// Unsets `roiPoolingParam`.
  public mutating func clearRoiPoolingParam() { _roiPoolingParam = nil }
  private var _roiPoolingParam: Box<ROIPoolingParameter>?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_layer_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_name)
    try cursor.string(&_type)
    try cursor.strings(&bottom)
    try cursor.strings(&top)
    try cursor.floats(&lossWeight)
    try cursor.messages(&param)
    try cursor.messages(&blobs)
    try cursor.messages(&include)
    try cursor.messages(&exclude)
    try cursor.enumeration(&_phase)
    try cursor.bools(&propagateDown)
    try cursor.message(&_transformParam)
    try cursor.message(&_lossParam)
    try cursor.message(&_accuracyParam)
    try cursor.message(&_argmaxParam)
    try cursor.message(&_concatParam)
    try cursor.message(&_contrastiveLossParam)
    try cursor.message(&_convolutionParam)
    try cursor.message(&_dataParam)
    try cursor.message(&_dropoutParam)
    try cursor.message(&_dummyDataParam)
    try cursor.message(&_eltwiseParam)
    try cursor.message(&_expParam)
    try cursor.message(&_hdf5DataParam)
    try cursor.message(&_hdf5OutputParam)
    try cursor.message(&_hingeLossParam)
    try cursor.message(&_imageDataParam)
    try cursor.message(&_infogainLossParam)
    try cursor.message(&_innerProductParam)
    try cursor.message(&_lrnParam)
    try cursor.message(&_memoryDataParam)
    try cursor.message(&_mvnParam)
    try cursor.message(&_poolingParam)
    try cursor.message(&_powerParam)
    try cursor.message(&_reluParam)
    try cursor.message(&_sigmoidParam)
    try cursor.message(&_softmaxParam)
    try cursor.message(&_sliceParam)
    try cursor.message(&_tanhParam)
    try cursor.message(&_thresholdParam)
    try cursor.message(&_windowDataParam)
    try cursor.message(&_pythonParam)
    try cursor.message(&_preluParam)
    try cursor.message(&_sppParam)
    try cursor.message(&_reshapeParam)
    try cursor.message(&_logParam)
    try cursor.message(&_flattenParam)
    try cursor.message(&_reductionParam)
    try cursor.message(&_embedParam)
    try cursor.message(&_tileParam)
    try cursor.message(&_batchNormParam)
    try cursor.message(&_eluParam)
    try cursor.message(&_biasParam)
    try cursor.message(&_scaleParam)
    try cursor.message(&_inputParam)
    try cursor.message(&_cropParam)
    try cursor.message(&_parameterParam)
    try cursor.message(&_recurrentParam)
    try cursor.message(&_swishParam)
    try cursor.message(&_clipParam)
    try cursor.message(&_upsampleParam)
    try cursor.message(&_reorgParam)
    try cursor.message(&_shuffleChannelParam)
    try cursor.message(&_permuteParam)
    try cursor.message(&_priorBoxParam)
    try cursor.message(&_detectionOutputParam)
    try cursor.message(&_normParam)
    try cursor.message(&_bnParam)
    try cursor.message(&_interpParam)
    try cursor.message(&_pruneParam)
    try cursor.message(&_psroiPoolingParam)
    try cursor.message(&_roiPoolingParam)
    try cursor.unknown(&unknownFields)
  }
}

/// What is done to data as it is read: subtract the mean, crop, mirror, scale.
public struct TransformationParameter: Message {
  /// Factor on every value, after the mean is subtracted. Default: 1.
  public var scale: Float { get { _scale ?? 1.0 } set { _scale = newValue } }
  /// Whether `scale` is set.
  public var hasScale: Bool { _scale != nil }
  /// Unsets `scale`.
  public mutating func clearScale() { _scale = nil }
  private var _scale: Float?

  /// Whether half of the images, drawn at random, are mirrored. Default: false.
  public var mirror: Bool { get { _mirror ?? false } set { _mirror = newValue } }
  /// Whether `mirror` is set.
  public var hasMirror: Bool { _mirror != nil }
  /// Unsets `mirror`.
  public mutating func clearMirror() { _mirror = nil }
  private var _mirror: Bool?

  /// Side of the square that is cut out; 0 does not crop. Default: 0.
  public var cropSize: Int { get { _cropSize ?? 0 } set { _cropSize = newValue } }
  /// Whether `cropSize` is set.
  public var hasCropSize: Bool { _cropSize != nil }
  /// Unsets `cropSize`.
  public mutating func clearCropSize() { _cropSize = nil }
  private var _cropSize: Int?

  /// File of a mean image to subtract.
  public var meanFile: String { get { _meanFile ?? "" } set { _meanFile = newValue } }
  /// Whether `meanFile` is set.
  public var hasMeanFile: Bool { _meanFile != nil }
  /// Unsets `meanFile`.
  public mutating func clearMeanFile() { _meanFile = nil }
  private var _meanFile: String?

  /// One value to subtract, or one per channel; excludes mean_file.
  public var meanValue: [Float] = []

  /// Whether an encoded image is decoded to three channels. Default: false.
  public var forceColor: Bool { get { _forceColor ?? false } set { _forceColor = newValue } }
  /// Whether `forceColor` is set.
  public var hasForceColor: Bool { _forceColor != nil }
  /// Unsets `forceColor`.
  public mutating func clearForceColor() { _forceColor = nil }
  private var _forceColor: Bool?

  /// Whether an encoded image is decoded to one channel. Default: false.
  public var forceGray: Bool { get { _forceGray ?? false } set { _forceGray = newValue } }
  /// Whether `forceGray` is set.
  public var hasForceGray: Bool { _forceGray != nil }
  /// Unsets `forceGray`.
  public mutating func clearForceGray() { _forceGray = nil }
  private var _forceGray: Bool?

  /// Rows and columns of zeros put around the image before it is cropped; excludes mean_file. Default: 0.
  public var pad: Int { get { _pad ?? 0 } set { _pad = newValue } }
  /// Whether `pad` is set.
  public var hasPad: Bool { _pad != nil }
  /// Unsets `pad`.
  public mutating func clearPad() { _pad = nil }
  private var _pad: Int?

  /// What the values are divided by behind mean_value, one value or one per channel.
  public var stdValue: [Float] = []

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_transformation_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_scale)
    try cursor.bool(&_mirror)
    try cursor.int(&_cropSize)
    try cursor.string(&_meanFile)
    try cursor.floats(&meanValue)
    try cursor.bool(&_forceColor)
    try cursor.bool(&_forceGray)
    try cursor.int(&_pad)
    try cursor.floats(&stdValue)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings common to losses.
public struct LossParameter: Message {
  /// What a loss is divided by.
  public enum NormalizationMode: Int32, CaseIterable, Sendable {
    /// The number of items, batch times spatial extent, whatever their label.
    case full = 0
    /// The number of items that do not have the ignored label.
    case valid = 1
    /// The batch size.
    case batchSize = 2
    /// Nothing.
    case none = 3
  }

  /// Items with this label count for nothing.
  public var ignoreLabel: Int { get { _ignoreLabel ?? 0 } set { _ignoreLabel = newValue } }
  /// Whether `ignoreLabel` is set.
  public var hasIgnoreLabel: Bool { _ignoreLabel != nil }
  /// Unsets `ignoreLabel`.
  public mutating func clearIgnoreLabel() { _ignoreLabel = nil }
  private var _ignoreLabel: Int?

  /// What the loss is divided by. SigmoidCrossEntropyLoss takes BATCH_SIZE when none is given. Default: VALID.
  public var normalization: LossParameter.NormalizationMode { get { _normalization ?? LossParameter.NormalizationMode.valid } set { _normalization = newValue } }
  /// Whether `normalization` is set.
  public var hasNormalization: Bool { _normalization != nil }
  /// Unsets `normalization`.
  public mutating func clearNormalization() { _normalization = nil }
  private var _normalization: LossParameter.NormalizationMode?

  /// Legacy: false means BATCH_SIZE when `normalization` is absent.
  public var normalize: Bool { get { _normalize ?? false } set { _normalize = newValue } }
  /// Whether `normalize` is set.
  public var hasNormalize: Bool { _normalize != nil }
  /// Unsets `normalize`.
  public mutating func clearNormalize() { _normalize = nil }
  private var _normalize: Bool?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_loss_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_ignoreLabel)
    try cursor.bool(&_normalize)
    try cursor.enumeration(&_normalization)
    try cursor.unknown(&unknownFields)
  }
}
