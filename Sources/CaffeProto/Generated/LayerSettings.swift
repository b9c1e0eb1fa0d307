// Generated from proto/caffe.proto by scripts/generate-proto.sh. Do not edit.
// swift-format-ignore-file

import CCaffeProto

/// Settings of Data: a database of Datum records.
public struct DataParameter: Message {
  /// Kind of database.
  public enum DB: Int32, CaseIterable, Sendable {
    /// LevelDB.
    case leveldb = 0
    /// LMDB.
    case lmdb = 1
  }

  /// The database's directory.
  public var source: String { get { _source ?? "" } set { _source = newValue } }
  /// Whether `source` is set.
  public var hasSource: Bool { _source != nil }
  /// Unsets `source`.
  public mutating func clearSource() { _source = nil }
  private var _source: String?

  /// Records of one batch.
  public var batchSize: Int { get { _batchSize ?? 0 } set { _batchSize = newValue } }
  /// Whether `batchSize` is set.
  public var hasBatchSize: Bool { _batchSize != nil }
  /// Unsets `batchSize`.
  public mutating func clearBatchSize() { _batchSize = nil }
  private var _batchSize: Int?

  /// Legacy: up to this many records are skipped at the start. Default: 0.
  public var randSkip: Int { get { _randSkip ?? 0 } set { _randSkip = newValue } }
  /// Whether `randSkip` is set.
  public var hasRandSkip: Bool { _randSkip != nil }
  /// Unsets `randSkip`.
  public mutating func clearRandSkip() { _randSkip = nil }
  private var _randSkip: Int?

  /// Kind of database. Default: LEVELDB.
  public var backend: DataParameter.DB { get { _backend ?? DataParameter.DB.leveldb } set { _backend = newValue } }
  /// Whether `backend` is set.
  public var hasBackend: Bool { _backend != nil }
  /// Unsets `backend`.
  public mutating func clearBackend() { _backend = nil }
  private var _backend: DataParameter.DB?

  /// Legacy: see TransformationParameter. Default: 1.
  public var scale: Float { get { _scale ?? 1.0 } set { _scale = newValue } }
  /// Whether `scale` is set.
  public var hasScale: Bool { _scale != nil }
  /// Unsets `scale`.
  public mutating func clearScale() { _scale = nil }
  private var _scale: Float?

  /// Legacy: see TransformationParameter.
  public var meanFile: String { get { _meanFile ?? "" } set { _meanFile = newValue } }
  /// Whether `meanFile` is set.
  public var hasMeanFile: Bool { _meanFile != nil }
  /// Unsets `meanFile`.
  public mutating func clearMeanFile() { _meanFile = nil }
  private var _meanFile: String?

  /// Legacy: see TransformationParameter. Default: 0.
  public var cropSize: Int { get { _cropSize ?? 0 } set { _cropSize = newValue } }
  /// Whether `cropSize` is set.
  public var hasCropSize: Bool { _cropSize != nil }
  /// Unsets `cropSize`.
  public mutating func clearCropSize() { _cropSize = nil }
  private var _cropSize: Int?

  /// Legacy: see TransformationParameter. Default: false.
  public var mirror: Bool { get { _mirror ?? false } set { _mirror = newValue } }
  /// Whether `mirror` is set.
  public var hasMirror: Bool { _mirror != nil }
  /// Unsets `mirror`.
  public mutating func clearMirror() { _mirror = nil }
  private var _mirror: Bool?

  /// Whether an encoded image is decoded to three channels. Default: false.
  public var forceEncodedColor: Bool { get { _forceEncodedColor ?? false } set { _forceEncodedColor = newValue } }
  /// Whether `forceEncodedColor` is set.
  public var hasForceEncodedColor: Bool { _forceEncodedColor != nil }
  /// Unsets `forceEncodedColor`.
  public mutating func clearForceEncodedColor() { _forceEncodedColor = nil }
  private var _forceEncodedColor: Bool?

  /// Batches read ahead. Default: 4.
  public var prefetch: Int { get { _prefetch ?? 4 } set { _prefetch = newValue } }
  /// Whether `prefetch` is set.
  public var hasPrefetch: Bool { _prefetch != nil }
  /// Unsets `prefetch`.
  public mutating func clearPrefetch() { _prefetch = nil }
  private var _prefetch: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_data_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_source)
    try cursor.float(&_scale)
    try cursor.string(&_meanFile)
    try cursor.int(&_batchSize)
    try cursor.int(&_cropSize)
    try cursor.bool(&_mirror)
    try cursor.int(&_randSkip)
    try cursor.enumeration(&_backend)
    try cursor.bool(&_forceEncodedColor)
    try cursor.int(&_prefetch)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of DummyData: blobs from fillers.
public struct DummyDataParameter: Message {
  /// No filler (zeros), one for all tops, or one per top.
  public var dataFiller: [FillerParameter] = []

  /// One shape for all tops, or one per top.
  public var shape: [BlobShape] = []

  /// Legacy: first of four extents.
  public var num: [Int] = []

  /// Legacy: second of four extents.
  public var channels: [Int] = []

  /// Legacy: third of four extents.
  public var height: [Int] = []

  /// Legacy: fourth of four extents.
  public var width: [Int] = []

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_dummy_data_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.messages(&dataFiller)
    try cursor.ints(&num)
    try cursor.ints(&channels)
    try cursor.ints(&height)
    try cursor.ints(&width)
    try cursor.messages(&shape)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of HDF5Data: arrays from HDF5 files.
public struct HDF5DataParameter: Message {
  /// A text file that lists the HDF5 files.
  public var source: String { get { _source ?? "" } set { _source = newValue } }
  /// Whether `source` is set.
  public var hasSource: Bool { _source != nil }
  /// Unsets `source`.
  public mutating func clearSource() { _source = nil }
  private var _source: String?

  /// Rows of one batch.
  public var batchSize: Int { get { _batchSize ?? 0 } set { _batchSize = newValue } }
  /// Whether `batchSize` is set.
  public var hasBatchSize: Bool { _batchSize != nil }
  /// Unsets `batchSize`.
  public mutating func clearBatchSize() { _batchSize = nil }
  private var _batchSize: Int?

  /// Whether files, and rows within a file, come in random order. Default: false.
  public var shuffle: Bool { get { _shuffle ?? false } set { _shuffle = newValue } }
  /// Whether `shuffle` is set.
  public var hasShuffle: Bool { _shuffle != nil }
  /// Unsets `shuffle`.
  public mutating func clearShuffle() { _shuffle = nil }
  private var _shuffle: Bool?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_hdf5_data_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_source)
    try cursor.int(&_batchSize)
    try cursor.bool(&_shuffle)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of HDF5Output: blobs to an HDF5 file.
public struct HDF5OutputParameter: Message {
  /// The file.
  public var fileName: String { get { _fileName ?? "" } set { _fileName = newValue } }
  /// Whether `fileName` is set.
  public var hasFileName: Bool { _fileName != nil }
  /// Unsets `fileName`.
  public mutating func clearFileName() { _fileName = nil }
  private var _fileName: String?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_hdf5_output_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_fileName)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of ImageData: image files and their labels.
public struct ImageDataParameter: Message {
  /// A text file with a path and a label on each line.
  public var source: String { get { _source ?? "" } set { _source = newValue } }
  /// Whether `source` is set.
  public var hasSource: Bool { _source != nil }
  /// Unsets `source`.
  public mutating func clearSource() { _source = nil }
  private var _source: String?

  /// Images of one batch. Default: 1.
  public var batchSize: Int { get { _batchSize ?? 1 } set { _batchSize = newValue } }
  /// Whether `batchSize` is set.
  public var hasBatchSize: Bool { _batchSize != nil }
  /// Unsets `batchSize`.
  public mutating func clearBatchSize() { _batchSize = nil }
  private var _batchSize: Int?

  /// Up to this many images are skipped at the start. Default: 0.
  public var randSkip: Int { get { _randSkip ?? 0 } set { _randSkip = newValue } }
  /// Whether `randSkip` is set.
  public var hasRandSkip: Bool { _randSkip != nil }
  /// Unsets `randSkip`.
  public mutating func clearRandSkip() { _randSkip = nil }
  private var _randSkip: Int?

  /// Whether the list is shuffled in every epoch. Default: false.
  public var shuffle: Bool { get { _shuffle ?? false } set { _shuffle = newValue } }
  /// Whether `shuffle` is set.
  public var hasShuffle: Bool { _shuffle != nil }
  /// Unsets `shuffle`.
  public mutating func clearShuffle() { _shuffle = nil }
  private var _shuffle: Bool?

  /// Height to resize to; 0 keeps the image's own. Default: 0.
  public var newHeight: Int { get { _newHeight ?? 0 } set { _newHeight = newValue } }
  /// Whether `newHeight` is set.
  public var hasNewHeight: Bool { _newHeight != nil }
  /// Unsets `newHeight`.
  public mutating func clearNewHeight() { _newHeight = nil }
  private var _newHeight: Int?

  /// Width to resize to; 0 keeps the image's own. Default: 0.
  public var newWidth: Int { get { _newWidth ?? 0 } set { _newWidth = newValue } }
  /// Whether `newWidth` is set.
  public var hasNewWidth: Bool { _newWidth != nil }
  /// Unsets `newWidth`.
  public mutating func clearNewWidth() { _newWidth = nil }
  private var _newWidth: Int?

  /// Whether images are decoded to three channels rather than one. Default: true.
  public var isColor: Bool { get { _isColor ?? true } set { _isColor = newValue } }
  /// Whether `isColor` is set.
  public var hasIsColor: Bool { _isColor != nil }
  /// Unsets `isColor`.
  public mutating func clearIsColor() { _isColor = nil }
  private var _isColor: Bool?

  /// Legacy: see TransformationParameter. Default: 1.
  public var scale: Float { get { _scale ?? 1.0 } set { _scale = newValue } }
  /// Whether `scale` is set.
  public var hasScale: Bool { _scale != nil }
  /// Unsets `scale`.
  public mutating func clearScale() { _scale = nil }
  private var _scale: Float?

  /// Legacy: see TransformationParameter.
  public var meanFile: String { get { _meanFile ?? "" } set { _meanFile = newValue } }
  /// Whether `meanFile` is set.
  public var hasMeanFile: Bool { _meanFile != nil }
  /// Unsets `meanFile`.
  public mutating func clearMeanFile() { _meanFile = nil }
  private var _meanFile: String?

  /// Legacy: see TransformationParameter. Default: 0.
  public var cropSize: Int { get { _cropSize ?? 0 } set { _cropSize = newValue } }
  /// Whether `cropSize` is set.
  public var hasCropSize: Bool { _cropSize != nil }
  /// Unsets `cropSize`.
  public mutating func clearCropSize() { _cropSize = nil }
  private var _cropSize: Int?

  /// Legacy: see TransformationParameter. Default: false.
  public var mirror: Bool { get { _mirror ?? false } set { _mirror = newValue } }
  /// Whether `mirror` is set.
  public var hasMirror: Bool { _mirror != nil }
  /// Unsets `mirror`.
  public mutating func clearMirror() { _mirror = nil }
  private var _mirror: Bool?

  /// Put before every path of the list.
  public var rootFolder: String { get { _rootFolder ?? "" } set { _rootFolder = newValue } }
  /// Whether `rootFolder` is set.
  public var hasRootFolder: Bool { _rootFolder != nil }
  /// Unsets `rootFolder`.
  public mutating func clearRootFolder() { _rootFolder = nil }
  private var _rootFolder: String?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_image_data_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_source)
    try cursor.float(&_scale)
    try cursor.string(&_meanFile)
    try cursor.int(&_batchSize)
    try cursor.int(&_cropSize)
    try cursor.bool(&_mirror)
    try cursor.int(&_randSkip)
    try cursor.bool(&_shuffle)
    try cursor.int(&_newHeight)
    try cursor.int(&_newWidth)
    try cursor.bool(&_isColor)
    try cursor.string(&_rootFolder)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Input: blobs that the caller fills.
public struct InputParameter: Message {
  /// One shape for all tops, or one per top.
  public var shape: [BlobShape] = []

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_input_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.messages(&shape)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of MemoryData: arrays that the caller hands over.
public struct MemoryDataParameter: Message {
  /// Images of one batch.
  public var batchSize: Int { get { _batchSize ?? 0 } set { _batchSize = newValue } }
  /// Whether `batchSize` is set.
  public var hasBatchSize: Bool { _batchSize != nil }
  /// Unsets `batchSize`.
  public mutating func clearBatchSize() { _batchSize = nil }
  private var _batchSize: Int?

