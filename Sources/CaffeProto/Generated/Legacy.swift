// Generated from proto/caffe.proto by scripts/generate-proto.sh. Do not edit.
// swift-format-ignore-file

import CCaffeProto

/// Legacy: a layer of the V1 format, whose type is a number.
public struct V1LayerParameter: Message {
  /// The types of V1 layers.
  public enum LayerType: Int32, CaseIterable, Sendable {
    /// No type.
    case none = 0
    /// AbsVal.
    case absval = 35
    /// Accuracy.
    case accuracy = 1
    /// ArgMax.
    case argmax = 30
    /// BNLL.
    case bnll = 2
    /// Concat.
    case concat = 3
    /// ContrastiveLoss.
    case contrastiveLoss = 37
    /// Convolution.
    case convolution = 4
    /// Data.
    case data = 5
    /// Deconvolution.
    case deconvolution = 39
    /// Dropout.
    case dropout = 6
    /// DummyData.
    case dummyData = 32
    /// EuclideanLoss.
    case euclideanLoss = 7
    /// Eltwise.
    case eltwise = 25
    /// Exp.
    case exp = 38
    /// Flatten.
    case flatten = 8
    /// HDF5Data.
    case hdf5Data = 9
    /// HDF5Output.
    case hdf5Output = 10
    /// HingeLoss.
    case hingeLoss = 28
    /// Im2col.
    case im2col = 11
    /// ImageData.
    case imageData = 12
    /// InfogainLoss.
    case infogainLoss = 13
    /// InnerProduct.
    case innerProduct = 14
    /// LRN.
    case lrn = 15
    /// MemoryData.
    case memoryData = 29
    /// MultinomialLogisticLoss.
    case multinomialLogisticLoss = 16
    /// MVN.
    case mvn = 34
    /// Pooling.
    case pooling = 17
    /// Power.
    case power = 26
    /// ReLU.
    case relu = 18
    /// Sigmoid.
    case sigmoid = 19
    /// SigmoidCrossEntropyLoss.
    case sigmoidCrossEntropyLoss = 27
    /// Silence.
    case silence = 36
    /// Softmax.
    case softmax = 20
    /// SoftmaxWithLoss.
    case softmaxLoss = 21
    /// Split.
    case split = 22
    /// Slice.
    case slice = 33
    /// TanH.
    case tanh = 23
    /// WindowData.
    case windowData = 24
    /// Threshold.
    case threshold = 31
  }

  /// What must agree before a parameter is shared.
  public enum DimCheckMode: Int32, CaseIterable, Sendable {
    /// The whole shape.
    case strict = 0
    /// The number of values only.
    case permissive = 1
  }

  /// Names of the blobs it reads.
  public var bottom: [String] = []

  /// Names of the blobs it writes.
  public var top: [String] = []

  /// The layer's name.
  public var name: String { get { _name ?? "" } set { _name = newValue } }
  /// Whether `name` is set.
  public var hasName: Bool { _name != nil }
  /// Unsets `name`.
  public mutating func clearName() { _name = nil }
  private var _name: String?

  /// The layer is part of the net only in states that meet one of these.
  public var include: [NetStateRule] = []

  /// The layer is left out of the net in states that meet one of these.
  public var exclude: [NetStateRule] = []

  /// The layer's type.
  public var type: V1LayerParameter.LayerType { get { _type ?? V1LayerParameter.LayerType.none } set { _type = newValue } }
  /// Whether `type` is set.
  public var hasType: Bool { _type != nil }
  /// Unsets `type`.
  public mutating func clearType() { _type = nil }
  private var _type: V1LayerParameter.LayerType?

  /// The parameter blobs.
  public var blobs: [BlobProto] = []

  /// Names under which the parameter blobs are shared.
  public var param: [String] = []

  /// What must agree before each parameter is shared.
  public var blobShareMode: [V1LayerParameter.DimCheckMode] = []

  /// Factor on the learning rate of each parameter blob.
  public var blobsLr: [Float] = []

  /// Factor on the weight decay of each parameter blob.
  public var weightDecay: [Float] = []

  /// Weight of each top in the objective.
  public var lossWeight: [Float] = []

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

  /// Settings of Convolution and Deconvolution.
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

