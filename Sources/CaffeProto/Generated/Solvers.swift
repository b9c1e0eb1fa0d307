// Generated from proto/caffe.proto by scripts/generate-proto.sh. Do not edit.
// swift-format-ignore-file

import CCaffeProto

/// A training run. The train net comes from one of train_net_param, train_net, net_param, net; test nets
/// from test_net_param, then test_net, then net_param or net.
public struct SolverParameter: Message {
  /// The file format of snapshots.
  public enum SnapshotFormat: Int32, CaseIterable, Sendable {
    /// HDF5, with the ending .h5.
    case hdf5 = 0
    /// Protocol buffers.
    case binaryproto = 1
  }

  /// Where the nets are run.
  public enum SolverMode: Int32, CaseIterable, Sendable {
    /// On the processor.
    case cpu = 0
    /// On a graphics processor.
    case gpu = 1
  }

  /// Legacy: the solver's type as a number.
  public enum SolverType: Int32, CaseIterable, Sendable {
    /// Stochastic gradient descent with momentum.
    case sgd = 0
    /// Nesterov's accelerated gradient.
    case nesterov = 1
    /// AdaGrad.
    case adagrad = 2
    /// RMSProp.
    case rmsprop = 3
    /// AdaDelta.
    case adadelta = 4
    /// Adam.
    case adam = 5
  }

  /// File of the net that is trained and, with test_iter, tested.
  public var net: String { get { _net ?? "" } set { _net = newValue } }
  /// Whether `net` is set.
  public var hasNet: Bool { _net != nil }
  /// Unsets `net`.
  public mutating func clearNet() { _net = nil }
  private var _net: String?

  /// The same net, given inline.
  public var netParam: NetParameter { get { _netParam?.value ?? NetParameter() } set { _netParam = Box(newValue) } }
  /// Whether `netParam` is set.
  public var hasNetParam: Bool { _netParam != nil }
  /// Unsets `netParam`.
  public mutating func clearNetParam() { _netParam = nil }
  private var _netParam: Box<NetParameter>?

  /// File of the net that is trained.
  public var trainNet: String { get { _trainNet ?? "" } set { _trainNet = newValue } }
  /// Whether `trainNet` is set.
  public var hasTrainNet: Bool { _trainNet != nil }
  /// Unsets `trainNet`.
  public mutating func clearTrainNet() { _trainNet = nil }
  private var _trainNet: String?

  /// Files of the nets that are tested.
  public var testNet: [String] = []

  /// The net that is trained, given inline.
  public var trainNetParam: NetParameter { get { _trainNetParam?.value ?? NetParameter() } set { _trainNetParam = Box(newValue) } }
  /// Whether `trainNetParam` is set.
  public var hasTrainNetParam: Bool { _trainNetParam != nil }
  /// Unsets `trainNetParam`.
  public mutating func clearTrainNetParam() { _trainNetParam = nil }
  private var _trainNetParam: Box<NetParameter>?

  /// The nets that are tested, given inline.
  public var testNetParam: [NetParameter] = []

  /// State of the train net, over phase TRAIN and the net's own state.
  public var trainState: NetState { get { _trainState?.value ?? NetState() } set { _trainState = Box(newValue) } }
  /// Whether `trainState` is set.
  public var hasTrainState: Bool { _trainState != nil }
  /// Unsets `trainState`.
  public mutating func clearTrainState() { _trainState = nil }
  private var _trainState: Box<NetState>?

  /// State of each test net; none, or one per test net.
  public var testState: [NetState] = []

  /// Number of batches of each test net in one test.
  public var testIter: [Int] = []

  /// Iterations from one test to the next; 0 never tests. Default: 0.
  public var testInterval: Int { get { _testInterval ?? 0 } set { _testInterval = newValue } }
  /// Whether `testInterval` is set.
  public var hasTestInterval: Bool { _testInterval != nil }
  /// Unsets `testInterval`.
  public mutating func clearTestInterval() { _testInterval = nil }
  private var _testInterval: Int?

  /// Whether a test also reports the test loss. Default: false.
  public var testComputeLoss: Bool { get { _testComputeLoss ?? false } set { _testComputeLoss = newValue } }
  /// Whether `testComputeLoss` is set.
  public var hasTestComputeLoss: Bool { _testComputeLoss != nil }
  /// Unsets `testComputeLoss`.
  public mutating func clearTestComputeLoss() { _testComputeLoss = nil }
  private var _testComputeLoss: Bool?

  /// Whether a test is run before the first iteration. Default: true.
  public var testInitialization: Bool { get { _testInitialization ?? true } set { _testInitialization = newValue } }
  /// Whether `testInitialization` is set.
  public var hasTestInitialization: Bool { _testInitialization != nil }
  /// Unsets `testInitialization`.
  public mutating func clearTestInitialization() { _testInitialization = nil }
  private var _testInitialization: Bool?

  /// The learning rate that the policy starts from.
  public var baseLr: Float { get { _baseLr ?? 0.0 } set { _baseLr = newValue } }
  /// Whether `baseLr` is set.
  public var hasBaseLr: Bool { _baseLr != nil }
  /// Unsets `baseLr`.
  public mutating func clearBaseLr() { _baseLr = nil }
  private var _baseLr: Float?

  /// Iterations from one log line to the next; 0 logs none.
  public var display: Int { get { _display ?? 0 } set { _display = newValue } }
  /// Whether `display` is set.
  public var hasDisplay: Bool { _display != nil }
  /// Unsets `display`.
  public mutating func clearDisplay() { _display = nil }
  private var _display: Int?

  /// Number of iterations over which the displayed loss is averaged. Default: 1.
  public var averageLoss: Int { get { _averageLoss ?? 1 } set { _averageLoss = newValue } }
  /// Whether `averageLoss` is set.
  public var hasAverageLoss: Bool { _averageLoss != nil }
  /// Unsets `averageLoss`.
  public mutating func clearAverageLoss() { _averageLoss = nil }
  private var _averageLoss: Int?

  /// Number of iterations of the run.
  public var maxIter: Int { get { _maxIter ?? 0 } set { _maxIter = newValue } }
  /// Whether `maxIter` is set.
  public var hasMaxIter: Bool { _maxIter != nil }
  /// Unsets `maxIter`.
  public mutating func clearMaxIter() { _maxIter = nil }
  private var _maxIter: Int?

  /// Batches whose gradients are added up for one update. Default: 1.
  public var iterSize: Int { get { _iterSize ?? 1 } set { _iterSize = newValue } }
  /// Whether `iterSize` is set.
  public var hasIterSize: Bool { _iterSize != nil }
  /// Unsets `iterSize`.
  public mutating func clearIterSize() { _iterSize = nil }
  private var _iterSize: Int?

