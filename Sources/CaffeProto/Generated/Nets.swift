// Generated from proto/caffe.proto by scripts/generate-proto.sh. Do not edit.
// swift-format-ignore-file

import CCaffeProto

/// What a net is being run for.
public enum Phase: Int32, CaseIterable, Sendable {
  /// Training.
  case train = 0
  /// Testing or inference.
  case test = 1
}

/// How boxes are coded; each way has its own name for it.
public enum BoxCode: Int32, CaseIterable, Sendable {
  /// The corners.
  case corner = 1
  /// Centre and size.
  case centerSize = 2
  /// The corners, relative to the size.
  case cornerSize = 3
}

/// A net: its layers and, in a caffemodel, their weights.
public struct NetParameter: Message {
  /// The net's name.
  public var name: String { get { _name ?? "" } set { _name = newValue } }
  /// Whether `name` is set.
  public var hasName: Bool { _name != nil }
  /// Unsets `name`.
  public mutating func clearName() { _name = nil }
  private var _name: String?

  /// Legacy: names of the input blobs; an Input layer takes their place.
  public var input: [String] = []

  /// Legacy: one shape per input blob.
  public var inputShape: [BlobShape] = []

  /// Legacy: four extents per input blob.
  public var inputDim: [Int] = []

  /// Whether every layer computes its bottom gradient, wanted or not. Default: false.
  public var forceBackward: Bool { get { _forceBackward ?? false } set { _forceBackward = newValue } }
  /// Whether `forceBackward` is set.
  public var hasForceBackward: Bool { _forceBackward != nil }
  /// Unsets `forceBackward`.
  public mutating func clearForceBackward() { _forceBackward = nil }
  private var _forceBackward: Bool?

  /// The state against which the layers' include and exclude rules are held.
  public var state: NetState { get { _state?.value ?? NetState() } set { _state = Box(newValue) } }
  /// Whether `state` is set.
  public var hasState: Bool { _state != nil }
  /// Unsets `state`.
  public mutating func clearState() { _state = nil }
  private var _state: Box<NetState>?

  /// Whether every forward, backward and update logs the mean magnitudes of what it handled. Default: false.
  public var debugInfo: Bool { get { _debugInfo ?? false } set { _debugInfo = newValue } }
  /// Whether `debugInfo` is set.
  public var hasDebugInfo: Bool { _debugInfo != nil }
  /// Unsets `debugInfo`.
  public mutating func clearDebugInfo() { _debugInfo = nil }
  private var _debugInfo: Bool?

  /// The layers, in order of execution.
  public var layer: [LayerParameter] = []

  /// Legacy: the layers of a net in the V0 or V1 format.
  public var layers: [V1LayerParameter] = []

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_net_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_name)
    try cursor.messages(&layers)
    try cursor.strings(&input)
    try cursor.ints(&inputDim)
    try cursor.bool(&_forceBackward)
    try cursor.message(&_state)
    try cursor.bool(&_debugInfo)
    try cursor.messages(&inputShape)
    try cursor.messages(&layer)
    try cursor.unknown(&unknownFields)
  }
}

/// The state of a net, against which include and exclude rules are held.
public struct NetState: Message {
  /// The phase. Default: TEST.
  public var phase: Phase { get { _phase ?? Phase.test } set { _phase = newValue } }
  /// Whether `phase` is set.
  public var hasPhase: Bool { _phase != nil }
  /// Unsets `phase`.
  public mutating func clearPhase() { _phase = nil }
  private var _phase: Phase?

  /// A number that rules may bound. Default: 0.
  public var level: Int { get { _level ?? 0 } set { _level = newValue } }
  /// Whether `level` is set.
  public var hasLevel: Bool { _level != nil }
  /// Unsets `level`.
  public mutating func clearLevel() { _level = nil }
  private var _level: Int?

  /// Names that rules may ask for.
  public var stage: [String] = []

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_net_state())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.enumeration(&_phase)
    try cursor.int(&_level)
    try cursor.strings(&stage)
    try cursor.unknown(&unknownFields)
  }
}

/// A condition on the net's state; all parts that are given must hold.
public struct NetStateRule: Message {
  /// The phase must be this one.
  public var phase: Phase { get { _phase ?? Phase.train } set { _phase = newValue } }
  /// Whether `phase` is set.
  public var hasPhase: Bool { _phase != nil }
  /// Unsets `phase`.
  public mutating func clearPhase() { _phase = nil }
  private var _phase: Phase?

  /// The level must be at least this.
  public var minLevel: Int { get { _minLevel ?? 0 } set { _minLevel = newValue } }
  /// Whether `minLevel` is set.
  public var hasMinLevel: Bool { _minLevel != nil }
  /// Unsets `minLevel`.
  public mutating func clearMinLevel() { _minLevel = nil }
  private var _minLevel: Int?

  /// The level must be at most this.
  public var maxLevel: Int { get { _maxLevel ?? 0 } set { _maxLevel = newValue } }
  /// Whether `maxLevel` is set.
  public var hasMaxLevel: Bool { _maxLevel != nil }
  /// Unsets `maxLevel`.
  public mutating func clearMaxLevel() { _maxLevel = nil }
  private var _maxLevel: Int?

  /// Every one of these stages must be set.
  public var stage: [String] = []

  /// None of these stages may be set.
  public var notStage: [String] = []

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_net_state_rule())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.enumeration(&_phase)
    try cursor.int(&_minLevel)
    try cursor.int(&_maxLevel)
    try cursor.strings(&stage)
    try cursor.strings(&notStage)
    try cursor.unknown(&unknownFields)
  }
}