  /// The same layer in the V0 format.
  public var layer: V0LayerParameter { get { _layer?.value ?? V0LayerParameter() } set { _layer = Box(newValue) } }
  /// Whether `layer` is set.
  public var hasLayer: Bool { _layer != nil }
  /// Unsets `layer`.
  public mutating func clearLayer() { _layer = nil }
  private var _layer: Box<V0LayerParameter>?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_v1_layer_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.message(&_layer)
    try cursor.strings(&bottom)
    try cursor.strings(&top)
    try cursor.string(&_name)
    try cursor.enumeration(&_type)
    try cursor.messages(&blobs)
    try cursor.floats(&blobsLr)
    try cursor.floats(&weightDecay)
    try cursor.message(&_concatParam)
    try cursor.message(&_convolutionParam)
    try cursor.message(&_dataParam)
    try cursor.message(&_dropoutParam)
    try cursor.message(&_hdf5DataParam)
    try cursor.message(&_hdf5OutputParam)
    try cursor.message(&_imageDataParam)
    try cursor.message(&_infogainLossParam)
    try cursor.message(&_innerProductParam)
    try cursor.message(&_lrnParam)
    try cursor.message(&_poolingParam)
    try cursor.message(&_windowDataParam)
    try cursor.message(&_powerParam)
    try cursor.message(&_memoryDataParam)
    try cursor.message(&_argmaxParam)
    try cursor.message(&_eltwiseParam)
    try cursor.message(&_thresholdParam)
    try cursor.message(&_dummyDataParam)
    try cursor.message(&_accuracyParam)
    try cursor.message(&_hingeLossParam)
    try cursor.message(&_reluParam)
    try cursor.message(&_sliceParam)
    try cursor.messages(&include)
    try cursor.messages(&exclude)
    try cursor.message(&_mvnParam)
    try cursor.floats(&lossWeight)
    try cursor.message(&_transformParam)
    try cursor.message(&_tanhParam)
    try cursor.message(&_sigmoidParam)
    try cursor.message(&_softmaxParam)
    try cursor.message(&_contrastiveLossParam)
    try cursor.message(&_expParam)
    try cursor.message(&_lossParam)
    try cursor.strings(&param)
    try cursor.enumerations(&blobShareMode)
    try cursor.unknown(&unknownFields)
  }
}

/// Legacy: a layer of the V0 format, which has the settings of every type side by side.
public struct V0LayerParameter: Message {
  /// What pooling takes of a window.
  public enum PoolMethod: Int32, CaseIterable, Sendable {
    /// The largest value.
    case max = 0
    /// The mean.
    case ave = 1
    /// A value drawn at random, in proportion to its size.
    case stochastic = 2
  }

  /// The layer's name.
  public var name: String { get { _name ?? "" } set { _name = newValue } }
  /// Whether `name` is set.
  public var hasName: Bool { _name != nil }
  /// Unsets `name`.
  public mutating func clearName() { _name = nil }
  private var _name: String?

  /// The layer's type, such as "conv".
  public var type: String { get { _type ?? "" } set { _type = newValue } }
  /// Whether `type` is set.
  public var hasType: Bool { _type != nil }
  /// Unsets `type`.
  public mutating func clearType() { _type = nil }
  private var _type: String?

  /// Number of outputs.
  public var numOutput: Int { get { _numOutput ?? 0 } set { _numOutput = newValue } }
  /// Whether `numOutput` is set.
  public var hasNumOutput: Bool { _numOutput != nil }
  /// Unsets `numOutput`.
  public mutating func clearNumOutput() { _numOutput = nil }
  private var _numOutput: Int?

  /// Whether there is a bias. Default: true.
  public var biasterm: Bool { get { _biasterm ?? true } set { _biasterm = newValue } }
  /// Whether `biasterm` is set.
  public var hasBiasterm: Bool { _biasterm != nil }
  /// Unsets `biasterm`.
  public mutating func clearBiasterm() { _biasterm = nil }
  private var _biasterm: Bool?

  /// First values of the weights.
  public var weightFiller: FillerParameter { get { _weightFiller?.value ?? FillerParameter() } set { _weightFiller = Box(newValue) } }
  /// Whether `weightFiller` is set.
  public var hasWeightFiller: Bool { _weightFiller != nil }
  /// Unsets `weightFiller`.
  public mutating func clearWeightFiller() { _weightFiller = nil }
  private var _weightFiller: Box<FillerParameter>?

  /// First values of the bias.
  public var biasFiller: FillerParameter { get { _biasFiller?.value ?? FillerParameter() } set { _biasFiller = Box(newValue) } }
  /// Whether `biasFiller` is set.
  public var hasBiasFiller: Bool { _biasFiller != nil }
  /// Unsets `biasFiller`.
  public mutating func clearBiasFiller() { _biasFiller = nil }
  private var _biasFiller: Box<FillerParameter>?