  /// fixed, step, exp, inv, multistep, poly or sigmoid.
  public var lrPolicy: String { get { _lrPolicy ?? "" } set { _lrPolicy = newValue } }
  /// Whether `lrPolicy` is set.
  public var hasLrPolicy: Bool { _lrPolicy != nil }
  /// Unsets `lrPolicy`.
  public mutating func clearLrPolicy() { _lrPolicy = nil }
  private var _lrPolicy: String?

  /// Coefficient of the step, exp, inv, multistep and sigmoid policies.
  public var gamma: Float { get { _gamma ?? 0.0 } set { _gamma = newValue } }
  /// Whether `gamma` is set.
  public var hasGamma: Bool { _gamma != nil }
  /// Unsets `gamma`.
  public mutating func clearGamma() { _gamma = nil }
  private var _gamma: Float?

  /// Exponent of the inv and poly policies.
  public var power: Float { get { _power ?? 0.0 } set { _power = newValue } }
  /// Whether `power` is set.
  public var hasPower: Bool { _power != nil }
  /// Unsets `power`.
  public mutating func clearPower() { _power = nil }
  private var _power: Float?

  /// Momentum, or the first decay rate of Adam.
  public var momentum: Float { get { _momentum ?? 0.0 } set { _momentum = newValue } }
  /// Whether `momentum` is set.
  public var hasMomentum: Bool { _momentum != nil }
  /// Unsets `momentum`.
  public mutating func clearMomentum() { _momentum = nil }
  private var _momentum: Float?

  /// Coefficient of the regulariser.
  public var weightDecay: Float { get { _weightDecay ?? 0.0 } set { _weightDecay = newValue } }
  /// Whether `weightDecay` is set.
  public var hasWeightDecay: Bool { _weightDecay != nil }
  /// Unsets `weightDecay`.
  public mutating func clearWeightDecay() { _weightDecay = nil }
  private var _weightDecay: Float?

  /// The regulariser, L1 or L2. Default: "L2".
  public var regularizationType: String { get { _regularizationType ?? "L2" } set { _regularizationType = newValue } }
  /// Whether `regularizationType` is set.
  public var hasRegularizationType: Bool { _regularizationType != nil }
  /// Unsets `regularizationType`.
  public mutating func clearRegularizationType() { _regularizationType = nil }
  private var _regularizationType: String?

  /// Iterations of one step of the step policy; centre of the sigmoid policy.
  public var stepsize: Int { get { _stepsize ?? 0 } set { _stepsize = newValue } }
  /// Whether `stepsize` is set.
  public var hasStepsize: Bool { _stepsize != nil }
  /// Unsets `stepsize`.
  public mutating func clearStepsize() { _stepsize = nil }
  private var _stepsize: Int?

  /// Iterations at which the multistep policy steps.
  public var stepvalue: [Int] = []

  /// Largest L2 norm of the whole gradient; negative does not clip. Default: -1.
  public var clipGradients: Float { get { _clipGradients ?? -1.0 } set { _clipGradients = newValue } }
  /// Whether `clipGradients` is set.
  public var hasClipGradients: Bool { _clipGradients != nil }
  /// Unsets `clipGradients`.
  public mutating func clearClipGradients() { _clipGradients = nil }
  private var _clipGradients: Float?

  /// Iterations from one snapshot to the next; 0 takes none. Default: 0.
  public var snapshot: Int { get { _snapshot ?? 0 } set { _snapshot = newValue } }
  /// Whether `snapshot` is set.
  public var hasSnapshot: Bool { _snapshot != nil }
  /// Unsets `snapshot`.
  public mutating func clearSnapshot() { _snapshot = nil }
  private var _snapshot: Int?

  /// Start of the snapshots' file names; a directory gets the solver file's name added.
  public var snapshotPrefix: String { get { _snapshotPrefix ?? "" } set { _snapshotPrefix = newValue } }
  /// Whether `snapshotPrefix` is set.
  public var hasSnapshotPrefix: Bool { _snapshotPrefix != nil }
  /// Unsets `snapshotPrefix`.
  public mutating func clearSnapshotPrefix() { _snapshotPrefix = nil }
  private var _snapshotPrefix: String?

  /// Whether snapshots hold the gradients too. Default: false.
  public var snapshotDiff: Bool { get { _snapshotDiff ?? false } set { _snapshotDiff = newValue } }
  /// Whether `snapshotDiff` is set.
  public var hasSnapshotDiff: Bool { _snapshotDiff != nil }
  /// Unsets `snapshotDiff`.
  public mutating func clearSnapshotDiff() { _snapshotDiff = nil }
  private var _snapshotDiff: Bool?

  /// The file format of snapshots. Default: BINARYPROTO.
  public var snapshotFormat: SolverParameter.SnapshotFormat { get { _snapshotFormat ?? SolverParameter.SnapshotFormat.binaryproto } set { _snapshotFormat = newValue } }
  /// Whether `snapshotFormat` is set.
  public var hasSnapshotFormat: Bool { _snapshotFormat != nil }
  /// Unsets `snapshotFormat`.
  public mutating func clearSnapshotFormat() { _snapshotFormat = nil }
  private var _snapshotFormat: SolverParameter.SnapshotFormat?

  /// Where the nets are run. Default: GPU.
  public var solverMode: SolverParameter.SolverMode { get { _solverMode ?? SolverParameter.SolverMode.gpu } set { _solverMode = newValue } }
  /// Whether `solverMode` is set.
  public var hasSolverMode: Bool { _solverMode != nil }
  /// Unsets `solverMode`.
  public mutating func clearSolverMode() { _solverMode = nil }
  private var _solverMode: SolverParameter.SolverMode?

  /// Number of the graphics processor. Default: 0.
  public var deviceId: Int { get { _deviceId ?? 0 } set { _deviceId = newValue } }
  /// Whether `deviceId` is set.
  public var hasDeviceId: Bool { _deviceId != nil }
  /// Unsets `deviceId`.
  public mutating func clearDeviceId() { _deviceId = nil }
  private var _deviceId: Int?

  /// Seed of the random numbers; negative takes one from the clock. Default: -1.
  public var randomSeed: Int { get { _randomSeed ?? -1 } set { _randomSeed = newValue } }
  /// Whether `randomSeed` is set.
  public var hasRandomSeed: Bool { _randomSeed != nil }
  /// Unsets `randomSeed`.
  public mutating func clearRandomSeed() { _randomSeed = nil }
  private var _randomSeed: Int?

  /// SGD, Nesterov, AdaGrad, RMSProp, AdaDelta or Adam. Default: "SGD".
  public var type: String { get { _type ?? "SGD" } set { _type = newValue } }
  /// Whether `type` is set.
  public var hasType: Bool { _type != nil }
  /// Unsets `type`.
  public mutating func clearType() { _type = nil }
  private var _type: String?

  /// Small number that keeps AdaGrad, RMSProp, AdaDelta and Adam from dividing by zero. Default: 1e-08.
  public var delta: Float { get { _delta ?? 1e-08 } set { _delta = newValue } }
  /// Whether `delta` is set.
  public var hasDelta: Bool { _delta != nil }
  /// Unsets `delta`.
  public mutating func clearDelta() { _delta = nil }
  private var _delta: Float?

