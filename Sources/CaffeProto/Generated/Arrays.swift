// Generated from proto/caffe.proto by scripts/generate-proto.sh. Do not edit.
// swift-format-ignore-file

import CCaffeProto

/// The extent of each axis of a blob, outermost first.
public struct BlobShape: Message {
  /// One extent per axis; a blob without axes is a scalar.
  public var dim: [Int] = []

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_blob_shape())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.ints(&dim)
    try cursor.unknown(&unknownFields)
  }
}

/// An array: weights, gradients, momentum or a mean image.
public struct BlobProto: Message {
  /// What the values of `raw_data` are.
  public enum RawType: Int32, CaseIterable, Sendable {
    /// 64-bit floats.
    case double = 0
    /// 32-bit floats.
    case float = 1
    /// 16-bit floats.
    case float16 = 2
    /// Integers with a sign.
    case int = 3
    /// Integers without a sign.
    case uint = 4
  }

  /// The shape; when absent, the four legacy extents below apply.
  public var shape: BlobShape { get { _shape?.value ?? BlobShape() } set { _shape = Box(newValue) } }
  /// Whether `shape` is set.
  public var hasShape: Bool { _shape != nil }
  /// Unsets `shape`.
  public mutating func clearShape() { _shape = nil }
  private var _shape: Box<BlobShape>?

  /// The values, row-major, in single precision.
  public var data: Floats = Floats()

  /// The gradient of the values, in single precision.
  public var diff: Floats = Floats()

  /// The values, in double precision; used instead of `data`.
  public var doubleData: [Double] = []

  /// The gradient, in double precision; used instead of `diff`.
  public var doubleDiff: [Double] = []

  /// What the values of `raw_data` are. Of NVIDIA's Caffe and of OpenCV.
  public var rawDataType: BlobProto.RawType { get { _rawDataType ?? BlobProto.RawType.double } set { _rawDataType = newValue } }
  /// Whether `rawDataType` is set.
  public var hasRawDataType: Bool { _rawDataType != nil }
  /// Unsets `rawDataType`.
  public mutating func clearRawDataType() { _rawDataType = nil }
  private var _rawDataType: BlobProto.RawType?

  /// The values as bytes, lowest first; used instead of `data`. Of NVIDIA's Caffe and of OpenCV.
  public var rawData: [UInt8] { get { _rawData ?? [] } set { _rawData = newValue } }
  /// Whether `rawData` is set.
  public var hasRawData: Bool { _rawData != nil }
  /// Unsets `rawData`.
  public mutating func clearRawData() { _rawData = nil }
  private var _rawData: [UInt8]?

  /// Legacy: the first of four extents. Default: 0.
  public var num: Int { get { _num ?? 0 } set { _num = newValue } }
  /// Whether `num` is set.
  public var hasNum: Bool { _num != nil }
  /// Unsets `num`.
  public mutating func clearNum() { _num = nil }
  private var _num: Int?

  /// Legacy: the second of four extents. Default: 0.
  public var channels: Int { get { _channels ?? 0 } set { _channels = newValue } }
  /// Whether `channels` is set.
  public var hasChannels: Bool { _channels != nil }
  /// Unsets `channels`.
  public mutating func clearChannels() { _channels = nil }
  private var _channels: Int?

  /// Legacy: the third of four extents. Default: 0.
  public var height: Int { get { _height ?? 0 } set { _height = newValue } }
  /// Whether `height` is set.
  public var hasHeight: Bool { _height != nil }
  /// Unsets `height`.
  public mutating func clearHeight() { _height = nil }
  private var _height: Int?

  /// Legacy: the fourth of four extents. Default: 0.
  public var width: Int { get { _width ?? 0 } set { _width = newValue } }
  /// Whether `width` is set.
  public var hasWidth: Bool { _width != nil }
  /// Unsets `width`.
  public mutating func clearWidth() { _width = nil }
  private var _width: Int?

  /// The values without columns and rows that are zero; used instead of `data`, beside the whole shape.
  public var compact: CompactValues { get { _compact?.value ?? CompactValues() } set { _compact = Box(newValue) } }
  /// Whether `compact` is set.
  public var hasCompact: Bool { _compact != nil }
  /// Unsets `compact`.
  public mutating func clearCompact() { _compact = nil }
  private var _compact: Box<CompactValues>?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_blob_proto())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_num)
    try cursor.int(&_channels)
    try cursor.int(&_height)
    try cursor.int(&_width)
    try cursor.blobValues(&data)
    try cursor.blobValues(&diff)
    try cursor.message(&_shape)
    try cursor.doubles(&doubleData)
    try cursor.doubles(&doubleDiff)
    try cursor.enumeration(&_rawDataType)
    try cursor.bytes(&_rawData)
    try cursor.message(&_compact)
    try cursor.unknown(&unknownFields)
  }
}

/// Values of a matrix without columns and rows that are zero: the first axis gives the rows, the others the columns.
/// Indices ascend. What is not listed is zero; what is listed may be.
public struct CompactValues: Message {
  /// How a list of indices is written.
  public enum Coding: Int32, CaseIterable, Sendable {
    /// A bit per index, the first one lowest, in whole bytes.
    case bits = 0
    /// How many, the first index, and the distance from each to the next, as varints.
    case deltas = 1
  }