  /// Padding on every side. Default: 0.
  public var pad: Int { get { _pad ?? 0 } set { _pad = newValue } }
  /// Whether `pad` is set.
  public var hasPad: Bool { _pad != nil }
  /// Unsets `pad`.
  public mutating func clearPad() { _pad = nil }
  private var _pad: Int?

  /// Side of the kernel.
  public var kernelsize: Int { get { _kernelsize ?? 0 } set { _kernelsize = newValue } }
  /// Whether `kernelsize` is set.
  public var hasKernelsize: Bool { _kernelsize != nil }
  /// Unsets `kernelsize`.
  public mutating func clearKernelsize() { _kernelsize = nil }
  private var _kernelsize: Int?

  /// Number of groups. Default: 1.
  public var group: Int { get { _group ?? 1 } set { _group = newValue } }
  /// Whether `group` is set.
  public var hasGroup: Bool { _group != nil }
  /// Unsets `group`.
  public mutating func clearGroup() { _group = nil }
  private var _group: Int?

  /// Step of the kernel. Default: 1.
  public var stride: Int { get { _stride ?? 1 } set { _stride = newValue } }
  /// Whether `stride` is set.
  public var hasStride: Bool { _stride != nil }
  /// Unsets `stride`.
  public mutating func clearStride() { _stride = nil }
  private var _stride: Int?

  /// What pooling takes of a window. Default: MAX.
  public var pool: V0LayerParameter.PoolMethod { get { _pool ?? V0LayerParameter.PoolMethod.max } set { _pool = newValue } }
  /// Whether `pool` is set.
  public var hasPool: Bool { _pool != nil }
  /// Unsets `pool`.
  public mutating func clearPool() { _pool = nil }
  private var _pool: V0LayerParameter.PoolMethod?

  /// Share of values that dropout drops. Default: 0.5.
  public var dropoutRatio: Float { get { _dropoutRatio ?? 0.5 } set { _dropoutRatio = newValue } }
  /// Whether `dropoutRatio` is set.
  public var hasDropoutRatio: Bool { _dropoutRatio != nil }
  /// Unsets `dropoutRatio`.
  public mutating func clearDropoutRatio() { _dropoutRatio = nil }
  private var _dropoutRatio: Float?

  /// Channels, or side of the square, of LRN's sum. Default: 5.
  public var localSize: Int { get { _localSize ?? 5 } set { _localSize = newValue } }
  /// Whether `localSize` is set.
  public var hasLocalSize: Bool { _localSize != nil }
  /// Unsets `localSize`.
  public mutating func clearLocalSize() { _localSize = nil }
  private var _localSize: Int?

  /// LRN's factor on the mean square. Default: 1.
  public var alpha: Float { get { _alpha ?? 1.0 } set { _alpha = newValue } }
  /// Whether `alpha` is set.
  public var hasAlpha: Bool { _alpha != nil }
  /// Unsets `alpha`.
  public mutating func clearAlpha() { _alpha = nil }
  private var _alpha: Float?

  /// LRN's exponent. Default: 0.75.
  public var beta: Float { get { _beta ?? 0.75 } set { _beta = newValue } }
  /// Whether `beta` is set.
  public var hasBeta: Bool { _beta != nil }
  /// Unsets `beta`.
  public mutating func clearBeta() { _beta = nil }
  private var _beta: Float?

  /// Added to LRN's scaled mean square. Default: 1.
  public var k: Float { get { _k ?? 1.0 } set { _k = newValue } }
  /// Whether `k` is set.
  public var hasK: Bool { _k != nil }
  /// Unsets `k`.
  public mutating func clearK() { _k = nil }
  private var _k: Float?

  /// Where data layers read from.
  public var source: String { get { _source ?? "" } set { _source = newValue } }
  /// Whether `source` is set.
  public var hasSource: Bool { _source != nil }
  /// Unsets `source`.
  public mutating func clearSource() { _source = nil }
  private var _source: String?

  /// Factor on every value, after the mean is subtracted. Default: 1.
  public var scale: Float { get { _scale ?? 1.0 } set { _scale = newValue } }
  /// Whether `scale` is set.
  public var hasScale: Bool { _scale != nil }
  /// Unsets `scale`.
  public mutating func clearScale() { _scale = nil }
  private var _scale: Float?