  /// Channels of an image.
  public var channels: Int { get { _channels ?? 0 } set { _channels = newValue } }
  /// Whether `channels` is set.
  public var hasChannels: Bool { _channels != nil }
  /// Unsets `channels`.
  public mutating func clearChannels() { _channels = nil }
  private var _channels: Int?

  /// Height of an image.
  public var height: Int { get { _height ?? 0 } set { _height = newValue } }
  /// Whether `height` is set.
  public var hasHeight: Bool { _height != nil }
  /// Unsets `height`.
  public mutating func clearHeight() { _height = nil }
  private var _height: Int?

  /// Width of an image.
  public var width: Int { get { _width ?? 0 } set { _width = newValue } }
  /// Whether `width` is set.
  public var hasWidth: Bool { _width != nil }
  /// Unsets `width`.
  public mutating func clearWidth() { _width = nil }
  private var _width: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_memory_data_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_batchSize)
    try cursor.int(&_channels)
    try cursor.int(&_height)
    try cursor.int(&_width)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of WindowData: windows cut out of images, for detection.
public struct WindowDataParameter: Message {
  /// The text file that lists images and windows.
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
  public var meanFile: String { get { _meanFile ?? "" } set { _meanFile = newValue } }
  /// Whether `meanFile` is set.
  public var hasMeanFile: Bool { _meanFile != nil }
  /// Unsets `meanFile`.
  public mutating func clearMeanFile() { _meanFile = nil }
  private var _meanFile: String?

  /// Windows of one batch.
  public var batchSize: Int { get { _batchSize ?? 0 } set { _batchSize = newValue } }
  /// Whether `batchSize` is set.
  public var hasBatchSize: Bool { _batchSize != nil }
  /// Unsets `batchSize`.
  public mutating func clearBatchSize() { _batchSize = nil }
  private var _batchSize: Int?

  /// Side of the square a window is warped to. Default: 0.
  public var cropSize: Int { get { _cropSize ?? 0 } set { _cropSize = newValue } }
  /// Whether `cropSize` is set.
  public var hasCropSize: Bool { _cropSize != nil }
  /// Unsets `cropSize`.
  public mutating func clearCropSize() { _cropSize = nil }
  private var _cropSize: Int?

  /// Whether half of the windows, drawn at random, are mirrored. Default: false.
  public var mirror: Bool { get { _mirror ?? false } set { _mirror = newValue } }
  /// Whether `mirror` is set.
  public var hasMirror: Bool { _mirror != nil }
  /// Unsets `mirror`.
  public mutating func clearMirror() { _mirror = nil }
  private var _mirror: Bool?

  /// Overlap from which a window is foreground. Default: 0.5.
  public var fgThreshold: Float { get { _fgThreshold ?? 0.5 } set { _fgThreshold = newValue } }
  /// Whether `fgThreshold` is set.
  public var hasFgThreshold: Bool { _fgThreshold != nil }
  /// Unsets `fgThreshold`.
  public mutating func clearFgThreshold() { _fgThreshold = nil }
  private var _fgThreshold: Float?

  /// Overlap below which a window is background. Default: 0.5.
  public var bgThreshold: Float { get { _bgThreshold ?? 0.5 } set { _bgThreshold = newValue } }
  /// Whether `bgThreshold` is set.
  public var hasBgThreshold: Bool { _bgThreshold != nil }
  /// Unsets `bgThreshold`.
  public mutating func clearBgThreshold() { _bgThreshold = nil }
  private var _bgThreshold: Float?

  /// Share of a batch that is foreground. Default: 0.25.
  public var fgFraction: Float { get { _fgFraction ?? 0.25 } set { _fgFraction = newValue } }
  /// Whether `fgFraction` is set.
  public var hasFgFraction: Bool { _fgFraction != nil }
  /// Unsets `fgFraction`.
  public mutating func clearFgFraction() { _fgFraction = nil }
  private var _fgFraction: Float?

  /// Pixels of context around a window. Default: 0.
  public var contextPad: Int { get { _contextPad ?? 0 } set { _contextPad = newValue } }
  /// Whether `contextPad` is set.
  public var hasContextPad: Bool { _contextPad != nil }
  /// Unsets `contextPad`.
  public mutating func clearContextPad() { _contextPad = nil }
  private var _contextPad: Int?

  /// warp stretches the window; square takes the tightest square around it. Default: "warp".
  public var cropMode: String { get { _cropMode ?? "warp" } set { _cropMode = newValue } }
  /// Whether `cropMode` is set.
  public var hasCropMode: Bool { _cropMode != nil }
  /// Unsets `cropMode`.
  public mutating func clearCropMode() { _cropMode = nil }
  private var _cropMode: String?

  /// Whether all images are held in memory. Default: false.
  public var cacheImages: Bool { get { _cacheImages ?? false } set { _cacheImages = newValue } }
  /// Whether `cacheImages` is set.
  public var hasCacheImages: Bool { _cacheImages != nil }
  /// Unsets `cacheImages`.
  public mutating func clearCacheImages() { _cacheImages = nil }
  private var _cacheImages: Bool?

  /// Put before every path of the list.
  public var rootFolder: String { get { _rootFolder ?? "" } set { _rootFolder = newValue } }
  /// Whether `rootFolder` is set.
  public var hasRootFolder: Bool { _rootFolder != nil }
  /// Unsets `rootFolder`.
  public mutating func clearRootFolder() { _rootFolder = nil }
  private var _rootFolder: String?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_window_data_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_source)
    try cursor.float(&_scale)
    try cursor.string(&_meanFile)
    try cursor.int(&_batchSize)
    try cursor.int(&_cropSize)
    try cursor.bool(&_mirror)
    try cursor.float(&_fgThreshold)
    try cursor.float(&_bgThreshold)
    try cursor.float(&_fgFraction)
    try cursor.int(&_contextPad)
    try cursor.string(&_cropMode)
    try cursor.bool(&_cacheImages)
    try cursor.string(&_rootFolder)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Accuracy.
public struct AccuracyParameter: Message {
  /// A prediction is right when the label is among this many best classes. Default: 1.
  public var topK: Int { get { _topK ?? 1 } set { _topK = newValue } }
  /// Whether `topK` is set.
  public var hasTopK: Bool { _topK != nil }
  /// Unsets `topK`.
  public mutating func clearTopK() { _topK = nil }
  private var _topK: Int?