/// How one parameter blob of a layer is trained and shared.
public struct ParamSpec: Message {
  /// What must agree before a parameter is shared.
  public enum DimCheckMode: Int32, CaseIterable, Sendable {
    /// The whole shape.
    case strict = 0
    /// The number of values only.
    case permissive = 1
  }

  /// Layers that give a parameter the same non-empty name share it.
  public var name: String { get { _name ?? "" } set { _name = newValue } }
  /// Whether `name` is set.
  public var hasName: Bool { _name != nil }
  /// Unsets `name`.
  public mutating func clearName() { _name = nil }
  private var _name: String?

  /// What must agree before the parameter is shared.
  public var shareMode: ParamSpec.DimCheckMode { get { _shareMode ?? ParamSpec.DimCheckMode.strict } set { _shareMode = newValue } }
  /// Whether `shareMode` is set.
  public var hasShareMode: Bool { _shareMode != nil }
  /// Unsets `shareMode`.
  public mutating func clearShareMode() { _shareMode = nil }
  private var _shareMode: ParamSpec.DimCheckMode?

  /// Factor on the solver's learning rate. Default: 1.
  public var lrMult: Float { get { _lrMult ?? 1.0 } set { _lrMult = newValue } }
  /// Whether `lrMult` is set.
  public var hasLrMult: Bool { _lrMult != nil }
  /// Unsets `lrMult`.
  public mutating func clearLrMult() { _lrMult = nil }
  private var _lrMult: Float?

  /// Factor on the solver's weight decay. Default: 1.
  public var decayMult: Float { get { _decayMult ?? 1.0 } set { _decayMult = newValue } }
  /// Whether `decayMult` is set.
  public var hasDecayMult: Bool { _decayMult != nil }
  /// Unsets `decayMult`.
  public mutating func clearDecayMult() { _decayMult = nil }
  private var _decayMult: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_param_spec())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_name)
    try cursor.enumeration(&_shareMode)
    try cursor.float(&_lrMult)
    try cursor.float(&_decayMult)
    try cursor.unknown(&unknownFields)
  }
}

/// How a blob gets its first values.
public struct FillerParameter: Message {
  /// What the xavier and msra fillers divide by.
  public enum VarianceNorm: Int32, CaseIterable, Sendable {
    /// The number of inputs of an output.
    case fanIn = 0
    /// The number of outputs of an input.
    case fanOut = 1
    /// The mean of both.
    case average = 2
  }

  /// constant, uniform, gaussian, positive_unitball, xavier, msra or bilinear. Default: "constant".
  public var type: String { get { _type ?? "constant" } set { _type = newValue } }
  /// Whether `type` is set.
  public var hasType: Bool { _type != nil }
  /// Unsets `type`.
  public mutating func clearType() { _type = nil }
  private var _type: String?

  /// The value of a constant filler. Default: 0.
  public var value: Float { get { _value ?? 0.0 } set { _value = newValue } }
  /// Whether `value` is set.
  public var hasValue: Bool { _value != nil }
  /// Unsets `value`.
  public mutating func clearValue() { _value = nil }
  private var _value: Float?

  /// Lower bound of a uniform filler. Default: 0.
  public var min: Float { get { _min ?? 0.0 } set { _min = newValue } }
  /// Whether `min` is set.
  public var hasMin: Bool { _min != nil }
  /// Unsets `min`.
  public mutating func clearMin() { _min = nil }
  private var _min: Float?

  /// Upper bound of a uniform filler. Default: 1.
  public var max: Float { get { _max ?? 1.0 } set { _max = newValue } }
  /// Whether `max` is set.
  public var hasMax: Bool { _max != nil }
  /// Unsets `max`.
  public mutating func clearMax() { _max = nil }
  private var _max: Float?

  /// Mean of a Gaussian filler. Default: 0.
  public var mean: Float { get { _mean ?? 0.0 } set { _mean = newValue } }
  /// Whether `mean` is set.
  public var hasMean: Bool { _mean != nil }
  /// Unsets `mean`.
  public mutating func clearMean() { _mean = nil }
  private var _mean: Float?

  /// Standard deviation of a Gaussian filler. Default: 1.
  public var std: Float { get { _std ?? 1.0 } set { _std = newValue } }
  /// Whether `std` is set.
  public var hasStd: Bool { _std != nil }
  /// Unsets `std`.
  public mutating func clearStd() { _std = nil }
  private var _std: Float?

  /// Gaussian filler: expected number of non-zero inputs per output; -1 keeps all. Default: -1.
  public var sparse: Int { get { _sparse ?? -1 } set { _sparse = newValue } }
  /// Whether `sparse` is set.
  public var hasSparse: Bool { _sparse != nil }
  /// Unsets `sparse`.
  public mutating func clearSparse() { _sparse = nil }
  private var _sparse: Int?

  /// What the xavier and msra fillers divide by. Default: FAN_IN.
  public var varianceNorm: FillerParameter.VarianceNorm { get { _varianceNorm ?? FillerParameter.VarianceNorm.fanIn } set { _varianceNorm = newValue } }
  /// Whether `varianceNorm` is set.
  public var hasVarianceNorm: Bool { _varianceNorm != nil }
  /// Unsets `varianceNorm`.
  public mutating func clearVarianceNorm() { _varianceNorm = nil }
  private var _varianceNorm: FillerParameter.VarianceNorm?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_filler_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_type)
    try cursor.float(&_value)
    try cursor.float(&_min)
    try cursor.float(&_max)
    try cursor.float(&_mean)
    try cursor.float(&_std)
    try cursor.int(&_sparse)
    try cursor.enumeration(&_varianceNorm)
    try cursor.unknown(&unknownFields)
  }
}