  /// File of a mean image to subtract.
  public var meanfile: String { get { _meanfile ?? "" } set { _meanfile = newValue } }
  /// Whether `meanfile` is set.
  public var hasMeanfile: Bool { _meanfile != nil }
  /// Unsets `meanfile`.
  public mutating func clearMeanfile() { _meanfile = nil }
  private var _meanfile: String?

  /// Records of one batch.
  public var batchsize: Int { get { _batchsize ?? 0 } set { _batchsize = newValue } }
  /// Whether `batchsize` is set.
  public var hasBatchsize: Bool { _batchsize != nil }
  /// Unsets `batchsize`.
  public mutating func clearBatchsize() { _batchsize = nil }
  private var _batchsize: Int?

  /// Side of the square that is cut out; 0 does not crop. Default: 0.
  public var cropsize: Int { get { _cropsize ?? 0 } set { _cropsize = newValue } }
  /// Whether `cropsize` is set.
  public var hasCropsize: Bool { _cropsize != nil }
  /// Unsets `cropsize`.
  public mutating func clearCropsize() { _cropsize = nil }
  private var _cropsize: Int?

  /// Whether half of the images, drawn at random, are mirrored. Default: false.
  public var mirror: Bool { get { _mirror ?? false } set { _mirror = newValue } }
  /// Whether `mirror` is set.
  public var hasMirror: Bool { _mirror != nil }
  /// Unsets `mirror`.
  public mutating func clearMirror() { _mirror = nil }
  private var _mirror: Bool?

  /// The parameter blobs.
  public var blobs: [BlobProto] = []

  /// Factor on the learning rate of each parameter blob.
  public var blobsLr: [Float] = []

  /// Factor on the weight decay of each parameter blob.
  public var weightDecay: [Float] = []

  /// Up to this many records are skipped at the start. Default: 0.
  public var randSkip: Int { get { _randSkip ?? 0 } set { _randSkip = newValue } }
  /// Whether `randSkip` is set.
  public var hasRandSkip: Bool { _randSkip != nil }
  /// Unsets `randSkip`.
  public mutating func clearRandSkip() { _randSkip = nil }
  private var _randSkip: Int?

  /// Overlap from which a window is foreground. Default: 0.5.
  public var detFgThreshold: Float { get { _detFgThreshold ?? 0.5 } set { _detFgThreshold = newValue } }
  /// Whether `detFgThreshold` is set.
  public var hasDetFgThreshold: Bool { _detFgThreshold != nil }
  /// Unsets `detFgThreshold`.
  public mutating func clearDetFgThreshold() { _detFgThreshold = nil }
  private var _detFgThreshold: Float?

  /// Overlap below which a window is background. Default: 0.5.
  public var detBgThreshold: Float { get { _detBgThreshold ?? 0.5 } set { _detBgThreshold = newValue } }
  /// Whether `detBgThreshold` is set.
  public var hasDetBgThreshold: Bool { _detBgThreshold != nil }
  /// Unsets `detBgThreshold`.
  public mutating func clearDetBgThreshold() { _detBgThreshold = nil }
  private var _detBgThreshold: Float?

  /// Share of a batch that is foreground. Default: 0.25.
  public var detFgFraction: Float { get { _detFgFraction ?? 0.25 } set { _detFgFraction = newValue } }
  /// Whether `detFgFraction` is set.
  public var hasDetFgFraction: Bool { _detFgFraction != nil }
  /// Unsets `detFgFraction`.
  public mutating func clearDetFgFraction() { _detFgFraction = nil }
  private var _detFgFraction: Float?

  /// Pixels of context around a window. Default: 0.
  public var detContextPad: Int { get { _detContextPad ?? 0 } set { _detContextPad = newValue } }
  /// Whether `detContextPad` is set.
  public var hasDetContextPad: Bool { _detContextPad != nil }
  /// Unsets `detContextPad`.
  public mutating func clearDetContextPad() { _detContextPad = nil }
  private var _detContextPad: Int?

  /// warp stretches the window; square takes the tightest square around it. Default: "warp".
  public var detCropMode: String { get { _detCropMode ?? "warp" } set { _detCropMode = newValue } }
  /// Whether `detCropMode` is set.
  public var hasDetCropMode: Bool { _detCropMode != nil }
  /// Unsets `detCropMode`.
  public mutating func clearDetCropMode() { _detCropMode = nil }
  private var _detCropMode: String?