  /// Second decay rate of Adam. Default: 0.999.
  public var momentum2: Float { get { _momentum2 ?? 0.999 } set { _momentum2 = newValue } }
  /// Whether `momentum2` is set.
  public var hasMomentum2: Bool { _momentum2 != nil }
  /// Unsets `momentum2`.
  public mutating func clearMomentum2() { _momentum2 = nil }
  private var _momentum2: Float?

  /// Decay rate of RMSProp's mean square. Default: 0.99.
  public var rmsDecay: Float { get { _rmsDecay ?? 0.99 } set { _rmsDecay = newValue } }
  /// Whether `rmsDecay` is set.
  public var hasRmsDecay: Bool { _rmsDecay != nil }
  /// Unsets `rmsDecay`.
  public mutating func clearRmsDecay() { _rmsDecay = nil }
  private var _rmsDecay: Float?

  /// Whether the net logs the mean magnitudes of what it handled. Default: false.
  public var debugInfo: Bool { get { _debugInfo ?? false } set { _debugInfo = newValue } }
  /// Whether `debugInfo` is set.
  public var hasDebugInfo: Bool { _debugInfo != nil }
  /// Unsets `debugInfo`.
  public mutating func clearDebugInfo() { _debugInfo = nil }
  private var _debugInfo: Bool?

  /// Whether the end of the run takes a snapshot. Default: true.
  public var snapshotAfterTrain: Bool { get { _snapshotAfterTrain ?? true } set { _snapshotAfterTrain = newValue } }
  /// Whether `snapshotAfterTrain` is set.
  public var hasSnapshotAfterTrain: Bool { _snapshotAfterTrain != nil }
  /// Unsets `snapshotAfterTrain`.
  public mutating func clearSnapshotAfterTrain() { _snapshotAfterTrain = nil }
  private var _snapshotAfterTrain: Bool?

  /// Legacy: the solver's type; `type` takes its place. Default: SGD.
  public var solverType: SolverParameter.SolverType { get { _solverType ?? SolverParameter.SolverType.sgd } set { _solverType = newValue } }
  /// Whether `solverType` is set.
  public var hasSolverType: Bool { _solverType != nil }
  /// Unsets `solverType`.
  public mutating func clearSolverType() { _solverType = nil }
  private var _solverType: SolverParameter.SolverType?

  /// Whether data-parallel training sends a layer's gradient while earlier layers still compute theirs. Default: true.
  public var layerWiseReduce: Bool { get { _layerWiseReduce ?? true } set { _layerWiseReduce = newValue } }
  /// Whether `layerWiseReduce` is set.
  public var hasLayerWiseReduce: Bool { _layerWiseReduce != nil }
  /// Unsets `layerWiseReduce`.
  public mutating func clearLayerWiseReduce() { _layerWiseReduce = nil }
  private var _layerWiseReduce: Bool?

  /// Caffemodels to start from; each entry may hold several, separated by commas.
  public var weights: [String] = []

  /// The pruning method, such as "Reg_Col"; "None" does not prune. Added by caffe_increg, at 41. Default: "None".
  public var pruneMethod: String { get { _pruneMethod ?? "None" } set { _pruneMethod = newValue } }
  /// Whether `pruneMethod` is set.
  public var hasPruneMethod: Bool { _pruneMethod != nil }
  /// Unsets `pruneMethod`.
  public mutating func clearPruneMethod() { _pruneMethod = nil }
  private var _pruneMethod: String?

  /// The step by which the penalty of a weight group grows. Added by caffe_increg. Default: 0.
  public var aa: Float { get { _aa ?? 0.0 } set { _aa = newValue } }
  /// Whether `aa` is set.
  public var hasAa: Bool { _aa != nil }
  /// Unsets `aa`.
  public mutating func clearAa() { _aa = nil }
  private var _aa: Float?

  /// The penalty at which a weight group is pruned for good. Added by caffe_increg. Default: 0.
  public var targetReg: Float { get { _targetReg ?? 0.0 } set { _targetReg = newValue } }
  /// Whether `targetReg` is set.
  public var hasTargetReg: Bool { _targetReg != nil }
  /// Unsets `targetReg`.
  public mutating func clearTargetReg() { _targetReg = nil }
  private var _targetReg: Float?

  /// The ratio of multiply-adds at which pruning ends. Added by caffe_increg. Default: 10000.
  public var speedup: Float { get { _speedup ?? 10000.0 } set { _speedup = newValue } }
  /// Whether `speedup` is set.
  public var hasSpeedup: Bool { _speedup != nil }
  /// Unsets `speedup`.
  public mutating func clearSpeedup() { _speedup = nil }
  private var _speedup: Float?

  /// The ratio of parameters at which pruning ends. Added by caffe_increg. Default: 10000.
  public var compRatio: Float { get { _compRatio ?? 10000.0 } set { _compRatio = newValue } }
  /// Whether `compRatio` is set.
  public var hasCompRatio: Bool { _compRatio != nil }
  /// Unsets `compRatio`.
  public mutating func clearCompRatio() { _compRatio = nil }
  private var _compRatio: Float?

  /// The accuracy to keep, 0 to 1; 0 prunes straight to the given ratios. Added by caffe_increg.
  public var accBorderline: Float { get { _accBorderline ?? 0.0 } set { _accBorderline = newValue } }
  /// Whether `accBorderline` is set.
  public var hasAccBorderline: Bool { _accBorderline != nil }
  /// Unsets `accBorderline`.
  public mutating func clearAccBorderline() { _accBorderline = nil }
  private var _accBorderline: Float?

  /// The accuracy of the net before pruning, 0 to 1. Added by caffe_increg.
  public var baselineAcc: Float { get { _baselineAcc ?? 0.0 } set { _baselineAcc = newValue } }
  /// Whether `baselineAcc` is set.
  public var hasBaselineAcc: Bool { _baselineAcc != nil }
  /// Unsets `baselineAcc`.
  public mutating func clearBaselineAcc() { _baselineAcc = nil }
  private var _baselineAcc: Float?

  /// Iterations from one change of the pruning probabilities to the next (PP_Col, PP_Row). Of an older caffe_increg. Default: 1.
  public var pruneInterval: Int { get { _pruneInterval ?? 1 } set { _pruneInterval = newValue } }
  /// Whether `pruneInterval` is set.
  public var hasPruneInterval: Bool { _pruneInterval != nil }
  /// Unsets `pruneInterval`.
  public mutating func clearPruneInterval() { _pruneInterval = nil }
  private var _pruneInterval: Int?