  /// How the lists are written. Default: BITS.
  public var coding: CompactValues.Coding { get { _coding ?? CompactValues.Coding.bits } set { _coding = newValue } }
  /// Whether `coding` is set.
  public var hasCoding: Bool { _coding != nil }
  /// Unsets `coding`.
  public mutating func clearCoding() { _coding = nil }
  private var _coding: CompactValues.Coding?

  /// Equal groups in which the rows come. Default: 1.
  public var group: Int { get { _group ?? 1 } set { _group = newValue } }
  /// Whether `group` is set.
  public var hasGroup: Bool { _group != nil }
  /// Unsets `group`.
  public mutating func clearGroup() { _group = nil }
  private var _group: Int?

  /// Rows of a group that share a list of columns, the last of a group has what is left; 0 for whole groups. Default: 0.
  public var tile: Int { get { _tile ?? 0 } set { _tile = newValue } }
  /// Whether `tile` is set.
  public var hasTile: Bool { _tile != nil }
  /// Unsets `tile`.
  public mutating func clearTile() { _tile = nil }
  private var _tile: Int?

  /// The list of rows; all of them, if absent.
  public var rows: [UInt8] { get { _rows ?? [] } set { _rows = newValue } }
  /// Whether `rows` is set.
  public var hasRows: Bool { _rows != nil }
  /// Unsets `rows`.
  public mutating func clearRows() { _rows = nil }
  private var _rows: [UInt8]?

  /// The lists of columns, tile by tile.
  public var columns: [UInt8] { get { _columns ?? [] } set { _columns = newValue } }
  /// Whether `columns` is set.
  public var hasColumns: Bool { _columns != nil }
  /// Unsets `columns`.
  public mutating func clearColumns() { _columns = nil }
  private var _columns: [UInt8]?

  /// The values, row-major, in single precision.
  public var data: Floats = Floats()

  /// The values as 16-bit floats, lowest byte first; used instead of `data`.
  public var half: [UInt8] { get { _half ?? [] } set { _half = newValue } }
  /// Whether `half` is set.
  public var hasHalf: Bool { _half != nil }
  /// Unsets `half`.
  public mutating func clearHalf() { _half = nil }
  private var _half: [UInt8]?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_compact_values())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.enumeration(&_coding)
    try cursor.int(&_group)
    try cursor.int(&_tile)
    try cursor.bytes(&_rows)
    try cursor.bytes(&_columns)
    try cursor.blobValues(&data)
    try cursor.bytes(&_half)
    try cursor.unknown(&unknownFields)
  }
}

/// A list of arrays.
public struct BlobProtoVector: Message {
  /// The arrays.
  public var blobs: [BlobProto] = []

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_blob_proto_vector())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.messages(&blobs)
    try cursor.unknown(&unknownFields)
  }
}

/// One record of an image database.
public struct Datum: Message {
  /// Number of channels of the image.
  public var channels: Int { get { _channels ?? 0 } set { _channels = newValue } }
  /// Whether `channels` is set.
  public var hasChannels: Bool { _channels != nil }
  /// Unsets `channels`.
  public mutating func clearChannels() { _channels = nil }
  private var _channels: Int?

  /// Height of the image in pixels.
  public var height: Int { get { _height ?? 0 } set { _height = newValue } }
  /// Whether `height` is set.
  public var hasHeight: Bool { _height != nil }
  /// Unsets `height`.
  public mutating func clearHeight() { _height = nil }
  private var _height: Int?

  /// Width of the image in pixels.
  public var width: Int { get { _width ?? 0 } set { _width = newValue } }
  /// Whether `width` is set.
  public var hasWidth: Bool { _width != nil }
  /// Unsets `width`.
  public mutating func clearWidth() { _width = nil }
  private var _width: Int?

  /// The pixels, channel by channel, one byte each; or an encoded image file.
  public var data: [UInt8] { get { _data ?? [] } set { _data = newValue } }
  /// Whether `data` is set.
  public var hasData: Bool { _data != nil }
  /// Unsets `data`.
  public mutating func clearData() { _data = nil }
  private var _data: [UInt8]?

  /// The class of the image.
  public var label: Int { get { _label ?? 0 } set { _label = newValue } }
  /// Whether `label` is set.
  public var hasLabel: Bool { _label != nil }
  /// Unsets `label`.
  public mutating func clearLabel() { _label = nil }
  private var _label: Int?

  /// The pixels as floats, when they are not bytes.
  public var floatData: [Float] = []

  /// Whether `data` is an image file (JPEG, PNG) that has to be decoded. Default: false.
  public var encoded: Bool { get { _encoded ?? false } set { _encoded = newValue } }
  /// Whether `encoded` is set.
  public var hasEncoded: Bool { _encoded != nil }
  /// Unsets `encoded`.
  public mutating func clearEncoded() { _encoded = nil }
  private var _encoded: Bool?

  /// Fields the schema does not have, in wire format; written back behind the others.
  public var unknownFields: [UInt8] = []

  /// A message without any field set.
  public init() {}

  /// The description of this type.
  public static var descriptor: MessageDescriptor {
    MessageDescriptor(caffe_descriptor_datum())
  }

  /// Moves all fields, in the order of their numbers.
  public mutating func visit(_ cursor: inout FieldCursor) throws {
    try cursor.int(&_channels)
    try cursor.int(&_height)
    try cursor.int(&_width)
    try cursor.bytes(&_data)
    try cursor.int(&_label)
    try cursor.floats(&floatData)
    try cursor.bool(&_encoded)
    try cursor.unknown(&unknownFields)
  }
}