  /// First extent of a reshape. Default: 0.
  public var newNum: Int { get { _newNum ?? 0 } set { _newNum = newValue } }
  /// Whether `newNum` is set.
  public var hasNewNum: Bool { _newNum != nil }
  /// Unsets `newNum`.
  public mutating func clearNewNum() { _newNum = nil }
  private var _newNum: Int?

  /// Second extent of a reshape. Default: 0.
  public var newChannels: Int { get { _newChannels ?? 0 } set { _newChannels = newValue } }
  /// Whether `newChannels` is set.
  public var hasNewChannels: Bool { _newChannels != nil }
  /// Unsets `newChannels`.
  public mutating func clearNewChannels() { _newChannels = nil }
  private var _newChannels: Int?

  /// Third extent of a reshape, or the height images are resized to. Default: 0.
  public var newHeight: Int { get { _newHeight ?? 0 } set { _newHeight = newValue } }
  /// Whether `newHeight` is set.
  public var hasNewHeight: Bool { _newHeight != nil }
  /// Unsets `newHeight`.
  public mutating func clearNewHeight() { _newHeight = nil }
  private var _newHeight: Int?

  /// Fourth extent of a reshape, or the width images are resized to. Default: 0.
  public var newWidth: Int { get { _newWidth ?? 0 } set { _newWidth = newValue } }
  /// Whether `newWidth` is set.
  public var hasNewWidth: Bool { _newWidth != nil }
  /// Unsets `newWidth`.
  public mutating func clearNewWidth() { _newWidth = nil }
  private var _newWidth: Int?

  /// Whether the list of images is shuffled in every epoch. Default: false.
  public var shuffleImages: Bool { get { _shuffleImages ?? false } set { _shuffleImages = newValue } }
  /// Whether `shuffleImages` is set.
  public var hasShuffleImages: Bool { _shuffleImages != nil }
  /// Unsets `shuffleImages`.
  public mutating func clearShuffleImages() { _shuffleImages = nil }
  private var _shuffleImages: Bool?

  /// The axis of concatenation. Default: 1.
  public var concatDim: Int { get { _concatDim ?? 1 } set { _concatDim = newValue } }
  /// Whether `concatDim` is set.
  public var hasConcatDim: Bool { _concatDim != nil }
  /// Unsets `concatDim`.
  public mutating func clearConcatDim() { _concatDim = nil }
  private var _concatDim: Int?

  /// Settings of HDF5Output.
  public var hdf5OutputParam: HDF5OutputParameter { get { _hdf5OutputParam?.value ?? HDF5OutputParameter() } set { _hdf5OutputParam = Box(newValue) } }
  /// Whether `hdf5OutputParam` is set.
  public var hasHdf5OutputParam: Bool { _hdf5OutputParam != nil }
  /// Unsets `hdf5OutputParam`.
  public mutating func clearHdf5OutputParam() { _hdf5OutputParam = nil }
  private var _hdf5OutputParam: Box<HDF5OutputParameter>?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_v0_layer_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_name)
    try cursor.string(&_type)
    try cursor.int(&_numOutput)
    try cursor.bool(&_biasterm)
    try cursor.message(&_weightFiller)
    try cursor.message(&_biasFiller)
    try cursor.int(&_pad)
    try cursor.int(&_kernelsize)
    try cursor.int(&_group)
    try cursor.int(&_stride)
    try cursor.enumeration(&_pool)
    try cursor.float(&_dropoutRatio)
    try cursor.int(&_localSize)
    try cursor.float(&_alpha)
    try cursor.float(&_beta)
    try cursor.string(&_source)
    try cursor.float(&_scale)
    try cursor.string(&_meanfile)
    try cursor.int(&_batchsize)
    try cursor.int(&_cropsize)
    try cursor.bool(&_mirror)
    try cursor.float(&_k)
    try cursor.messages(&blobs)
    try cursor.floats(&blobsLr)
    try cursor.floats(&weightDecay)
    try cursor.int(&_randSkip)
    try cursor.float(&_detFgThreshold)
    try cursor.float(&_detBgThreshold)
    try cursor.float(&_detFgFraction)
    try cursor.int(&_detContextPad)
    try cursor.string(&_detCropMode)
    try cursor.int(&_newNum)
    try cursor.int(&_newChannels)
    try cursor.int(&_newHeight)
    try cursor.int(&_newWidth)
    try cursor.bool(&_shuffleImages)
    try cursor.int(&_concatDim)
    try cursor.message(&_hdf5OutputParam)
    try cursor.unknown(&unknownFields)
  }
}