  /// Iterations from one accuracy check to the next while retraining; 0 never checks. Added by caffe_increg. Default: 0.
  public var retrainTestInterval: Int { get { _retrainTestInterval ?? 0 } set { _retrainTestInterval = newValue } }
  /// Whether `retrainTestInterval` is set.
  public var hasRetrainTestInterval: Bool { _retrainTestInterval != nil }
  /// Unsets `retrainTestInterval`.
  public mutating func clearRetrainTestInterval() { _retrainTestInterval = nil }
  private var _retrainTestInterval: Int?

  /// Iterations of settling between pruning and retraining. Added by caffe_increg. Default: 0.
  public var lossevalInterval: Int { get { _lossevalInterval ?? 0 } set { _lossevalInterval = newValue } }
  /// Whether `lossevalInterval` is set.
  public var hasLossevalInterval: Bool { _lossevalInterval != nil }
  /// Unsets `lossevalInterval`.
  public mutating func clearLossevalInterval() { _lossevalInterval = nil }
  private var _lossevalInterval: Int?

  /// Whether pruning a row also prunes the columns that read it. Added by caffe_increg. Default: true.
  public var ifUpdateRowCol: Bool { get { _ifUpdateRowCol ?? true } set { _ifUpdateRowCol = newValue } }
  /// Whether `ifUpdateRowCol` is set.
  public var hasIfUpdateRowCol: Bool { _ifUpdateRowCol != nil }
  /// Unsets `ifUpdateRowCol`.
  public mutating func clearIfUpdateRowCol() { _ifUpdateRowCol = nil }
  private var _ifUpdateRowCol: Bool?

  /// Whether the run ends when its final target is reached, without a last retraining. Added by caffe_increg. Default: false.
  public var ifEswpf: Bool { get { _ifEswpf ?? false } set { _ifEswpf = newValue } }
  /// Whether `ifEswpf` is set.
  public var hasIfEswpf: Bool { _ifEswpf != nil }
  /// Unsets `ifEswpf`.
  public mutating func clearIfEswpf() { _ifEswpf = nil }
  private var _ifEswpf: Bool?

  /// Whether inner products count towards `speedup`. Added by caffe_increg. Default: false.
  public var ifSpeedupCountFc: Bool { get { _ifSpeedupCountFc ?? false } set { _ifSpeedupCountFc = newValue } }
  /// Whether `ifSpeedupCountFc` is set.
  public var hasIfSpeedupCountFc: Bool { _ifSpeedupCountFc != nil }
  /// Unsets `ifSpeedupCountFc`.
  public mutating func clearIfSpeedupCountFc() { _ifSpeedupCountFc = nil }
  private var _ifSpeedupCountFc: Bool?

  /// Whether convolutions count towards `compRatio`. Added by caffe_increg. Default: false.
  public var ifComprCountConv: Bool { get { _ifComprCountConv ?? false } set { _ifComprCountConv = newValue } }
  /// Whether `ifComprCountConv` is set.
  public var hasIfComprCountConv: Bool { _ifComprCountConv != nil }
  /// Unsets `ifComprCountConv`.
  public mutating func clearIfComprCountConv() { _ifComprCountConv = nil }
  private var _ifComprCountConv: Bool?

  /// Whether the penalty follows the first of the two published schemes. Added by caffe_increg. Default: true.
  public var ifScheme1WhenRegRank: Bool { get { _ifScheme1WhenRegRank ?? true } set { _ifScheme1WhenRegRank = newValue } }
  /// Whether `ifScheme1WhenRegRank` is set.
  public var hasIfScheme1WhenRegRank: Bool { _ifScheme1WhenRegRank != nil }
  /// Unsets `ifScheme1WhenRegRank`.
  public mutating func clearIfScheme1WhenRegRank() { _ifScheme1WhenRegRank = nil }
  private var _ifScheme1WhenRegRank: Bool?

  /// Whether the smallest accuracy output decides (top 1), rather than the largest. Added by caffe_increg. Default: true.
  public var ifUseAcc1: Bool { get { _ifUseAcc1 ?? true } set { _ifUseAcc1 = newValue } }
  /// Whether `ifUseAcc1` is set.
  public var hasIfUseAcc1: Bool { _ifUseAcc1 != nil }
  /// Unsets `ifUseAcc1`.
  public mutating func clearIfUseAcc1() { _ifUseAcc1 = nil }
  private var _ifUseAcc1: Bool?

  /// iter_size while pruning. Added by caffe_increg. Default: 1.
  public var iterSizePrune: Int { get { _iterSizePrune ?? 1 } set { _iterSizePrune = newValue } }
  /// Whether `iterSizePrune` is set.
  public var hasIterSizePrune: Bool { _iterSizePrune != nil }
  /// Unsets `iterSizePrune`.
  public mutating func clearIterSizePrune() { _iterSizePrune = nil }
  private var _iterSizePrune: Int?

  /// iter_size while settling. Added by caffe_increg. Default: 1.
  public var iterSizeLosseval: Int { get { _iterSizeLosseval ?? 1 } set { _iterSizeLosseval = newValue } }
  /// Whether `iterSizeLosseval` is set.
  public var hasIterSizeLosseval: Bool { _iterSizeLosseval != nil }
  /// Unsets `iterSizeLosseval`.
  public mutating func clearIterSizeLosseval() { _iterSizeLosseval = nil }
  private var _iterSizeLosseval: Int?

  /// iter_size while retraining. Added by caffe_increg. Default: 1.
  public var iterSizeRetrain: Int { get { _iterSizeRetrain ?? 1 } set { _iterSizeRetrain = newValue } }
  /// Whether `iterSizeRetrain` is set.
  public var hasIterSizeRetrain: Bool { _iterSizeRetrain != nil }
  /// Unsets `iterSizeRetrain`.
  public mutating func clearIterSizeRetrain() { _iterSizeRetrain = nil }
  private var _iterSizeRetrain: Int?

  /// iter_size in the last retraining. Added by caffe_increg. Default: 1.
  public var iterSizeFinalRetrain: Int { get { _iterSizeFinalRetrain ?? 1 } set { _iterSizeFinalRetrain = newValue } }
  /// Whether `iterSizeFinalRetrain` is set.
  public var hasIterSizeFinalRetrain: Bool { _iterSizeFinalRetrain != nil }
  /// Unsets `iterSizeFinalRetrain`.
  public mutating func clearIterSizeFinalRetrain() { _iterSizeFinalRetrain = nil }
  private var _iterSizeFinalRetrain: Int?

  /// Iterations of an epoch; without it they follow from the number of training samples.
  public var epochIters: Int { get { _epochIters ?? 0 } set { _epochIters = newValue } }
  /// Whether `epochIters` is set.
  public var hasEpochIters: Bool { _epochIters != nil }
  /// Unsets `epochIters`.
  public mutating func clearEpochIters() { _epochIters = nil }
  private var _epochIters: Int?

  /// The share of weight groups to prune in layers that give none. Default: 0.
  public var pruneRatio: Float { get { _pruneRatio ?? 0.0 } set { _pruneRatio = newValue } }
  /// Whether `pruneRatio` is set.
  public var hasPruneRatio: Bool { _pruneRatio != nil }
  /// Unsets `pruneRatio`.
  public mutating func clearPruneRatio() { _pruneRatio = nil }
  private var _pruneRatio: Float?