  /// The class axis of the predictions; negative counts from the end. Default: 1.
  public var axis: Int { get { _axis ?? 1 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Items with this label count for nothing.
  public var ignoreLabel: Int { get { _ignoreLabel ?? 0 } set { _ignoreLabel = newValue } }
  /// Whether `ignoreLabel` is set.
  public var hasIgnoreLabel: Bool { _ignoreLabel != nil }
  /// Unsets `ignoreLabel`.
  public mutating func clearIgnoreLabel() { _ignoreLabel = nil }
  private var _ignoreLabel: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_accuracy_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_topK)
    try cursor.int(&_axis)
    try cursor.int(&_ignoreLabel)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of ContrastiveLoss.
public struct ContrastiveLossParameter: Message {
  /// Distance up to which a dissimilar pair is pushed apart. Default: 1.
  public var margin: Float { get { _margin ?? 1.0 } set { _margin = newValue } }
  /// Whether `margin` is set.
  public var hasMargin: Bool { _margin != nil }
  /// Unsets `margin`.
  public mutating func clearMargin() { _margin = nil }
  private var _margin: Float?

  /// Whether a dissimilar pair costs margin - d^2 instead of (margin - d)^2. Default: false.
  public var legacyVersion: Bool { get { _legacyVersion ?? false } set { _legacyVersion = newValue } }
  /// Whether `legacyVersion` is set.
  public var hasLegacyVersion: Bool { _legacyVersion != nil }
  /// Unsets `legacyVersion`.
  public mutating func clearLegacyVersion() { _legacyVersion = nil }
  private var _legacyVersion: Bool?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_contrastive_loss_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_margin)
    try cursor.bool(&_legacyVersion)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of HingeLoss.
public struct HingeLossParameter: Message {
  /// The norm of the margin violations.
  public enum Norm: Int32, CaseIterable, Sendable {
    /// Sum.
    case l1 = 1
    /// Sum of squares.
    case l2 = 2
  }

  /// The norm of the margin violations. Default: L1.
  public var norm: HingeLossParameter.Norm { get { _norm ?? HingeLossParameter.Norm.l1 } set { _norm = newValue } }
  /// Whether `norm` is set.
  public var hasNorm: Bool { _norm != nil }
  /// Unsets `norm`.
  public mutating func clearNorm() { _norm = nil }
  private var _norm: HingeLossParameter.Norm?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_hinge_loss_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.enumeration(&_norm)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of InfogainLoss.
public struct InfogainLossParameter: Message {
  /// File of the infogain matrix.
  public var source: String { get { _source ?? "" } set { _source = newValue } }
  /// Whether `source` is set.
  public var hasSource: Bool { _source != nil }
  /// Unsets `source`.
  public mutating func clearSource() { _source = nil }
  private var _source: String?

  /// The class axis; negative counts from the end. Default: 1.
  public var axis: Int { get { _axis ?? 1 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_infogain_loss_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_source)
    try cursor.int(&_axis)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of BatchNorm.
public struct BatchNormParameter: Message {
  /// Whether the stored mean and variance are used; by default in phase TEST only.
  public var useGlobalStats: Bool { get { _useGlobalStats ?? false } set { _useGlobalStats = newValue } }
  /// Whether `useGlobalStats` is set.
  public var hasUseGlobalStats: Bool { _useGlobalStats != nil }
  /// Unsets `useGlobalStats`.
  public mutating func clearUseGlobalStats() { _useGlobalStats = nil }
  private var _useGlobalStats: Bool?

  /// What the running mean keeps of itself at each iteration. Default: 0.999.
  public var movingAverageFraction: Float { get { _movingAverageFraction ?? 0.999 } set { _movingAverageFraction = newValue } }
  /// Whether `movingAverageFraction` is set.
  public var hasMovingAverageFraction: Bool { _movingAverageFraction != nil }
  /// Unsets `movingAverageFraction`.
  public mutating func clearMovingAverageFraction() { _movingAverageFraction = nil }
  private var _movingAverageFraction: Float?

  /// Added to the variance. Default: 1e-05.
  public var eps: Float { get { _eps ?? 1e-05 } set { _eps = newValue } }
  /// Whether `eps` is set.
  public var hasEps: Bool { _eps != nil }
  /// Unsets `eps`.
  public mutating func clearEps() { _eps = nil }
  private var _eps: Float?

  /// Whether the layer scales and shifts each channel itself. Of NVIDIA's Caffe. Default: false.
  public var scaleBias: Bool { get { _scaleBias ?? false } set { _scaleBias = newValue } }
  /// Whether `scaleBias` is set.
  public var hasScaleBias: Bool { _scaleBias != nil }
  /// Unsets `scaleBias`.
  public mutating func clearScaleBias() { _scaleBias = nil }
  private var _scaleBias: Bool?

  /// First values of that scale; one by default. Of NVIDIA's Caffe.
  public var scaleFiller: FillerParameter { get { _scaleFiller?.value ?? FillerParameter() } set { _scaleFiller = Box(newValue) } }
  /// Whether `scaleFiller` is set.
  public var hasScaleFiller: Bool { _scaleFiller != nil }
  /// Unsets `scaleFiller`.
  public mutating func clearScaleFiller() { _scaleFiller = nil }
  private var _scaleFiller: Box<FillerParameter>?

  /// First values of that shift; zero by default. Of NVIDIA's Caffe.
  public var biasFiller: FillerParameter { get { _biasFiller?.value ?? FillerParameter() } set { _biasFiller = Box(newValue) } }
  /// Whether `biasFiller` is set.
  public var hasBiasFiller: Bool { _biasFiller != nil }
  /// Unsets `biasFiller`.
  public mutating func clearBiasFiller() { _biasFiller = nil }
  private var _biasFiller: Box<FillerParameter>?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_batch_norm_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.bool(&_useGlobalStats)
    try cursor.float(&_movingAverageFraction)
    try cursor.float(&_eps)
    try cursor.message(&_scaleFiller)
    try cursor.message(&_biasFiller)
    try cursor.bool(&_scaleBias)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Bias.
public struct BiasParameter: Message {
  /// First axis of the first bottom that the bias covers; negative counts from the end. Default: 1.
  public var axis: Int { get { _axis ?? 1 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Number of axes that a learned bias covers; -1 is all from `axis` on, 0 a scalar. Default: 1.
  public var numAxes: Int { get { _numAxes ?? 1 } set { _numAxes = newValue } }
  /// Whether `numAxes` is set.
  public var hasNumAxes: Bool { _numAxes != nil }
  /// Unsets `numAxes`.
  public mutating func clearNumAxes() { _numAxes = nil }
  private var _numAxes: Int?

  /// First values of a learned bias; zero by default.
  public var filler: FillerParameter { get { _filler?.value ?? FillerParameter() } set { _filler = Box(newValue) } }
  /// Whether `filler` is set.
  public var hasFiller: Bool { _filler != nil }
  /// Unsets `filler`.
  public mutating func clearFiller() { _filler = nil }
  private var _filler: Box<FillerParameter>?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_bias_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_axis)
    try cursor.int(&_numAxes)
    try cursor.message(&_filler)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Convolution, Deconvolution and Im2col. Extents are given once for all spatial axes or once
/// per axis; for two axes the _h and _w fields may be used instead.
public struct ConvolutionParameter: Message {
  /// The implementation.
  public enum Engine: Int32, CaseIterable, Sendable {
    /// The program's choice.
    case `default` = 0
    /// Caffe's own.
    case caffe = 1
    /// cuDNN.
    case cudnn = 2
  }

  /// Number of filters.
  public var numOutput: Int { get { _numOutput ?? 0 } set { _numOutput = newValue } }
  /// Whether `numOutput` is set.
  public var hasNumOutput: Bool { _numOutput != nil }
  /// Unsets `numOutput`.
  public mutating func clearNumOutput() { _numOutput = nil }
  private var _numOutput: Int?

  /// Whether there is a bias. Default: true.
  public var biasTerm: Bool { get { _biasTerm ?? true } set { _biasTerm = newValue } }
  /// Whether `biasTerm` is set.
  public var hasBiasTerm: Bool { _biasTerm != nil }
  /// Unsets `biasTerm`.
  public mutating func clearBiasTerm() { _biasTerm = nil }
  private var _biasTerm: Bool?

  /// Zeros added on either side; 0 by default.
  public var pad: [Int] = []

  /// Extent of the kernel.
  public var kernelSize: [Int] = []

  /// Step of the kernel; 1 by default.
  public var stride: [Int] = []

  /// Distance between the kernel's taps; 1 by default.
  public var dilation: [Int] = []

  /// Zeros added above and below. Default: 0.
  public var padH: Int { get { _padH ?? 0 } set { _padH = newValue } }
  /// Whether `padH` is set.
  public var hasPadH: Bool { _padH != nil }
  /// Unsets `padH`.
  public mutating func clearPadH() { _padH = nil }
  private var _padH: Int?

  /// Zeros added left and right. Default: 0.
  public var padW: Int { get { _padW ?? 0 } set { _padW = newValue } }
  /// Whether `padW` is set.
  public var hasPadW: Bool { _padW != nil }
  /// Unsets `padW`.
  public mutating func clearPadW() { _padW = nil }
  private var _padW: Int?

  /// Height of the kernel.
  public var kernelH: Int { get { _kernelH ?? 0 } set { _kernelH = newValue } }
  /// Whether `kernelH` is set.
  public var hasKernelH: Bool { _kernelH != nil }
  /// Unsets `kernelH`.
  public mutating func clearKernelH() { _kernelH = nil }
  private var _kernelH: Int?

  /// Width of the kernel.
  public var kernelW: Int { get { _kernelW ?? 0 } set { _kernelW = newValue } }
  /// Whether `kernelW` is set.
  public var hasKernelW: Bool { _kernelW != nil }
  /// Unsets `kernelW`.
  public mutating func clearKernelW() { _kernelW = nil }
  private var _kernelW: Int?

  /// Vertical step of the kernel.
  public var strideH: Int { get { _strideH ?? 0 } set { _strideH = newValue } }
  /// Whether `strideH` is set.
  public var hasStrideH: Bool { _strideH != nil }
  /// Unsets `strideH`.
  public mutating func clearStrideH() { _strideH = nil }
  private var _strideH: Int?

  /// Horizontal step of the kernel.
  public var strideW: Int { get { _strideW ?? 0 } set { _strideW = newValue } }
  /// Whether `strideW` is set.
  public var hasStrideW: Bool { _strideW != nil }
  /// Unsets `strideW`.
  public mutating func clearStrideW() { _strideW = nil }
  private var _strideW: Int?

  /// Number of groups that channels and filters are split into. Default: 1.
  public var group: Int { get { _group ?? 1 } set { _group = newValue } }
  /// Whether `group` is set.
  public var hasGroup: Bool { _group != nil }
  /// Unsets `group`.
  public mutating func clearGroup() { _group = nil }
  private var _group: Int?

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

  /// The implementation. Default: DEFAULT.
  public var engine: ConvolutionParameter.Engine { get { _engine ?? ConvolutionParameter.Engine.default } set { _engine = newValue } }
  /// Whether `engine` is set.
  public var hasEngine: Bool { _engine != nil }
  /// Unsets `engine`.
  public mutating func clearEngine() { _engine = nil }
  private var _engine: ConvolutionParameter.Engine?

  /// The channel axis; axes before it are batch, axes after it spatial. Default: 1.
  public var axis: Int { get { _axis ?? 1 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Whether the implementation for any number of axes is used even for two. Default: false.
  public var forceNdIm2col: Bool { get { _forceNdIm2col ?? false } set { _forceNdIm2col = newValue } }
  /// Whether `forceNdIm2col` is set.
  public var hasForceNdIm2col: Bool { _forceNdIm2col != nil }
  /// Unsets `forceNdIm2col`.
  public mutating func clearForceNdIm2col() { _forceNdIm2col = nil }
  private var _forceNdIm2col: Bool?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_convolution_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_numOutput)
    try cursor.bool(&_biasTerm)
    try cursor.ints(&pad)
    try cursor.ints(&kernelSize)
    try cursor.int(&_group)
    try cursor.ints(&stride)
    try cursor.message(&_weightFiller)
    try cursor.message(&_biasFiller)
    try cursor.int(&_padH)
    try cursor.int(&_padW)
    try cursor.int(&_kernelH)
    try cursor.int(&_kernelW)
    try cursor.int(&_strideH)
    try cursor.int(&_strideW)
    try cursor.enumeration(&_engine)
    try cursor.int(&_axis)
    try cursor.bool(&_forceNdIm2col)
    try cursor.ints(&dilation)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Embed.
public struct EmbedParameter: Message {
  /// Length of an embedding.
  public var numOutput: Int { get { _numOutput ?? 0 } set { _numOutput = newValue } }
  /// Whether `numOutput` is set.
  public var hasNumOutput: Bool { _numOutput != nil }
  /// Unsets `numOutput`.
  public mutating func clearNumOutput() { _numOutput = nil }
  private var _numOutput: Int?

  /// Number of embeddings: one more than the largest index.
  public var inputDim: Int { get { _inputDim ?? 0 } set { _inputDim = newValue } }
  /// Whether `inputDim` is set.
  public var hasInputDim: Bool { _inputDim != nil }
  /// Unsets `inputDim`.
  public mutating func clearInputDim() { _inputDim = nil }
  private var _inputDim: Int?

  /// Whether there is a bias. Default: true.
  public var biasTerm: Bool { get { _biasTerm ?? true } set { _biasTerm = newValue } }
  /// Whether `biasTerm` is set.
  public var hasBiasTerm: Bool { _biasTerm != nil }
  /// Unsets `biasTerm`.
  public mutating func clearBiasTerm() { _biasTerm = nil }
  private var _biasTerm: Bool?

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

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_embed_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_numOutput)
    try cursor.int(&_inputDim)
    try cursor.bool(&_biasTerm)
    try cursor.message(&_weightFiller)
    try cursor.message(&_biasFiller)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of InnerProduct.
public struct InnerProductParameter: Message {
  /// Number of outputs.
  public var numOutput: Int { get { _numOutput ?? 0 } set { _numOutput = newValue } }
  /// Whether `numOutput` is set.
  public var hasNumOutput: Bool { _numOutput != nil }
  /// Unsets `numOutput`.
  public mutating func clearNumOutput() { _numOutput = nil }
  private var _numOutput: Int?

  /// Whether there is a bias. Default: true.
  public var biasTerm: Bool { get { _biasTerm ?? true } set { _biasTerm = newValue } }
  /// Whether `biasTerm` is set.
  public var hasBiasTerm: Bool { _biasTerm != nil }
  /// Unsets `biasTerm`.
  public mutating func clearBiasTerm() { _biasTerm = nil }
  private var _biasTerm: Bool?

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

  /// First axis that is part of the product; negative counts from the end. Default: 1.
  public var axis: Int { get { _axis ?? 1 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Whether the weights are stored inputs by outputs. Default: false.
  public var transpose: Bool { get { _transpose ?? false } set { _transpose = newValue } }
  /// Whether `transpose` is set.
  public var hasTranspose: Bool { _transpose != nil }
  /// Unsets `transpose`.
  public mutating func clearTranspose() { _transpose = nil }
  private var _transpose: Bool?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_inner_product_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_numOutput)
    try cursor.bool(&_biasTerm)
    try cursor.message(&_weightFiller)
    try cursor.message(&_biasFiller)
    try cursor.int(&_axis)
    try cursor.bool(&_transpose)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Parameter: a learned blob as a top.
public struct ParameterParameter: Message {
  /// The blob's shape.
  public var shape: BlobShape { get { _shape?.value ?? BlobShape() } set { _shape = Box(newValue) } }
  /// Whether `shape` is set.
  public var hasShape: Bool { _shape != nil }
  /// Unsets `shape`.
  public mutating func clearShape() { _shape = nil }
  private var _shape: Box<BlobShape>?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_parameter_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.message(&_shape)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of PReLU.
public struct PReLUParameter: Message {
  /// First values of the slopes; 0.25 by default.
  public var filler: FillerParameter { get { _filler?.value ?? FillerParameter() } set { _filler = Box(newValue) } }
  /// Whether `filler` is set.
  public var hasFiller: Bool { _filler != nil }
  /// Unsets `filler`.
  public mutating func clearFiller() { _filler = nil }
  private var _filler: Box<FillerParameter>?

  /// Whether all channels share one slope. Default: false.
  public var channelShared: Bool { get { _channelShared ?? false } set { _channelShared = newValue } }
  /// Whether `channelShared` is set.
  public var hasChannelShared: Bool { _channelShared != nil }
  /// Unsets `channelShared`.
  public mutating func clearChannelShared() { _channelShared = nil }
  private var _channelShared: Bool?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_pre_luparameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.message(&_filler)
    try cursor.bool(&_channelShared)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of RNN and LSTM.
public struct RecurrentParameter: Message {
  /// Length of the output, and of the hidden state. Default: 0.
  public var numOutput: Int { get { _numOutput ?? 0 } set { _numOutput = newValue } }
  /// Whether `numOutput` is set.
  public var hasNumOutput: Bool { _numOutput != nil }
  /// Unsets `numOutput`.
  public mutating func clearNumOutput() { _numOutput = nil }
  private var _numOutput: Int?

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

  /// Whether the unrolled net logs what it handles. Default: false.
  public var debugInfo: Bool { get { _debugInfo ?? false } set { _debugInfo = newValue } }
  /// Whether `debugInfo` is set.
  public var hasDebugInfo: Bool { _debugInfo != nil }
  /// Unsets `debugInfo`.
  public mutating func clearDebugInfo() { _debugInfo = nil }
  private var _debugInfo: Bool?

  /// Whether the first hidden state is a bottom and the last one a top. Default: false.
  public var exposeHidden: Bool { get { _exposeHidden ?? false } set { _exposeHidden = newValue } }
  /// Whether `exposeHidden` is set.
  public var hasExposeHidden: Bool { _exposeHidden != nil }
  /// Unsets `exposeHidden`.
  public mutating func clearExposeHidden() { _exposeHidden = nil }
  private var _exposeHidden: Bool?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_recurrent_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_numOutput)
    try cursor.message(&_weightFiller)
    try cursor.message(&_biasFiller)
    try cursor.bool(&_debugInfo)
    try cursor.bool(&_exposeHidden)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Scale.
public struct ScaleParameter: Message {
  /// First axis of the first bottom that the factor covers; negative counts from the end. Default: 1.
  public var axis: Int { get { _axis ?? 1 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Number of axes that a learned factor covers; -1 is all from `axis` on, 0 a scalar. Default: 1.
  public var numAxes: Int { get { _numAxes ?? 1 } set { _numAxes = newValue } }
  /// Whether `numAxes` is set.
  public var hasNumAxes: Bool { _numAxes != nil }
  /// Unsets `numAxes`.
  public mutating func clearNumAxes() { _numAxes = nil }
  private var _numAxes: Int?

  /// First values of a learned factor; one by default.
  public var filler: FillerParameter { get { _filler?.value ?? FillerParameter() } set { _filler = Box(newValue) } }
  /// Whether `filler` is set.
  public var hasFiller: Bool { _filler != nil }
  /// Unsets `filler`.
  public mutating func clearFiller() { _filler = nil }
  private var _filler: Box<FillerParameter>?

  /// Whether a bias is learned as well. Default: false.
  public var biasTerm: Bool { get { _biasTerm ?? false } set { _biasTerm = newValue } }
  /// Whether `biasTerm` is set.
  public var hasBiasTerm: Bool { _biasTerm != nil }
  /// Unsets `biasTerm`.
  public mutating func clearBiasTerm() { _biasTerm = nil }
  private var _biasTerm: Bool?

  /// First values of the bias; zero by default.
  public var biasFiller: FillerParameter { get { _biasFiller?.value ?? FillerParameter() } set { _biasFiller = Box(newValue) } }
  /// Whether `biasFiller` is set.
  public var hasBiasFiller: Bool { _biasFiller != nil }
  /// Unsets `biasFiller`.
  public mutating func clearBiasFiller() { _biasFiller = nil }
  private var _biasFiller: Box<FillerParameter>?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_scale_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_axis)
    try cursor.int(&_numAxes)
    try cursor.message(&_filler)
    try cursor.bool(&_biasTerm)
    try cursor.message(&_biasFiller)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Clip.
public struct ClipParameter: Message {
  /// Values below become this.
  public var min: Float { get { _min ?? 0.0 } set { _min = newValue } }
  /// Whether `min` is set.
  public var hasMin: Bool { _min != nil }
  /// Unsets `min`.
  public mutating func clearMin() { _min = nil }
  private var _min: Float?

  /// Values above become this.
  public var max: Float { get { _max ?? 0.0 } set { _max = newValue } }
  /// Whether `max` is set.
  public var hasMax: Bool { _max != nil }
  /// Unsets `max`.
  public mutating func clearMax() { _max = nil }
  private var _max: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_clip_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_min)
    try cursor.float(&_max)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Dropout.
public struct DropoutParameter: Message {
  /// Share of values that are dropped. Default: 0.5.
  public var dropoutRatio: Float { get { _dropoutRatio ?? 0.5 } set { _dropoutRatio = newValue } }
  /// Whether `dropoutRatio` is set.
  public var hasDropoutRatio: Bool { _dropoutRatio != nil }
  /// Unsets `dropoutRatio`.
  public mutating func clearDropoutRatio() { _dropoutRatio = nil }
  private var _dropoutRatio: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_dropout_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_dropoutRatio)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of ELU.
public struct ELUParameter: Message {
  /// Negative inputs become alpha * (exp(x) - 1). Default: 1.
  public var alpha: Float { get { _alpha ?? 1.0 } set { _alpha = newValue } }
  /// Whether `alpha` is set.
  public var hasAlpha: Bool { _alpha != nil }
  /// Unsets `alpha`.
  public mutating func clearAlpha() { _alpha = nil }
  private var _alpha: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_eluparameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_alpha)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Exp: base ^ (shift + scale * x).
public struct ExpParameter: Message {
  /// The base; -1 is e. Default: -1.
  public var base: Float { get { _base ?? -1.0 } set { _base = newValue } }
  /// Whether `base` is set.
  public var hasBase: Bool { _base != nil }
  /// Unsets `base`.
  public mutating func clearBase() { _base = nil }
  private var _base: Float?

  /// Factor on the input. Default: 1.
  public var scale: Float { get { _scale ?? 1.0 } set { _scale = newValue } }
  /// Whether `scale` is set.
  public var hasScale: Bool { _scale != nil }
  /// Unsets `scale`.
  public mutating func clearScale() { _scale = nil }
  private var _scale: Float?

  /// Added to the scaled input. Default: 0.
  public var shift: Float { get { _shift ?? 0.0 } set { _shift = newValue } }
  /// Whether `shift` is set.
  public var hasShift: Bool { _shift != nil }
  /// Unsets `shift`.
  public mutating func clearShift() { _shift = nil }
  private var _shift: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_exp_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_base)
    try cursor.float(&_scale)
    try cursor.float(&_shift)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Log: the logarithm of shift + scale * x.
public struct LogParameter: Message {
  /// The base; -1 is e. Default: -1.
  public var base: Float { get { _base ?? -1.0 } set { _base = newValue } }
  /// Whether `base` is set.
  public var hasBase: Bool { _base != nil }
  /// Unsets `base`.
  public mutating func clearBase() { _base = nil }
  private var _base: Float?

  /// Factor on the input. Default: 1.
  public var scale: Float { get { _scale ?? 1.0 } set { _scale = newValue } }
  /// Whether `scale` is set.
  public var hasScale: Bool { _scale != nil }
  /// Unsets `scale`.
  public mutating func clearScale() { _scale = nil }
  private var _scale: Float?

  /// Added to the scaled input. Default: 0.
  public var shift: Float { get { _shift ?? 0.0 } set { _shift = newValue } }
  /// Whether `shift` is set.
  public var hasShift: Bool { _shift != nil }
  /// Unsets `shift`.
  public mutating func clearShift() { _shift = nil }
  private var _shift: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_log_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_base)
    try cursor.float(&_scale)
    try cursor.float(&_shift)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of LRN: x / (k + alpha / n * sum of squares) ^ beta.
public struct LRNParameter: Message {
  /// What the sum runs over.
  public enum NormRegion: Int32, CaseIterable, Sendable {
    /// Neighbouring channels at one place.
    case acrossChannels = 0
    /// Neighbouring places of one channel.
    case withinChannel = 1
  }

  /// The implementation.
  public enum Engine: Int32, CaseIterable, Sendable {
    /// The program's choice.
    case `default` = 0
    /// Caffe's own.
    case caffe = 1
    /// cuDNN.
    case cudnn = 2
  }

  /// Channels, or side of the square, of the sum. Default: 5.
  public var localSize: Int { get { _localSize ?? 5 } set { _localSize = newValue } }
  /// Whether `localSize` is set.
  public var hasLocalSize: Bool { _localSize != nil }
  /// Unsets `localSize`.
  public mutating func clearLocalSize() { _localSize = nil }
  private var _localSize: Int?

  /// Factor on the mean square. Default: 1.
  public var alpha: Float { get { _alpha ?? 1.0 } set { _alpha = newValue } }
  /// Whether `alpha` is set.
  public var hasAlpha: Bool { _alpha != nil }
  /// Unsets `alpha`.
  public mutating func clearAlpha() { _alpha = nil }
  private var _alpha: Float?

  /// The exponent. Default: 0.75.
  public var beta: Float { get { _beta ?? 0.75 } set { _beta = newValue } }
  /// Whether `beta` is set.
  public var hasBeta: Bool { _beta != nil }
  /// Unsets `beta`.
  public mutating func clearBeta() { _beta = nil }
  private var _beta: Float?

  /// What the sum runs over. Default: ACROSS_CHANNELS.
  public var normRegion: LRNParameter.NormRegion { get { _normRegion ?? LRNParameter.NormRegion.acrossChannels } set { _normRegion = newValue } }
  /// Whether `normRegion` is set.
  public var hasNormRegion: Bool { _normRegion != nil }
  /// Unsets `normRegion`.
  public mutating func clearNormRegion() { _normRegion = nil }
  private var _normRegion: LRNParameter.NormRegion?

  /// Added to the scaled mean square. Default: 1.
  public var k: Float { get { _k ?? 1.0 } set { _k = newValue } }
  /// Whether `k` is set.
  public var hasK: Bool { _k != nil }
  /// Unsets `k`.
  public mutating func clearK() { _k = nil }
  private var _k: Float?

  /// The implementation. Default: DEFAULT.
  public var engine: LRNParameter.Engine { get { _engine ?? LRNParameter.Engine.default } set { _engine = newValue } }
  /// Whether `engine` is set.
  public var hasEngine: Bool { _engine != nil }
  /// Unsets `engine`.
  public mutating func clearEngine() { _engine = nil }
  private var _engine: LRNParameter.Engine?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_lrnparameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_localSize)
    try cursor.float(&_alpha)
    try cursor.float(&_beta)
    try cursor.enumeration(&_normRegion)
    try cursor.float(&_k)
    try cursor.enumeration(&_engine)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of MVN: mean and variance of each image.
public struct MVNParameter: Message {
  /// Whether the variance is normalised too. Default: true.
  public var normalizeVariance: Bool { get { _normalizeVariance ?? true } set { _normalizeVariance = newValue } }
  /// Whether `normalizeVariance` is set.
  public var hasNormalizeVariance: Bool { _normalizeVariance != nil }
  /// Unsets `normalizeVariance`.
  public mutating func clearNormalizeVariance() { _normalizeVariance = nil }
  private var _normalizeVariance: Bool?

  /// Whether mean and variance run over all channels together. Default: false.
  public var acrossChannels: Bool { get { _acrossChannels ?? false } set { _acrossChannels = newValue } }
  /// Whether `acrossChannels` is set.
  public var hasAcrossChannels: Bool { _acrossChannels != nil }
  /// Unsets `acrossChannels`.
  public mutating func clearAcrossChannels() { _acrossChannels = nil }
  private var _acrossChannels: Bool?

  /// Added to the standard deviation. Default: 1e-09.
  public var eps: Float { get { _eps ?? 1e-09 } set { _eps = newValue } }
  /// Whether `eps` is set.
  public var hasEps: Bool { _eps != nil }
  /// Unsets `eps`.
  public mutating func clearEps() { _eps = nil }
  private var _eps: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_mvnparameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.bool(&_normalizeVariance)
    try cursor.bool(&_acrossChannels)
    try cursor.float(&_eps)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Pooling. Extents are given for both axes, or as _h and _w.
public struct PoolingParameter: Message {
  /// What is taken of a window.
  public enum PoolMethod: Int32, CaseIterable, Sendable {
    /// The largest value.
    case max = 0
    /// The mean.
    case ave = 1
    /// A value drawn at random, in proportion to its size.
    case stochastic = 2
  }

  /// The implementation.
  public enum Engine: Int32, CaseIterable, Sendable {
    /// The program's choice.
    case `default` = 0
    /// Caffe's own.
    case caffe = 1
    /// cuDNN.
    case cudnn = 2
  }

  /// What becomes of a last window that does not fit.
  public enum RoundMode: Int32, CaseIterable, Sendable {
    /// It is kept, cut off at the border.
    case ceil = 0
    /// It is left out.
    case floor = 1
  }

  /// What is taken of a window. Default: MAX.
  public var pool: PoolingParameter.PoolMethod { get { _pool ?? PoolingParameter.PoolMethod.max } set { _pool = newValue } }
  /// Whether `pool` is set.
  public var hasPool: Bool { _pool != nil }
  /// Unsets `pool`.
  public mutating func clearPool() { _pool = nil }
  private var _pool: PoolingParameter.PoolMethod?

  /// Padding on every side. Default: 0.
  public var pad: Int { get { _pad ?? 0 } set { _pad = newValue } }
  /// Whether `pad` is set.
  public var hasPad: Bool { _pad != nil }
  /// Unsets `pad`.
  public mutating func clearPad() { _pad = nil }
  private var _pad: Int?

  /// Padding above and below. Default: 0.
  public var padH: Int { get { _padH ?? 0 } set { _padH = newValue } }
  /// Whether `padH` is set.
  public var hasPadH: Bool { _padH != nil }
  /// Unsets `padH`.
  public mutating func clearPadH() { _padH = nil }
  private var _padH: Int?

  /// Padding left and right. Default: 0.
  public var padW: Int { get { _padW ?? 0 } set { _padW = newValue } }
  /// Whether `padW` is set.
  public var hasPadW: Bool { _padW != nil }
  /// Unsets `padW`.
  public mutating func clearPadW() { _padW = nil }
  private var _padW: Int?

  /// Side of the window.
  public var kernelSize: Int { get { _kernelSize ?? 0 } set { _kernelSize = newValue } }
  /// Whether `kernelSize` is set.
  public var hasKernelSize: Bool { _kernelSize != nil }
  /// Unsets `kernelSize`.
  public mutating func clearKernelSize() { _kernelSize = nil }
  private var _kernelSize: Int?

  /// Height of the window.
  public var kernelH: Int { get { _kernelH ?? 0 } set { _kernelH = newValue } }
  /// Whether `kernelH` is set.
  public var hasKernelH: Bool { _kernelH != nil }
  /// Unsets `kernelH`.
  public mutating func clearKernelH() { _kernelH = nil }
  private var _kernelH: Int?

  /// Width of the window.
  public var kernelW: Int { get { _kernelW ?? 0 } set { _kernelW = newValue } }
  /// Whether `kernelW` is set.
  public var hasKernelW: Bool { _kernelW != nil }
  /// Unsets `kernelW`.
  public mutating func clearKernelW() { _kernelW = nil }
  private var _kernelW: Int?

  /// Step of the window. Default: 1.
  public var stride: Int { get { _stride ?? 1 } set { _stride = newValue } }
  /// Whether `stride` is set.
  public var hasStride: Bool { _stride != nil }
  /// Unsets `stride`.
  public mutating func clearStride() { _stride = nil }
  private var _stride: Int?

  /// Vertical step of the window.
  public var strideH: Int { get { _strideH ?? 0 } set { _strideH = newValue } }
  /// Whether `strideH` is set.
  public var hasStrideH: Bool { _strideH != nil }
  /// Unsets `strideH`.
  public mutating func clearStrideH() { _strideH = nil }
  private var _strideH: Int?

  /// Horizontal step of the window.
  public var strideW: Int { get { _strideW ?? 0 } set { _strideW = newValue } }
  /// Whether `strideW` is set.
  public var hasStrideW: Bool { _strideW != nil }
  /// Unsets `strideW`.
  public mutating func clearStrideW() { _strideW = nil }
  private var _strideW: Int?

  /// The implementation. Default: DEFAULT.
  public var engine: PoolingParameter.Engine { get { _engine ?? PoolingParameter.Engine.default } set { _engine = newValue } }
  /// Whether `engine` is set.
  public var hasEngine: Bool { _engine != nil }
  /// Unsets `engine`.
  public mutating func clearEngine() { _engine = nil }
  private var _engine: PoolingParameter.Engine?

  /// Whether the window is the whole image. Default: false.
  public var globalPooling: Bool { get { _globalPooling ?? false } set { _globalPooling = newValue } }
  /// Whether `globalPooling` is set.
  public var hasGlobalPooling: Bool { _globalPooling != nil }
  /// Unsets `globalPooling`.
  public mutating func clearGlobalPooling() { _globalPooling = nil }
  private var _globalPooling: Bool?

  /// What becomes of a last window that does not fit. Default: CEIL.
  public var roundMode: PoolingParameter.RoundMode { get { _roundMode ?? PoolingParameter.RoundMode.ceil } set { _roundMode = newValue } }
  /// Whether `roundMode` is set.
  public var hasRoundMode: Bool { _roundMode != nil }
  /// Unsets `roundMode`.
  public mutating func clearRoundMode() { _roundMode = nil }
  private var _roundMode: PoolingParameter.RoundMode?

  /// The same as a yes or no: false is FLOOR. Of several forks, at 13, where a binary file has `round_mode`. Default: true.
  public var ceilMode: Bool { get { _ceilMode ?? true } set { _ceilMode = newValue } }
  /// Whether `ceilMode` is set.
  public var hasCeilMode: Bool { _ceilMode != nil }
  /// Unsets `ceilMode`.
  public mutating func clearCeilMode() { _ceilMode = nil }
  private var _ceilMode: Bool?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_pooling_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.enumeration(&_pool)
    try cursor.int(&_kernelSize)
    try cursor.int(&_stride)
    try cursor.int(&_pad)
    try cursor.int(&_kernelH)
    try cursor.int(&_kernelW)
    try cursor.int(&_strideH)
    try cursor.int(&_strideW)
    try cursor.int(&_padH)
    try cursor.int(&_padW)
    try cursor.enumeration(&_engine)
    try cursor.bool(&_globalPooling)
    try cursor.enumeration(&_roundMode)
    try cursor.bool(&_ceilMode)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Power: (shift + scale * x) ^ power.
public struct PowerParameter: Message {
  /// The exponent. Default: 1.
  public var power: Float { get { _power ?? 1.0 } set { _power = newValue } }
  /// Whether `power` is set.
  public var hasPower: Bool { _power != nil }
  /// Unsets `power`.
  public mutating func clearPower() { _power = nil }
  private var _power: Float?

  /// Factor on the input. Default: 1.
  public var scale: Float { get { _scale ?? 1.0 } set { _scale = newValue } }
  /// Whether `scale` is set.
  public var hasScale: Bool { _scale != nil }
  /// Unsets `scale`.
  public mutating func clearScale() { _scale = nil }
  private var _scale: Float?

  /// Added to the scaled input. Default: 0.
  public var shift: Float { get { _shift ?? 0.0 } set { _shift = newValue } }
  /// Whether `shift` is set.
  public var hasShift: Bool { _shift != nil }
  /// Unsets `shift`.
  public mutating func clearShift() { _shift = nil }
  private var _shift: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_power_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_power)
    try cursor.float(&_scale)
    try cursor.float(&_shift)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of ReLU.
public struct ReLUParameter: Message {
  /// The implementation.
  public enum Engine: Int32, CaseIterable, Sendable {
    /// The program's choice.
    case `default` = 0
    /// Caffe's own.
    case caffe = 1
    /// cuDNN.
    case cudnn = 2
  }

  /// Factor on negative inputs. Default: 0.
  public var negativeSlope: Float { get { _negativeSlope ?? 0.0 } set { _negativeSlope = newValue } }
  /// Whether `negativeSlope` is set.
  public var hasNegativeSlope: Bool { _negativeSlope != nil }
  /// Unsets `negativeSlope`.
  public mutating func clearNegativeSlope() { _negativeSlope = nil }
  private var _negativeSlope: Float?

  /// The implementation. Default: DEFAULT.
  public var engine: ReLUParameter.Engine { get { _engine ?? ReLUParameter.Engine.default } set { _engine = newValue } }
  /// Whether `engine` is set.
  public var hasEngine: Bool { _engine != nil }
  /// Unsets `engine`.
  public mutating func clearEngine() { _engine = nil }
  private var _engine: ReLUParameter.Engine?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_re_luparameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_negativeSlope)
    try cursor.enumeration(&_engine)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Sigmoid.
public struct SigmoidParameter: Message {
  /// The implementation.
  public enum Engine: Int32, CaseIterable, Sendable {
    /// The program's choice.
    case `default` = 0
    /// Caffe's own.
    case caffe = 1
    /// cuDNN.
    case cudnn = 2
  }

  /// The implementation. Default: DEFAULT.
  public var engine: SigmoidParameter.Engine { get { _engine ?? SigmoidParameter.Engine.default } set { _engine = newValue } }
  /// Whether `engine` is set.
  public var hasEngine: Bool { _engine != nil }
  /// Unsets `engine`.
  public mutating func clearEngine() { _engine = nil }
  private var _engine: SigmoidParameter.Engine?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_sigmoid_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.enumeration(&_engine)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Softmax and of SoftmaxWithLoss.
public struct SoftmaxParameter: Message {
  /// The implementation.
  public enum Engine: Int32, CaseIterable, Sendable {
    /// The program's choice.
    case `default` = 0
    /// Caffe's own.
    case caffe = 1
    /// cuDNN.
    case cudnn = 2
  }

  /// The implementation. Default: DEFAULT.
  public var engine: SoftmaxParameter.Engine { get { _engine ?? SoftmaxParameter.Engine.default } set { _engine = newValue } }
  /// Whether `engine` is set.
  public var hasEngine: Bool { _engine != nil }
  /// Unsets `engine`.
  public mutating func clearEngine() { _engine = nil }
  private var _engine: SoftmaxParameter.Engine?

  /// The class axis; negative counts from the end. Default: 1.
  public var axis: Int { get { _axis ?? 1 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_softmax_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.enumeration(&_engine)
    try cursor.int(&_axis)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of SPP: pooling over a pyramid of grids.
public struct SPPParameter: Message {
  /// What is taken of a window.
  public enum PoolMethod: Int32, CaseIterable, Sendable {
    /// The largest value.
    case max = 0
    /// The mean.
    case ave = 1
    /// A value drawn at random, in proportion to its size.
    case stochastic = 2
  }

  /// The implementation.
  public enum Engine: Int32, CaseIterable, Sendable {
    /// The program's choice.
    case `default` = 0
    /// Caffe's own.
    case caffe = 1
    /// cuDNN.
    case cudnn = 2
  }

  /// Number of grids; the i-th has 2^i by 2^i windows.
  public var pyramidHeight: Int { get { _pyramidHeight ?? 0 } set { _pyramidHeight = newValue } }
  /// Whether `pyramidHeight` is set.
  public var hasPyramidHeight: Bool { _pyramidHeight != nil }
  /// Unsets `pyramidHeight`.
  public mutating func clearPyramidHeight() { _pyramidHeight = nil }
  private var _pyramidHeight: Int?

  /// What is taken of a window. Default: MAX.
  public var pool: SPPParameter.PoolMethod { get { _pool ?? SPPParameter.PoolMethod.max } set { _pool = newValue } }
  /// Whether `pool` is set.
  public var hasPool: Bool { _pool != nil }
  /// Unsets `pool`.
  public mutating func clearPool() { _pool = nil }
  private var _pool: SPPParameter.PoolMethod?

  /// The implementation. Default: DEFAULT.
  public var engine: SPPParameter.Engine { get { _engine ?? SPPParameter.Engine.default } set { _engine = newValue } }
  /// Whether `engine` is set.
  public var hasEngine: Bool { _engine != nil }
  /// Unsets `engine`.
  public mutating func clearEngine() { _engine = nil }
  private var _engine: SPPParameter.Engine?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_sppparameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_pyramidHeight)
    try cursor.enumeration(&_pool)
    try cursor.enumeration(&_engine)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Swish: x * sigmoid(beta * x).
public struct SwishParameter: Message {
  /// Factor inside the sigmoid. Default: 1.
  public var beta: Float { get { _beta ?? 1.0 } set { _beta = newValue } }
  /// Whether `beta` is set.
  public var hasBeta: Bool { _beta != nil }
  /// Unsets `beta`.
  public mutating func clearBeta() { _beta = nil }
  private var _beta: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_swish_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_beta)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of TanH.
public struct TanHParameter: Message {
  /// The implementation.
  public enum Engine: Int32, CaseIterable, Sendable {
    /// The program's choice.
    case `default` = 0
    /// Caffe's own.
    case caffe = 1
    /// cuDNN.
    case cudnn = 2
  }

  /// The implementation. Default: DEFAULT.
  public var engine: TanHParameter.Engine { get { _engine ?? TanHParameter.Engine.default } set { _engine = newValue } }
  /// Whether `engine` is set.
  public var hasEngine: Bool { _engine != nil }
  /// Unsets `engine`.
  public mutating func clearEngine() { _engine = nil }
  private var _engine: TanHParameter.Engine?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_tan_hparameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.enumeration(&_engine)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Threshold: 1 above, 0 otherwise.
public struct ThresholdParameter: Message {
  /// The threshold. Default: 0.
  public var threshold: Float { get { _threshold ?? 0.0 } set { _threshold = newValue } }
  /// Whether `threshold` is set.
  public var hasThreshold: Bool { _threshold != nil }
  /// Unsets `threshold`.
  public mutating func clearThreshold() { _threshold = nil }
  private var _threshold: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_threshold_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_threshold)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of ArgMax.
public struct ArgMaxParameter: Message {
  /// Whether the largest values are put out beside their places. Default: false.
  public var outMaxVal: Bool { get { _outMaxVal ?? false } set { _outMaxVal = newValue } }
  /// Whether `outMaxVal` is set.
  public var hasOutMaxVal: Bool { _outMaxVal != nil }
  /// Unsets `outMaxVal`.
  public mutating func clearOutMaxVal() { _outMaxVal = nil }
  private var _outMaxVal: Bool?

  /// How many of the largest are put out. Default: 1.
  public var topK: Int { get { _topK ?? 1 } set { _topK = newValue } }
  /// Whether `topK` is set.
  public var hasTopK: Bool { _topK != nil }
  /// Unsets `topK`.
  public mutating func clearTopK() { _topK = nil }
  private var _topK: Int?

  /// The axis that is searched; absent, all axes after the first together.
  public var axis: Int { get { _axis ?? 0 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_arg_max_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.bool(&_outMaxVal)
    try cursor.int(&_topK)
    try cursor.int(&_axis)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Concat.
public struct ConcatParameter: Message {
  /// The axis of concatenation; negative counts from the end. Default: 1.
  public var axis: Int { get { _axis ?? 1 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Legacy: the same axis, never negative. Default: 1.
  public var concatDim: Int { get { _concatDim ?? 1 } set { _concatDim = newValue } }
  /// Whether `concatDim` is set.
  public var hasConcatDim: Bool { _concatDim != nil }
  /// Unsets `concatDim`.
  public mutating func clearConcatDim() { _concatDim = nil }
  private var _concatDim: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_concat_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_concatDim)
    try cursor.int(&_axis)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Crop: the first bottom, cut to the extents of the second.
public struct CropParameter: Message {
  /// First axis that is cut; negative counts from the end. Default: 2.
  public var axis: Int { get { _axis ?? 2 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Where the cut begins: one value for all axes, or one per axis.
  public var offset: [Int] = []

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_crop_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_axis)
    try cursor.ints(&offset)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Eltwise.
public struct EltwiseParameter: Message {
  /// How the bottoms are combined.
  public enum EltwiseOp: Int32, CaseIterable, Sendable {
    /// Product.
    case prod = 0
    /// Sum, with coefficients.
    case sum = 1
    /// Maximum.
    case max = 2
  }

  /// How the bottoms are combined. Default: SUM.
  public var operation: EltwiseParameter.EltwiseOp { get { _operation ?? EltwiseParameter.EltwiseOp.sum } set { _operation = newValue } }
  /// Whether `operation` is set.
  public var hasOperation: Bool { _operation != nil }
  /// Unsets `operation`.
  public mutating func clearOperation() { _operation = nil }
  private var _operation: EltwiseParameter.EltwiseOp?

  /// Coefficient of each bottom in a sum; none means ones.
  public var coeff: [Float] = []

  /// Whether the gradient of a product avoids dividing by the bottom. Default: true.
  public var stableProdGrad: Bool { get { _stableProdGrad ?? true } set { _stableProdGrad = newValue } }
  /// Whether `stableProdGrad` is set.
  public var hasStableProdGrad: Bool { _stableProdGrad != nil }
  /// Unsets `stableProdGrad`.
  public mutating func clearStableProdGrad() { _stableProdGrad = nil }
  private var _stableProdGrad: Bool?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_eltwise_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.enumeration(&_operation)
    try cursor.floats(&coeff)
    try cursor.bool(&_stableProdGrad)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Flatten.
public struct FlattenParameter: Message {
  /// First axis that is flattened; negative counts from the end. Default: 1.
  public var axis: Int { get { _axis ?? 1 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Last axis that is flattened; negative counts from the end. Default: -1.
  public var endAxis: Int { get { _endAxis ?? -1 } set { _endAxis = newValue } }
  /// Whether `endAxis` is set.
  public var hasEndAxis: Bool { _endAxis != nil }
  /// Unsets `endAxis`.
  public mutating func clearEndAxis() { _endAxis = nil }
  private var _endAxis: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_flatten_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_axis)
    try cursor.int(&_endAxis)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Python.
public struct PythonParameter: Message {
  /// The Python module.
  public var module: String { get { _module ?? "" } set { _module = newValue } }
  /// Whether `module` is set.
  public var hasModule: Bool { _module != nil }
  /// Unsets `module`.
  public mutating func clearModule() { _module = nil }
  private var _module: String?

  /// The class in that module.
  public var layer: String { get { _layer ?? "" } set { _layer = newValue } }
  /// Whether `layer` is set.
  public var hasLayer: Bool { _layer != nil }
  /// Unsets `layer`.
  public mutating func clearLayer() { _layer = nil }
  private var _layer: String?

  /// A string handed to the layer.
  public var paramStr: String { get { _paramStr ?? "" } set { _paramStr = newValue } }
  /// Whether `paramStr` is set.
  public var hasParamStr: Bool { _paramStr != nil }
  /// Unsets `paramStr`.
  public mutating func clearParamStr() { _paramStr = nil }
  private var _paramStr: String?

  /// Legacy: without effect. Default: false.
  public var shareInParallel: Bool { get { _shareInParallel ?? false } set { _shareInParallel = newValue } }
  /// Whether `shareInParallel` is set.
  public var hasShareInParallel: Bool { _shareInParallel != nil }
  /// Unsets `shareInParallel`.
  public mutating func clearShareInParallel() { _shareInParallel = nil }
  private var _shareInParallel: Bool?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_python_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.string(&_module)
    try cursor.string(&_layer)
    try cursor.string(&_paramStr)
    try cursor.bool(&_shareInParallel)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Reduction.
public struct ReductionParameter: Message {
  /// How values are reduced.
  public enum ReductionOp: Int32, CaseIterable, Sendable {
    /// Sum.
    case sum = 1
    /// Sum of magnitudes.
    case asum = 2
    /// Sum of squares.
    case sumsq = 3
    /// Mean.
    case mean = 4
  }

  /// How values are reduced. Default: SUM.
  public var operation: ReductionParameter.ReductionOp { get { _operation ?? ReductionParameter.ReductionOp.sum } set { _operation = newValue } }
  /// Whether `operation` is set.
  public var hasOperation: Bool { _operation != nil }
  /// Unsets `operation`.
  public mutating func clearOperation() { _operation = nil }
  private var _operation: ReductionParameter.ReductionOp?

  /// First of the axes that are reduced; negative counts from the end. Default: 0.
  public var axis: Int { get { _axis ?? 0 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Factor on the result. Default: 1.
  public var coeff: Float { get { _coeff ?? 1.0 } set { _coeff = newValue } }
  /// Whether `coeff` is set.
  public var hasCoeff: Bool { _coeff != nil }
  /// Unsets `coeff`.
  public mutating func clearCoeff() { _coeff = nil }
  private var _coeff: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_reduction_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.enumeration(&_operation)
    try cursor.int(&_axis)
    try cursor.float(&_coeff)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Reshape.
public struct ReshapeParameter: Message {
  /// The new extents; 0 keeps the old one, one -1 is inferred.
  public var shape: BlobShape { get { _shape?.value ?? BlobShape() } set { _shape = Box(newValue) } }
  /// Whether `shape` is set.
  public var hasShape: Bool { _shape != nil }
  /// Unsets `shape`.
  public mutating func clearShape() { _shape = nil }
  private var _shape: Box<BlobShape>?

  /// First axis that is replaced; negative counts from the end. Default: 0.
  public var axis: Int { get { _axis ?? 0 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Number of axes that are replaced; -1 is all from `axis` on. Default: -1.
  public var numAxes: Int { get { _numAxes ?? -1 } set { _numAxes = newValue } }
  /// Whether `numAxes` is set.
  public var hasNumAxes: Bool { _numAxes != nil }
  /// Unsets `numAxes`.
  public mutating func clearNumAxes() { _numAxes = nil }
  private var _numAxes: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_reshape_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.message(&_shape)
    try cursor.int(&_axis)
    try cursor.int(&_numAxes)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Slice.
public struct SliceParameter: Message {
  /// The axis that is cut; negative counts from the end. Default: 1.
  public var axis: Int { get { _axis ?? 1 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Where it is cut; without points, into equal parts.
  public var slicePoint: [Int] = []

  /// Legacy: the same axis, never negative. Default: 1.
  public var sliceDim: Int { get { _sliceDim ?? 1 } set { _sliceDim = newValue } }
  /// Whether `sliceDim` is set.
  public var hasSliceDim: Bool { _sliceDim != nil }
  /// Unsets `sliceDim`.
  public mutating func clearSliceDim() { _sliceDim = nil }
  private var _sliceDim: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_slice_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_sliceDim)
    try cursor.ints(&slicePoint)
    try cursor.int(&_axis)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Tile.
public struct TileParameter: Message {
  /// The axis along which copies are laid. Default: 1.
  public var axis: Int { get { _axis ?? 1 } set { _axis = newValue } }
  /// Whether `axis` is set.
  public var hasAxis: Bool { _axis != nil }
  /// Unsets `axis`.
  public mutating func clearAxis() { _axis = nil }
  private var _axis: Int?

  /// Number of copies.
  public var tiles: Int { get { _tiles ?? 0 } set { _tiles = newValue } }
  /// Whether `tiles` is set.
  public var hasTiles: Bool { _tiles != nil }
  /// Unsets `tiles`.
  public mutating func clearTiles() { _tiles = nil }
  private var _tiles: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_tile_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_axis)
    try cursor.int(&_tiles)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of BN: mean 0 and variance 1 per channel, then a learned scale and shift. SegNet's fields of the numbers 1 to
/// 3 and PSPNet's have the same numbers.
public struct BNParameter: Message {
  /// Which statistics count.
  public enum BNMode: Int32, CaseIterable, Sendable {
    /// The batch's.
    case learn = 0
    /// Fixed ones, which are part of scale and shift already.
    case inference = 1
  }

  /// First values of the scale; one by default. PSPNet's name.
  public var slopeFiller: FillerParameter { get { _slopeFiller?.value ?? FillerParameter() } set { _slopeFiller = Box(newValue) } }
  /// Whether `slopeFiller` is set.
  public var hasSlopeFiller: Bool { _slopeFiller != nil }
  /// Unsets `slopeFiller`.
  public mutating func clearSlopeFiller() { _slopeFiller = nil }
  private var _slopeFiller: Box<FillerParameter>?

  /// First values of the shift; zero by default. PSPNet's name.
  public var biasFiller: FillerParameter { get { _biasFiller?.value ?? FillerParameter() } set { _biasFiller = Box(newValue) } }
  /// Whether `biasFiller` is set.
  public var hasBiasFiller: Bool { _biasFiller != nil }
  /// Unsets `biasFiller`.
  public mutating func clearBiasFiller() { _biasFiller = nil }
  private var _biasFiller: Box<FillerParameter>?

  /// What the running mean keeps of itself at each iteration. Default: 0.9.
  public var momentum: Float { get { _momentum ?? 0.9 } set { _momentum = newValue } }
  /// Whether `momentum` is set.
  public var hasMomentum: Bool { _momentum != nil }
  /// Unsets `momentum`.
  public mutating func clearMomentum() { _momentum = nil }
  private var _momentum: Float?

  /// Added to the variance. Default: 1e-05.
  public var eps: Float { get { _eps ?? 1e-05 } set { _eps = newValue } }
  /// Whether `eps` is set.
  public var hasEps: Bool { _eps != nil }
  /// Unsets `eps`.
  public mutating func clearEps() { _eps = nil }
  private var _eps: Float?

  /// Whether the running statistics are used in training, too. Default: false.
  public var frozen: Bool { get { _frozen ?? false } set { _frozen = newValue } }
  /// Whether `frozen` is set.
  public var hasFrozen: Bool { _frozen != nil }
  /// Unsets `frozen`.
  public mutating func clearFrozen() { _frozen = nil }
  private var _frozen: Bool?

  /// First values of the scale; one by default. SegNet's name, at 1.
  public var scaleFiller: FillerParameter { get { _scaleFiller?.value ?? FillerParameter() } set { _scaleFiller = Box(newValue) } }
  /// Whether `scaleFiller` is set.
  public var hasScaleFiller: Bool { _scaleFiller != nil }
  /// Unsets `scaleFiller`.
  public mutating func clearScaleFiller() { _scaleFiller = nil }
  private var _scaleFiller: Box<FillerParameter>?

  /// First values of the shift; zero by default. SegNet's name, at 2.
  public var shiftFiller: FillerParameter { get { _shiftFiller?.value ?? FillerParameter() } set { _shiftFiller = Box(newValue) } }
  /// Whether `shiftFiller` is set.
  public var hasShiftFiller: Bool { _shiftFiller != nil }
  /// Unsets `shiftFiller`.
  public mutating func clearShiftFiller() { _shiftFiller = nil }
  private var _shiftFiller: Box<FillerParameter>?

  /// Which statistics count. SegNet's, at 3. Default: LEARN.
  public var bnMode: BNParameter.BNMode { get { _bnMode ?? BNParameter.BNMode.learn } set { _bnMode = newValue } }
  /// Whether `bnMode` is set.
  public var hasBnMode: Bool { _bnMode != nil }
  /// Unsets `bnMode`.
  public mutating func clearBnMode() { _bnMode = nil }
  private var _bnMode: BNParameter.BNMode?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_bnparameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.message(&_slopeFiller)
    try cursor.message(&_biasFiller)
    try cursor.float(&_momentum)
    try cursor.float(&_eps)
    try cursor.bool(&_frozen)
    try cursor.message(&_scaleFiller)
    try cursor.message(&_shiftFiller)
    try cursor.enumeration(&_bnMode)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Interp: bilinear interpolation between corners.
public struct InterpParameter: Message {
  /// Height of the output. Default: 0.
  public var height: Int { get { _height ?? 0 } set { _height = newValue } }
  /// Whether `height` is set.
  public var hasHeight: Bool { _height != nil }
  /// Unsets `height`.
  public mutating func clearHeight() { _height = nil }
  private var _height: Int?

  /// Width of the output. Default: 0.
  public var width: Int { get { _width ?? 0 } set { _width = newValue } }
  /// Whether `width` is set.
  public var hasWidth: Bool { _width != nil }
  /// Unsets `width`.
  public mutating func clearWidth() { _width = nil }
  private var _width: Int?

  /// How many times as many steps between the corners there are. Default: 1.
  public var zoomFactor: Int { get { _zoomFactor ?? 1 } set { _zoomFactor = newValue } }
  /// Whether `zoomFactor` is set.
  public var hasZoomFactor: Bool { _zoomFactor != nil }
  /// Unsets `zoomFactor`.
  public mutating func clearZoomFactor() { _zoomFactor = nil }
  private var _zoomFactor: Int?

  /// How many times fewer steps between the corners there are. Default: 1.
  public var shrinkFactor: Int { get { _shrinkFactor ?? 1 } set { _shrinkFactor = newValue } }
  /// Whether `shrinkFactor` is set.
  public var hasShrinkFactor: Bool { _shrinkFactor != nil }
  /// Unsets `shrinkFactor`.
  public mutating func clearShrinkFactor() { _shrinkFactor = nil }
  private var _shrinkFactor: Int?

  /// Rows and columns added at the beginning; negative cuts off. Default: 0.
  public var padBeg: Int { get { _padBeg ?? 0 } set { _padBeg = newValue } }
  /// Whether `padBeg` is set.
  public var hasPadBeg: Bool { _padBeg != nil }
  /// Unsets `padBeg`.
  public mutating func clearPadBeg() { _padBeg = nil }
  private var _padBeg: Int?

  /// Rows and columns added at the end; negative cuts off. Default: 0.
  public var padEnd: Int { get { _padEnd ?? 0 } set { _padEnd = newValue } }
  /// Whether `padEnd` is set.
  public var hasPadEnd: Bool { _padEnd != nil }
  /// Unsets `padEnd`.
  public mutating func clearPadEnd() { _padEnd = nil }
  private var _padEnd: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_interp_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_height)
    try cursor.int(&_width)
    try cursor.int(&_zoomFactor)
    try cursor.int(&_shrinkFactor)
    try cursor.int(&_padBeg)
    try cursor.int(&_padEnd)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Normalize: division by the L2 norm, then a learned scale.
public struct NormalizeParameter: Message {
  /// Whether the norm is that of a whole image, or of each position. Default: true.
  public var acrossSpatial: Bool { get { _acrossSpatial ?? true } set { _acrossSpatial = newValue } }
  /// Whether `acrossSpatial` is set.
  public var hasAcrossSpatial: Bool { _acrossSpatial != nil }
  /// Unsets `acrossSpatial`.
  public mutating func clearAcrossSpatial() { _acrossSpatial = nil }
  private var _acrossSpatial: Bool?

  /// First values of the scale; one by default.
  public var scaleFiller: FillerParameter { get { _scaleFiller?.value ?? FillerParameter() } set { _scaleFiller = Box(newValue) } }
  /// Whether `scaleFiller` is set.
  public var hasScaleFiller: Bool { _scaleFiller != nil }
  /// Unsets `scaleFiller`.
  public mutating func clearScaleFiller() { _scaleFiller = nil }
  private var _scaleFiller: Box<FillerParameter>?

  /// Whether all channels share one scale. Default: true.
  public var channelShared: Bool { get { _channelShared ?? true } set { _channelShared = newValue } }
  /// Whether `channelShared` is set.
  public var hasChannelShared: Bool { _channelShared != nil }
  /// Unsets `channelShared`.
  public mutating func clearChannelShared() { _channelShared = nil }
  private var _channelShared: Bool?

  /// Added to the squared norm. Default: 1e-10.
  public var eps: Float { get { _eps ?? 1e-10 } set { _eps = newValue } }
  /// Whether `eps` is set.
  public var hasEps: Bool { _eps != nil }
  /// Unsets `eps`.
  public mutating func clearEps() { _eps = nil }
  private var _eps: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_normalize_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.bool(&_acrossSpatial)
    try cursor.message(&_scaleFiller)
    try cursor.bool(&_channelShared)
    try cursor.float(&_eps)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Permute.
public struct PermuteParameter: Message {
  /// The bottom's axes in the top's order; those that are not named follow in theirs.
  public var order: [Int] = []

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_permute_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.ints(&order)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of PriorBox.
public struct PriorBoxParameter: Message {
  /// Sides of the smaller boxes in pixels.
  public var minSize: [Float] = []

  /// Sides of the larger boxes in pixels; none, or one for each smaller one.
  public var maxSize: [Float] = []

  /// Further aspect ratios besides 1.
  public var aspectRatio: [Float] = []

  /// Whether each ratio stands for its inverse too. Default: true.
  public var flip: Bool { get { _flip ?? true } set { _flip = newValue } }
  /// Whether `flip` is set.
  public var hasFlip: Bool { _flip != nil }
  /// Unsets `flip`.
  public mutating func clearFlip() { _flip = nil }
  private var _flip: Bool?

  /// Whether boxes are cut off at the image's border. Default: false.
  public var clip: Bool { get { _clip ?? false } set { _clip = newValue } }
  /// Whether `clip` is set.
  public var hasClip: Bool { _clip != nil }
  /// Unsets `clip`.
  public mutating func clearClip() { _clip = nil }
  private var _clip: Bool?

  /// Variances: none, one, or one for each of the four coordinates.
  public var variance: [Float] = []

  /// Side of the image in pixels; by default that of the second bottom.
  public var imgSize: Int { get { _imgSize ?? 0 } set { _imgSize = newValue } }
  /// Whether `imgSize` is set.
  public var hasImgSize: Bool { _imgSize != nil }
  /// Unsets `imgSize`.
  public mutating func clearImgSize() { _imgSize = nil }
  private var _imgSize: Int?

  /// Height of the image in pixels.
  public var imgH: Int { get { _imgH ?? 0 } set { _imgH = newValue } }
  /// Whether `imgH` is set.
  public var hasImgH: Bool { _imgH != nil }
  /// Unsets `imgH`.
  public mutating func clearImgH() { _imgH = nil }
  private var _imgH: Int?

  /// Width of the image in pixels.
  public var imgW: Int { get { _imgW ?? 0 } set { _imgW = newValue } }
  /// Whether `imgW` is set.
  public var hasImgW: Bool { _imgW != nil }
  /// Unsets `imgW`.
  public mutating func clearImgW() { _imgW = nil }
  private var _imgW: Int?

  /// Distance of the boxes in pixels; by default the image over the first bottom.
  public var step: Float { get { _step ?? 0.0 } set { _step = newValue } }
  /// Whether `step` is set.
  public var hasStep: Bool { _step != nil }
  /// Unsets `step`.
  public mutating func clearStep() { _step = nil }
  private var _step: Float?

  /// Vertical distance of the boxes in pixels.
  public var stepH: Float { get { _stepH ?? 0.0 } set { _stepH = newValue } }
  /// Whether `stepH` is set.
  public var hasStepH: Bool { _stepH != nil }
  /// Unsets `stepH`.
  public mutating func clearStepH() { _stepH = nil }
  private var _stepH: Float?

  /// Horizontal distance of the boxes in pixels.
  public var stepW: Float { get { _stepW ?? 0.0 } set { _stepW = newValue } }
  /// Whether `stepW` is set.
  public var hasStepW: Bool { _stepW != nil }
  /// Unsets `stepW`.
  public mutating func clearStepW() { _stepW = nil }
  private var _stepW: Float?

  /// Where in its cell a box has its centre. Default: 0.5.
  public var offset: Float { get { _offset ?? 0.5 } set { _offset = newValue } }
  /// Whether `offset` is set.
  public var hasOffset: Bool { _offset != nil }
  /// Unsets `offset`.
  public mutating func clearOffset() { _offset = nil }
  private var _offset: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_prior_box_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.floats(&minSize)
    try cursor.floats(&maxSize)
    try cursor.floats(&aspectRatio)
    try cursor.bool(&_flip)
    try cursor.bool(&_clip)
    try cursor.floats(&variance)
    try cursor.int(&_imgSize)
    try cursor.int(&_imgH)
    try cursor.int(&_imgW)
    try cursor.float(&_step)
    try cursor.float(&_stepH)
    try cursor.float(&_stepW)
    try cursor.float(&_offset)
    try cursor.unknown(&unknownFields)
  }
}

/// Which of overlapping boxes are kept.
public struct NonMaximumSuppressionParameter: Message {
  /// The largest overlap with a better box. Default: 0.3.
  public var nmsThreshold: Float { get { _nmsThreshold ?? 0.3 } set { _nmsThreshold = newValue } }
  /// Whether `nmsThreshold` is set.
  public var hasNmsThreshold: Bool { _nmsThreshold != nil }
  /// Unsets `nmsThreshold`.
  public mutating func clearNmsThreshold() { _nmsThreshold = nil }
  private var _nmsThreshold: Float?

  /// How many of the best boxes are looked at; all by default.
  public var topK: Int { get { _topK ?? 0 } set { _topK = newValue } }
  /// Whether `topK` is set.
  public var hasTopK: Bool { _topK != nil }
  /// Unsets `topK`.
  public mutating func clearTopK() { _topK = nil }
  private var _topK: Int?

  /// Factor on the threshold after each kept box, while it is above 0.5. Default: 1.
  public var eta: Float { get { _eta ?? 1.0 } set { _eta = newValue } }
  /// Whether `eta` is set.
  public var hasEta: Bool { _eta != nil }
  /// Unsets `eta`.
  public mutating func clearEta() { _eta = nil }
  private var _eta: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_non_maximum_suppression_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_nmsThreshold)
    try cursor.int(&_topK)
    try cursor.float(&_eta)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of DetectionOutput.
public struct DetectionOutputParameter: Message {
  /// Number of classes, background included.
  public var numClasses: Int { get { _numClasses ?? 0 } set { _numClasses = newValue } }
  /// Whether `numClasses` is set.
  public var hasNumClasses: Bool { _numClasses != nil }
  /// Unsets `numClasses`.
  public mutating func clearNumClasses() { _numClasses = nil }
  private var _numClasses: Int?

  /// Whether all classes have the same boxes. Default: true.
  public var shareLocation: Bool { get { _shareLocation ?? true } set { _shareLocation = newValue } }
  /// Whether `shareLocation` is set.
  public var hasShareLocation: Bool { _shareLocation != nil }
  /// Unsets `shareLocation`.
  public mutating func clearShareLocation() { _shareLocation = nil }
  private var _shareLocation: Bool?

  /// The class of the background; -1 if there is none. Default: 0.
  public var backgroundLabelId: Int { get { _backgroundLabelId ?? 0 } set { _backgroundLabelId = newValue } }
  /// Whether `backgroundLabelId` is set.
  public var hasBackgroundLabelId: Bool { _backgroundLabelId != nil }
  /// Unsets `backgroundLabelId`.
  public mutating func clearBackgroundLabelId() { _backgroundLabelId = nil }
  private var _backgroundLabelId: Int?

  /// Which of overlapping boxes are kept.
  public var nmsParam: NonMaximumSuppressionParameter { get { _nmsParam?.value ?? NonMaximumSuppressionParameter() } set { _nmsParam = Box(newValue) } }
  /// Whether `nmsParam` is set.
  public var hasNmsParam: Bool { _nmsParam != nil }
  /// Unsets `nmsParam`.
  public mutating func clearNmsParam() { _nmsParam = nil }
  private var _nmsParam: Box<NonMaximumSuppressionParameter>?

  /// How boxes are coded. Default: CORNER.
  public var codeType: BoxCode { get { _codeType ?? BoxCode.corner } set { _codeType = newValue } }
  /// Whether `codeType` is set.
  public var hasCodeType: Bool { _codeType != nil }
  /// Unsets `codeType`.
  public mutating func clearCodeType() { _codeType = nil }
  private var _codeType: BoxCode?

  /// Whether the coded boxes are multiplied by the variances already. Default: false.
  public var varianceEncodedInTarget: Bool { get { _varianceEncodedInTarget ?? false } set { _varianceEncodedInTarget = newValue } }
  /// Whether `varianceEncodedInTarget` is set.
  public var hasVarianceEncodedInTarget: Bool { _varianceEncodedInTarget != nil }
  /// Unsets `varianceEncodedInTarget`.
  public mutating func clearVarianceEncodedInTarget() { _varianceEncodedInTarget = nil }
  private var _varianceEncodedInTarget: Bool?

  /// How many boxes of an image are kept; -1 for all. Default: -1.
  public var keepTopK: Int { get { _keepTopK ?? -1 } set { _keepTopK = newValue } }
  /// Whether `keepTopK` is set.
  public var hasKeepTopK: Bool { _keepTopK != nil }
  /// Unsets `keepTopK`.
  public mutating func clearKeepTopK() { _keepTopK = nil }
  private var _keepTopK: Int?

  /// The least score; all by default.
  public var confidenceThreshold: Float { get { _confidenceThreshold ?? 0.0 } set { _confidenceThreshold = newValue } }
  /// Whether `confidenceThreshold` is set.
  public var hasConfidenceThreshold: Bool { _confidenceThreshold != nil }
  /// Unsets `confidenceThreshold`.
  public mutating func clearConfidenceThreshold() { _confidenceThreshold = nil }
  private var _confidenceThreshold: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_detection_output_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_numClasses)
    try cursor.bool(&_shareLocation)
    try cursor.int(&_backgroundLabelId)
    try cursor.message(&_nmsParam)
    try cursor.enumeration(&_codeType)
    try cursor.int(&_keepTopK)
    try cursor.bool(&_varianceEncodedInTarget)
    try cursor.float(&_confidenceThreshold)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of ROIPooling.
public struct ROIPoolingParameter: Message {
  /// Rows of the output. Default: 0.
  public var pooledH: Int { get { _pooledH ?? 0 } set { _pooledH = newValue } }
  /// Whether `pooledH` is set.
  public var hasPooledH: Bool { _pooledH != nil }
  /// Unsets `pooledH`.
  public mutating func clearPooledH() { _pooledH = nil }
  private var _pooledH: Int?

  /// Columns of the output. Default: 0.
  public var pooledW: Int { get { _pooledW ?? 0 } set { _pooledW = newValue } }
  /// Whether `pooledW` is set.
  public var hasPooledW: Bool { _pooledW != nil }
  /// Unsets `pooledW`.
  public mutating func clearPooledW() { _pooledW = nil }
  private var _pooledW: Int?

  /// What coordinates of boxes are multiplied by. Default: 1.
  public var spatialScale: Float { get { _spatialScale ?? 1.0 } set { _spatialScale = newValue } }
  /// Whether `spatialScale` is set.
  public var hasSpatialScale: Bool { _spatialScale != nil }
  /// Unsets `spatialScale`.
  public mutating func clearSpatialScale() { _spatialScale = nil }
  private var _spatialScale: Float?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_roipooling_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_pooledH)
    try cursor.int(&_pooledW)
    try cursor.float(&_spatialScale)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of PSROIPooling.
public struct PSROIPoolingParameter: Message {
  /// What coordinates of boxes are multiplied by.
  public var spatialScale: Float { get { _spatialScale ?? 0.0 } set { _spatialScale = newValue } }
  /// Whether `spatialScale` is set.
  public var hasSpatialScale: Bool { _spatialScale != nil }
  /// Unsets `spatialScale`.
  public mutating func clearSpatialScale() { _spatialScale = nil }
  private var _spatialScale: Float?

  /// Channels of the output.
  public var outputDim: Int { get { _outputDim ?? 0 } set { _outputDim = newValue } }
  /// Whether `outputDim` is set.
  public var hasOutputDim: Bool { _outputDim != nil }
  /// Unsets `outputDim`.
  public mutating func clearOutputDim() { _outputDim = nil }
  private var _outputDim: Int?

  /// Rows and columns of the output.
  public var groupSize: Int { get { _groupSize ?? 0 } set { _groupSize = newValue } }
  /// Whether `groupSize` is set.
  public var hasGroupSize: Bool { _groupSize != nil }
  /// Unsets `groupSize`.
  public mutating func clearGroupSize() { _groupSize = nil }
  private var _groupSize: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_psroipooling_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.float(&_spatialScale)
    try cursor.int(&_outputDim)
    try cursor.int(&_groupSize)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Reorg.
public struct ReorgParameter: Message {
  /// Side of the blocks of positions that become channels.
  public var stride: Int { get { _stride ?? 0 } set { _stride = newValue } }
  /// Whether `stride` is set.
  public var hasStride: Bool { _stride != nil }
  /// Unsets `stride`.
  public mutating func clearStride() { _stride = nil }
  private var _stride: Int?

  /// Whether channels become positions. Default: false.
  public var reverse: Bool { get { _reverse ?? false } set { _reverse = newValue } }
  /// Whether `reverse` is set.
  public var hasReverse: Bool { _reverse != nil }
  /// Unsets `reverse`.
  public mutating func clearReverse() { _reverse = nil }
  private var _reverse: Bool?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_reorg_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_stride)
    try cursor.bool(&_reverse)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of ShuffleChannel.
public struct ShuffleChannelParameter: Message {
  /// In how many groups the channels lie. Default: 1.
  public var group: Int { get { _group ?? 1 } set { _group = newValue } }
  /// Whether `group` is set.
  public var hasGroup: Bool { _group != nil }
  /// Unsets `group`.
  public mutating func clearGroup() { _group = nil }
  private var _group: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_shuffle_channel_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_group)
    try cursor.unknown(&unknownFields)
  }
}

/// Settings of Upsample. With a second bottom, the places of maxima, it undoes a pooling.
public struct UpsampleParameter: Message {
  /// Factor for both axes: by default 1, or 2 with a second bottom.
  public var scale: Int { get { _scale ?? 0 } set { _scale = newValue } }
  /// Whether `scale` is set.
  public var hasScale: Bool { _scale != nil }
  /// Unsets `scale`.
  public mutating func clearScale() { _scale = nil }
  private var _scale: Int?

  /// Factor for the height.
  public var scaleH: Int { get { _scaleH ?? 0 } set { _scaleH = newValue } }
  /// Whether `scaleH` is set.
  public var hasScaleH: Bool { _scaleH != nil }
  /// Unsets `scaleH`.
  public mutating func clearScaleH() { _scaleH = nil }
  private var _scaleH: Int?

  /// Factor for the width.
  public var scaleW: Int { get { _scaleW ?? 0 } set { _scaleW = newValue } }
  /// Whether `scaleW` is set.
  public var hasScaleW: Bool { _scaleW != nil }
  /// Unsets `scaleW`.
  public mutating func clearScaleW() { _scaleW = nil }
  private var _scaleW: Int?

  /// Whether the last row is left out. Default: false.
  public var padOutH: Bool { get { _padOutH ?? false } set { _padOutH = newValue } }
  /// Whether `padOutH` is set.
  public var hasPadOutH: Bool { _padOutH != nil }
  /// Unsets `padOutH`.
  public mutating func clearPadOutH() { _padOutH = nil }
  private var _padOutH: Bool?

  /// Whether the last column is left out. Default: false.
  public var padOutW: Bool { get { _padOutW ?? false } set { _padOutW = newValue } }
  /// Whether `padOutW` is set.
  public var hasPadOutW: Bool { _padOutW != nil }
  /// Unsets `padOutW`.
  public mutating func clearPadOutW() { _padOutW = nil }
  private var _padOutW: Bool?

  /// Height of the output.
  public var upsampleH: Int { get { _upsampleH ?? 0 } set { _upsampleH = newValue } }
  /// Whether `upsampleH` is set.
  public var hasUpsampleH: Bool { _upsampleH != nil }
  /// Unsets `upsampleH`.
  public mutating func clearUpsampleH() { _upsampleH = nil }
  private var _upsampleH: Int?

  /// Width of the output.
  public var upsampleW: Int { get { _upsampleW ?? 0 } set { _upsampleW = newValue } }
  /// Whether `upsampleW` is set.
  public var hasUpsampleW: Bool { _upsampleW != nil }
  /// Unsets `upsampleW`.
  public mutating func clearUpsampleW() { _upsampleW = nil }
  private var _upsampleW: Int?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_upsample_parameter())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_scale)
    try cursor.int(&_scaleH)
    try cursor.int(&_scaleW)
    try cursor.bool(&_padOutH)
    try cursor.bool(&_padOutW)
    try cursor.int(&_upsampleH)
    try cursor.int(&_upsampleW)
    try cursor.unknown(&unknownFields)
  }
}