  /// Whether statistics of normalisations are taken anew when pruning has changed the net. Default: true.
  public var reestimateStatistics: Bool { get { _reestimateStatistics ?? true } set { _reestimateStatistics = newValue } }
  /// Whether `reestimateStatistics` is set.
  public var hasReestimateStatistics: Bool { _reestimateStatistics != nil }
  /// Unsets `reestimateStatistics`.
  public mutating func clearReestimateStatistics() { _reestimateStatistics = nil }
  private var _reestimateStatistics: Bool?

  /// Batches they are taken from. Default: 20.
  public var reestimateBatches: Int { get { _reestimateBatches ?? 20 } set { _reestimateBatches = newValue } }
  /// Whether `reestimateBatches` is set.
  public var hasReestimateBatches: Bool { _reestimateBatches != nil }
  /// Unsets `reestimateBatches`.
  public mutating func clearReestimateBatches() { _reestimateBatches = nil }
  private var _reestimateBatches: Int?

  /// Settings of pruning methods that caffe_increg does not have.
  public var pruningParam: PruningParameter { get { _pruningParam?.value ?? PruningParameter() } set { _pruningParam = Box(newValue) } }
  /// Whether `pruningParam` is set.
  public var hasPruningParam: Bool { _pruningParam != nil }
  /// Unsets `pruningParam`.
  public mutating func clearPruningParam() { _pruningParam = nil }
  private var _pruningParam: Box<PruningParameter>?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_solver_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_trainNet)
    try cursor.strings(&testNet)
    try cursor.ints(&testIter)
    try cursor.int(&_testInterval)
    try cursor.float(&_baseLr)
    try cursor.int(&_display)
    try cursor.int(&_maxIter)
    try cursor.string(&_lrPolicy)
    try cursor.float(&_gamma)
    try cursor.float(&_power)
    try cursor.float(&_momentum)
    try cursor.float(&_weightDecay)
    try cursor.int(&_stepsize)
    try cursor.int(&_snapshot)
    try cursor.string(&_snapshotPrefix)
    try cursor.bool(&_snapshotDiff)
    try cursor.enumeration(&_solverMode)
    try cursor.int(&_deviceId)
    try cursor.bool(&_testComputeLoss)
    try cursor.int(&_randomSeed)
    try cursor.message(&_trainNetParam)
    try cursor.messages(&testNetParam)
    try cursor.bool(&_debugInfo)
    try cursor.string(&_net)
    try cursor.message(&_netParam)
    try cursor.message(&_trainState)
    try cursor.messages(&testState)
    try cursor.bool(&_snapshotAfterTrain)
    try cursor.string(&_regularizationType)
    try cursor.enumeration(&_solverType)
    try cursor.float(&_delta)
    try cursor.bool(&_testInitialization)
    try cursor.int(&_averageLoss)
    try cursor.ints(&stepvalue)
    try cursor.float(&_clipGradients)
    try cursor.int(&_iterSize)
    try cursor.enumeration(&_snapshotFormat)
    try cursor.float(&_rmsDecay)
    try cursor.float(&_momentum2)
    try cursor.string(&_type)
    try cursor.bool(&_layerWiseReduce)
    try cursor.strings(&weights)
    try cursor.int(&_pruneInterval)
    try cursor.float(&_aa)
    try cursor.float(&_speedup)
    try cursor.bool(&_ifUpdateRowCol)
    try cursor.bool(&_ifEswpf)
    try cursor.float(&_targetReg)
    try cursor.float(&_compRatio)
    try cursor.bool(&_ifSpeedupCountFc)
    try cursor.bool(&_ifComprCountConv)
    try cursor.bool(&_ifScheme1WhenRegRank)
    try cursor.float(&_accBorderline)
    try cursor.float(&_baselineAcc)
    try cursor.int(&_retrainTestInterval)
    try cursor.int(&_lossevalInterval)
    try cursor.int(&_iterSizePrune)
    try cursor.int(&_iterSizeLosseval)
    try cursor.int(&_iterSizeRetrain)
    try cursor.int(&_iterSizeFinalRetrain)
    try cursor.bool(&_ifUseAcc1)
    try cursor.int(&_epochIters)
    try cursor.float(&_pruneRatio)
    try cursor.bool(&_reestimateStatistics)
    try cursor.int(&_reestimateBatches)
    try cursor.message(&_pruningParam)
    try cursor.string(&_pruneMethod)
    try cursor.unknown(&unknownFields)
  }
}

/// How pruning methods prune that caffe_increg does not have. What is not given follows from the method and from
/// max_iter (docs/methods.md).
public struct PruningParameter: Message {
  /// How the share that is zeroed after an epoch grows.
  public enum Schedule: Int32, CaseIterable, Sendable {
    /// It is prune_ratio from the beginning.
    case constant = 0
    /// It comes near prune_ratio as 1 - exp(-t).
    case exp = 1
    /// It is prune_ratio * (1 - (1 - t)^3).
    case poly = 2
  }

  /// SFP, ASFP, SRFP, ASRFP: how the share that is zeroed after an epoch grows.
  public var rateSchedule: PruningParameter.Schedule { get { _rateSchedule ?? PruningParameter.Schedule.constant } set { _rateSchedule = newValue } }
  /// Whether `rateSchedule` is set.
  public var hasRateSchedule: Bool { _rateSchedule != nil }
  /// Unsets `rateSchedule`.
  public mutating func clearRateSchedule() { _rateSchedule = nil }
  private var _rateSchedule: PruningParameter.Schedule?

  /// By EXP: the part of the run after which the share is three quarters of prune_ratio. Default: 0.125.
  public var rateDelay: Float { get { _rateDelay ?? 0.125 } set { _rateDelay = newValue } }
  /// Whether `rateDelay` is set.
  public var hasRateDelay: Bool { _rateDelay != nil }
  /// Unsets `rateDelay`.
  public mutating func clearRateDelay() { _rateDelay = nil }
  private var _rateDelay: Float?

  /// SFP, ASFP, SRFP, ASRFP: the factor of the chosen groups in the first epoch; 0 zeroes them.
  public var softenStart: Float { get { _softenStart ?? 0.0 } set { _softenStart = newValue } }
  /// Whether `softenStart` is set.
  public var hasSoftenStart: Bool { _softenStart != nil }
  /// Unsets `softenStart`.
  public mutating func clearSoftenStart() { _softenStart = nil }
  private var _softenStart: Float?

  /// What the factor would come to at the end of the run if it only fell exponentially. Default: 1e-05.
  public var softenSigma: Float { get { _softenSigma ?? 1e-05 } set { _softenSigma = newValue } }
  /// Whether `softenSigma` is set.
  public var hasSoftenSigma: Bool { _softenSigma != nil }
  /// Unsets `softenSigma`.
  public mutating func clearSoftenSigma() { _softenSigma = nil }
  private var _softenSigma: Float?

  /// SFP, ASFP, SRFP, ASRFP: epochs from one choice to the next. Default: 1.
  public var pruneEpochs: Int { get { _pruneEpochs ?? 1 } set { _pruneEpochs = newValue } }
  /// Whether `pruneEpochs` is set.
  public var hasPruneEpochs: Bool { _pruneEpochs != nil }
  /// Unsets `pruneEpochs`.
  public mutating func clearPruneEpochs() { _pruneEpochs = nil }
  private var _pruneEpochs: Int?

  /// GReg: iterations from one step of the penalties to the next. Default: 1.
  public var regInterval: Int { get { _regInterval ?? 1 } set { _regInterval = newValue } }
  /// Whether `regInterval` is set.
  public var hasRegInterval: Bool { _regInterval != nil }
  /// Unsets `regInterval`.
  public mutating func clearRegInterval() { _regInterval = nil }
  private var _regInterval: Int?

  /// GReg: the step of the penalty of groups that are to go.
  public var regStep: Float { get { _regStep ?? 0.0 } set { _regStep = newValue } }
  /// Whether `regStep` is set.
  public var hasRegStep: Bool { _regStep != nil }
  /// Unsets `regStep`.
  public mutating func clearRegStep() { _regStep = nil }
  private var _regStep: Float?

  /// GReg: the penalty above which a layer is done. Default: 1.
  public var regLimit: Float { get { _regLimit ?? 1.0 } set { _regLimit = newValue } }
  /// Whether `regLimit` is set.
  public var hasRegLimit: Bool { _regLimit != nil }
  /// Unsets `regLimit`.
  public mutating func clearRegLimit() { _regLimit = nil }
  private var _regLimit: Float?

  /// GReg-2: the step of all penalties while groups are picked.
  public var pickStep: Float { get { _pickStep ?? 0.0 } set { _pickStep = newValue } }
  /// Whether `pickStep` is set.
  public var hasPickStep: Bool { _pickStep != nil }
  /// Unsets `pickStep`.
  public mutating func clearPickStep() { _pickStep = nil }
  private var _pickStep: Float?

  /// GReg-2: the penalty at which groups are picked. Default: 0.01.
  public var pickLimit: Float { get { _pickLimit ?? 0.01 } set { _pickLimit = newValue } }
  /// Whether `pickLimit` is set.
  public var hasPickLimit: Bool { _pickLimit != nil }
  /// Unsets `pickLimit`.
  public mutating func clearPickLimit() { _pickLimit = nil }
  private var _pickLimit: Float?

  /// GReg-2: the penalty of groups that stay. Default: -0.0001.
  public var keepPenalty: Float { get { _keepPenalty ?? -0.0001 } set { _keepPenalty = newValue } }
  /// Whether `keepPenalty` is set.
  public var hasKeepPenalty: Bool { _keepPenalty != nil }
  /// Unsets `keepPenalty`.
  public mutating func clearKeepPenalty() { _keepPenalty = nil }
  private var _keepPenalty: Float?

  /// GReg: how much larger the groups that stay must be on average than those that go for a layer to be done. Default: 1000.
  public var magnitudeRatio: Float { get { _magnitudeRatio ?? 1000.0 } set { _magnitudeRatio = newValue } }
  /// Whether `magnitudeRatio` is set.
  public var hasMagnitudeRatio: Bool { _magnitudeRatio != nil }
  /// Unsets `magnitudeRatio`.
  public mutating func clearMagnitudeRatio() { _magnitudeRatio = nil }
  private var _magnitudeRatio: Float?

  /// GReg: iterations from when the last layer is done to the cut.
  public var settleIters: Int { get { _settleIters ?? 0 } set { _settleIters = newValue } }
  /// Whether `settleIters` is set.
  public var hasSettleIters: Bool { _settleIters != nil }
  /// Unsets `settleIters`.
  public mutating func clearSettleIters() { _settleIters = nil }
  private var _settleIters: Int?

  /// OneShot, OrthoReg: what a group is worth.
  public var importance: String { get { _importance ?? "" } set { _importance = newValue } }
  /// Whether `importance` is set.
  public var hasImportance: Bool { _importance != nil }
  /// Unsets `importance`.
  public mutating func clearImportance() { _importance = nil }
  private var _importance: String?

  /// OneShot, OrthoReg: whether all groups of the net are ranked together.
  public var globalRanking: Bool { get { _globalRanking ?? false } set { _globalRanking = newValue } }
  /// Whether `globalRanking` is set.
  public var hasGlobalRanking: Bool { _globalRanking != nil }
  /// Unsets `globalRanking`.
  public mutating func clearGlobalRanking() { _globalRanking = nil }
  private var _globalRanking: Bool?

  /// With global_ranking: the share of a layer's groups that stays in any case.
  public var keepShare: Float { get { _keepShare ?? 0.0 } set { _keepShare = newValue } }
  /// Whether `keepShare` is set.
  public var hasKeepShare: Bool { _keepShare != nil }
  /// Unsets `keepShare`.
  public mutating func clearKeepShare() { _keepShare = nil }
  private var _keepShare: Float?

  /// OneShot, OrthoReg: batches from which gradients or activations are taken to score groups. Default: 20.
  public var scoreBatches: Int { get { _scoreBatches ?? 20 } set { _scoreBatches = newValue } }
  /// Whether `scoreBatches` is set.
  public var hasScoreBatches: Bool { _scoreBatches != nil }
  /// Unsets `scoreBatches`.
  public mutating func clearScoreBatches() { _scoreBatches = nil }
  private var _scoreBatches: Int?

  /// OneShot, OrthoReg: cuts, evenly over the run. Default: 1.
  public var rounds: Int { get { _rounds ?? 1 } set { _rounds = newValue } }
  /// Whether `rounds` is set.
  public var hasRounds: Bool { _rounds != nil }
  /// Unsets `rounds`.
  public mutating func clearRounds() { _rounds = nil }
  private var _rounds: Int?

  /// OrthoReg: the strength of the orthonormality penalty. Default: 0.01.
  public var orthoStrength: Float { get { _orthoStrength ?? 0.01 } set { _orthoStrength = newValue } }
  /// Whether `orthoStrength` is set.
  public var hasOrthoStrength: Bool { _orthoStrength != nil }
  /// Unsets `orthoStrength`.
  public mutating func clearOrthoStrength() { _orthoStrength = nil }
  private var _orthoStrength: Float?

  /// OneShot, OrthoReg, DSA: iterations of a round before its cut.
  public var itersBeforeCut: Int { get { _itersBeforeCut ?? 0 } set { _itersBeforeCut = newValue } }
  /// Whether `itersBeforeCut` is set.
  public var hasItersBeforeCut: Bool { _itersBeforeCut != nil }
  /// Unsets `itersBeforeCut`.
  public mutating func clearItersBeforeCut() { _itersBeforeCut = nil }
  private var _itersBeforeCut: Int?

  /// DSA: the share of the net's multiply-adds that is left. Default: 0.5.
  public var budget: Float { get { _budget ?? 0.5 } set { _budget = newValue } }
  /// Whether `budget` is set.
  public var hasBudget: Bool { _budget != nil }
  /// Unsets `budget`.
  public mutating func clearBudget() { _budget = nil }
  private var _budget: Float?

  /// DSA: the weight of the multiply-adds, as a share of all, in what keep ratios minimise; it rises where the bound
  /// asks for more. Default: 0.
  public var budgetWeight: Float { get { _budgetWeight ?? 0.0 } set { _budgetWeight = newValue } }
  /// Whether `budgetWeight` is set.
  public var hasBudgetWeight: Bool { _budgetWeight != nil }
  /// Unsets `budgetWeight`.
  public mutating func clearBudgetWeight() { _budgetWeight = nil }
  private var _budgetWeight: Float?

  /// DSA: the learning rate of the logits of keep ratios. Default: 0.4.
  public var keepLr: Float { get { _keepLr ?? 0.4 } set { _keepLr = newValue } }
  /// Whether `keepLr` is set.
  public var hasKeepLr: Bool { _keepLr != nil }
  /// Unsets `keepLr`.
  public mutating func clearKeepLr() { _keepLr = nil }
  private var _keepLr: Float?

  /// DSA: the logit of every keep ratio at the beginning. Default: 5.
  public var keepStart: Float { get { _keepStart ?? 5.0 } set { _keepStart = newValue } }
  /// Whether `keepStart` is set.
  public var hasKeepStart: Bool { _keepStart != nil }
  /// Unsets `keepStart`.
  public mutating func clearKeepStart() { _keepStart = nil }
  private var _keepStart: Float?

  /// DSA: updates from one batch for the keep ratios to the next; 0 takes their gradients from the batches of updates. Default: 9.
  public var keepInterval: Int { get { _keepInterval ?? 9 } set { _keepInterval = newValue } }
  /// Whether `keepInterval` is set.
  public var hasKeepInterval: Bool { _keepInterval != nil }
  /// Unsets `keepInterval`.
  public mutating func clearKeepInterval() { _keepInterval = nil }
  private var _keepInterval: Int?

  /// DSA: how steep the gates are at the cut; they begin with 1. Default: 50.
  public var gateSlope: Float { get { _gateSlope ?? 50.0 } set { _gateSlope = newValue } }
  /// Whether `gateSlope` is set.
  public var hasGateSlope: Bool { _gateSlope != nil }
  /// Unsets `gateSlope`.
  public mutating func clearGateSlope() { _gateSlope = nil }
  private var _gateSlope: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_pruning_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.enumeration(&_rateSchedule)
    try cursor.float(&_rateDelay)
    try cursor.float(&_softenStart)
    try cursor.float(&_softenSigma)
    try cursor.int(&_pruneEpochs)
    try cursor.int(&_regInterval)
    try cursor.float(&_regStep)
    try cursor.float(&_regLimit)
    try cursor.float(&_pickStep)
    try cursor.float(&_pickLimit)
    try cursor.float(&_keepPenalty)
    try cursor.float(&_magnitudeRatio)
    try cursor.int(&_settleIters)
    try cursor.string(&_importance)
    try cursor.bool(&_globalRanking)
    try cursor.float(&_keepShare)
    try cursor.int(&_scoreBatches)
    try cursor.int(&_rounds)
    try cursor.float(&_orthoStrength)
    try cursor.int(&_itersBeforeCut)
    try cursor.float(&_budget)
    try cursor.float(&_budgetWeight)
    try cursor.float(&_keepLr)
    try cursor.float(&_keepStart)
    try cursor.int(&_keepInterval)
    try cursor.float(&_gateSlope)
    try cursor.unknown(&unknownFields)
  }
}

/// How far one layer is pruned. Added by caffe_increg.
public struct PruneParameter: Message {
  /// The share of weight groups to prune. Default: 0.
  public var pruneRatio: Float { get { _pruneRatio ?? 0.0 } set { _pruneRatio = newValue } }
  /// Whether `pruneRatio` is set.
  public var hasPruneRatio: Bool { _pruneRatio != nil }
  /// Unsets `pruneRatio`.
  public mutating func clearPruneRatio() { _pruneRatio = nil }
  private var _pruneRatio: Float?

  /// Whether pruning a row here prunes the columns of the layer that reads it. Default: true.
  public var ifUpdateRowCol: Bool { get { _ifUpdateRowCol ?? true } set { _ifUpdateRowCol = newValue } }
  /// Whether `ifUpdateRowCol` is set.
  public var hasIfUpdateRowCol: Bool { _ifUpdateRowCol != nil }
  /// Unsets `ifUpdateRowCol`.
  public mutating func clearIfUpdateRowCol() { _ifUpdateRowCol = nil }
  private var _ifUpdateRowCol: Bool?

  /// What one stage adds to the ratio in multi-stage pruning. Default: 0.
  public var pruneRatioStep: Float { get { _pruneRatioStep ?? 0.0 } set { _pruneRatioStep = newValue } }
  /// Whether `pruneRatioStep` is set.
  public var hasPruneRatioStep: Bool { _pruneRatioStep != nil }
  /// Unsets `pruneRatioStep`.
  public mutating func clearPruneRatioStep() { _pruneRatioStep = nil }
  private var _pruneRatioStep: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_prune_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_pruneRatio)
    try cursor.bool(&_ifUpdateRowCol)
    try cursor.float(&_pruneRatioStep)
    try cursor.unknown(&unknownFields)
  }
}

/// Where a training run stands, for resuming it.
public struct SolverState: Message {
  /// The iteration.
  public var iter: Int { get { _iter ?? 0 } set { _iter = newValue } }
  /// Whether `iter` is set.
  public var hasIter: Bool { _iter != nil }
  /// Unsets `iter`.
  public mutating func clearIter() { _iter = nil }
  private var _iter: Int?

  /// The caffemodel that goes with it.
  public var learnedNet: String { get { _learnedNet ?? "" } set { _learnedNet = newValue } }
  /// Whether `learnedNet` is set.
  public var hasLearnedNet: Bool { _learnedNet != nil }
  /// Unsets `learnedNet`.
  public mutating func clearLearnedNet() { _learnedNet = nil }
  private var _learnedNet: String?

  /// The solver's memory: momentum and the like, blob by blob.
  public var history: [BlobProto] = []

  /// Steps the multistep policy has taken. Default: 0.
  public var currentStep: Int { get { _currentStep ?? 0 } set { _currentStep = newValue } }
  /// Whether `currentStep` is set.
  public var hasCurrentStep: Bool { _currentStep != nil }
  /// Unsets `currentStep`.
  public mutating func clearCurrentStep() { _currentStep = nil }
  private var _currentStep: Int?

  /// The score of each weight group, layer by layer. Added by caffe_increg.
  public var historyScore: [BlobProto] = []

  /// The penalty of each weight group, layer by layer. Added by caffe_increg.
  public var historyPunish: [BlobProto] = []

  /// The state of the pruning run. Added by caffe_increg.
  public var pruneState: String { get { _pruneState ?? "" } set { _pruneState = newValue } }
  /// Whether `pruneState` is set.
  public var hasPruneState: Bool { _pruneState != nil }
  /// Unsets `pruneState`.
  public mutating func clearPruneState() { _pruneState = nil }
  private var _pruneState: String?

  /// The stage of a multi-stage run. Added by caffe_increg. Default: 1.
  public var pruneStage: Int { get { _pruneStage ?? 1 } set { _pruneStage = newValue } }
  /// Whether `pruneStage` is set.
  public var hasPruneStage: Bool { _pruneStage != nil }
  /// Unsets `pruneStage`.
  public mutating func clearPruneStage() { _pruneStage = nil }
  private var _pruneStage: Int?

  /// The iteration at which the stage finished pruning. Added by caffe_increg.
  public var stageIterPruneFinished: Int { get { _stageIterPruneFinished ?? 0 } set { _stageIterPruneFinished = newValue } }
  /// Whether `stageIterPruneFinished` is set.
  public var hasStageIterPruneFinished: Bool { _stageIterPruneFinished != nil }
  /// Unsets `stageIterPruneFinished`.
  public mutating func clearStageIterPruneFinished() { _stageIterPruneFinished = nil }
  private var _stageIterPruneFinished: Int?

  /// The iteration of the last stage that kept its accuracy. Added by caffe_increg.
  public var lastFeasiblePruneIter: Int { get { _lastFeasiblePruneIter ?? 0 } set { _lastFeasiblePruneIter = newValue } }
  /// Whether `lastFeasiblePruneIter` is set.
  public var hasLastFeasiblePruneIter: Bool { _lastFeasiblePruneIter != nil }
  /// Unsets `lastFeasiblePruneIter`.
  public mutating func clearLastFeasiblePruneIter() { _lastFeasiblePruneIter = nil }
  private var _lastFeasiblePruneIter: Int?

  /// The ratio each layer is pruned to now. Added by caffe_increg.
  public var currentPruneRatio: [BlobProto] = []

  /// The ratios of the last stage that kept its accuracy. Added by caffe_increg.
  public var lastFeasiblePruneRatio: [BlobProto] = []

  /// The ratios of the last stage that lost it. Added by caffe_increg.
  public var lastInfeasiblePruneRatio: [BlobProto] = []

  /// What else decides the iterations to come. Added by caffe-increg; other programs skip it.
  public var position: RunPosition { get { _position?.value ?? RunPosition() } set { _position = Box(newValue) } }
  /// Whether `position` is set.
  public var hasPosition: Bool { _position != nil }
  /// Unsets `position`.
  public mutating func clearPosition() { _position = nil }
  private var _position: Box<RunPosition>?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_solver_state())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_iter)
    try cursor.string(&_learnedNet)
    try cursor.messages(&history)
    try cursor.int(&_currentStep)
    try cursor.messages(&historyScore)
    try cursor.messages(&historyPunish)
    try cursor.string(&_pruneState)
    try cursor.int(&_stageIterPruneFinished)
    try cursor.int(&_lastFeasiblePruneIter)
    try cursor.messages(&currentPruneRatio)
    try cursor.messages(&lastFeasiblePruneRatio)
    try cursor.messages(&lastInfeasiblePruneRatio)
    try cursor.int(&_pruneStage)
    try cursor.message(&_position)
    try cursor.unknown(&unknownFields)
  }
}

/// Where a run stands in its random numbers and its data.
public struct RunPosition: Message {
  /// The state of the run's random numbers, as the bits of its words.
  public var random: [Int] = []

  /// The data layers that have a position.
  public var source: [SourcePosition] = []

  /// Whether the update of the iteration is made already: what is left of it is what the pruning method does then. Default: false.
  public var updated: Bool { get { _updated ?? false } set { _updated = newValue } }
  /// Whether `updated` is set.
  public var hasUpdated: Bool { _updated != nil }
  /// Unsets `updated`.
  public mutating func clearUpdated() { _updated = nil }
  private var _updated: Bool?

  /// Whether the pruning method has been told of the epoch that ended with that update. Default: false.
  public var epochTold: Bool { get { _epochTold ?? false } set { _epochTold = newValue } }
  /// Whether `epochTold` is set.
  public var hasEpochTold: Bool { _epochTold != nil }
  /// Unsets `epochTold`.
  public mutating func clearEpochTold() { _epochTold = nil }
  private var _epochTold: Bool?

  /// Per parameter, how many arrays its update rule remembers; given where they are not all of one rule.
  public var slots: [Int] = []

  /// The iteration whose update was the first since the update rules' memory was last cleared. Default: 0.
  public var optimiserReset: Int { get { _optimiserReset ?? 0 } set { _optimiserReset = newValue } }
  /// Whether `optimiserReset` is set.
  public var hasOptimiserReset: Bool { _optimiserReset != nil }
  /// Unsets `optimiserReset`.
  public mutating func clearOptimiserReset() { _optimiserReset = nil }
  private var _optimiserReset: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_run_position())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.ints(&random)
    try cursor.messages(&source)
    try cursor.bool(&_updated)
    try cursor.bool(&_epochTold)
    try cursor.ints(&slots)
    try cursor.int(&_optimiserReset)
    try cursor.unknown(&unknownFields)
  }
}

/// Where a data layer stands.
public struct SourcePosition: Message {
  /// The layer.
  public var layer: String { get { _layer ?? "" } set { _layer = newValue } }
  /// Whether `layer` is set.
  public var hasLayer: Bool { _layer != nil }
  /// Unsets `layer`.
  public mutating func clearLayer() { _layer = nil }
  private var _layer: String?

  /// Its net: 0 is the train net, then come the test nets. Default: 0.
  public var net: Int { get { _net ?? 0 } set { _net = newValue } }
  /// Whether `net` is set.
  public var hasNet: Bool { _net != nil }
  /// Unsets `net`.
  public mutating func clearNet() { _net = nil }
  private var _net: Int?

  /// The records it has read since the start of the run.
  public var records: Int { get { _records ?? 0 } set { _records = newValue } }
  /// Whether `records` is set.
  public var hasRecords: Bool { _records != nil }
  /// Unsets `records`.
  public mutating func clearRecords() { _records = nil }
  private var _records: Int?

  /// The state of its own random numbers, as the bits of its words.
  public var random: [Int] = []

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_source_position())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_layer)
    try cursor.int(&_net)
    try cursor.int(&_records)
    try cursor.ints(&random)
    try cursor.unknown(&unknownFields)
  }
}
