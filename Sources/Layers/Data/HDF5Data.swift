import Base
import CaffeProto
import Engine
import NetIO
import NetModel

/// Rows of HDF5 files: every top is the dataset of its name (Caffe: hdf5_data_layer.cpp).
///
/// Batches run over the ends of files. With `shuffle`, files and the rows of a file come in random order.
struct HDF5Data: RunnableDescription, SourceReading {
  static let type = "HDF5Data"
  private let files: [String]
  private let names: [String]
  private let shuffle: Bool
  private let shapes: [Shape]

  /// Reads `hdf5_data_param`, the list of files in `source` (paths relative to the working directory, separated by
  /// white space), and the shapes in the first file.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    let hdf5 = parameter.hdf5DataParam
    guard !parameter.hasTransformParam else {
      throw LayerError.field("transform_param", "HDF5Data does not transform data")
    }
    guard !hdf5.source.isEmpty else { throw LayerError.field("hdf5_data_param.source", "is missing") }
    guard hdf5.batchSize > 0 else {
      throw LayerError.field("hdf5_data_param.batch_size", "must be given and positive")
    }
    files = try lines(of: hdf5.source).flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
    guard let first = files.first else { throw LayerError.source(hdf5.source, "lists no HDF5 file") }
    names = parameter.top
    shuffle = hdf5.shuffle
    shapes = try RowSource.rowDims(of: names, in: first).map {
      try Shape(checking: [hdf5.batchSize] + $0, field: "hdf5_data_param.batch_size")
    }
  }

  var arity: Arity { Arity(bottom: 0...0, top: 1...Int.max) }
  /// Batches of rows.
  func topShapes(_ bottom: [Shape]) -> [Shape] { shapes }
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { ChannelMap([]) }

  /// Without the list: what is declared.
  static func standIn(for parameter: LayerParameter, _ outlook: Outlook) throws -> (
    description: any LayerDescription, assumption: String
  )? {
    try absent([parameter.hdf5DataParam.source], of: parameter, outlook) { [] }
  }

  /// A layer that reads files when it comes to them.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    let (files, names, shuffle, shapes) = (files, names, shuffle, shapes)
    let order = RandomSource(seed: Int(context.random.next() >> 1)).snapshot
    let count = { try? RowSource.count(of: names[0], in: files) }
    return HDF5DataLayer(shapes, count: count, order: order, share: context.share) { order in
      let random = RandomSource(seed: 0)
      random.snapshot = Array(order.prefix(5))
      return RowSource(
        files: files, names: names, rowDims: shapes.map { Array($0.dims.dropFirst()) }, shuffle: shuffle,
        random: random)
    }
  }
}

/// Copies rows to the tops.
final class HDF5DataLayer: PositionedLayer, SampledLayer {
  /// The rows of all files, which are opened for that; nil where one cannot be read.
  private(set) lazy var samples = count()
  private let shapes: [Shape]
  private let count: () -> Int?
  private let start: (_ order: [UInt64]) -> RowSource
  /// The random numbers that decide the order of rows, before the first of them was drawn.
  private var order: [UInt64]
  private var source: RowSource
  private let share: DataShare?
  private var walk: RecordWalk

  init(
    _ shapes: [Shape], count: @escaping () -> Int?, order: [UInt64], share: DataShare?,
    start: @escaping (_ order: [UInt64]) -> RowSource
  ) {
    self.shapes = shapes
    self.count = count
    self.order = order
    self.start = start
    self.share = share
    source = start(order)
    walk = RecordWalk(from: DataPosition(random: order), batch: shapes[0][0], share)
  }

  /// The rows of a batch.
  var batch: Int { shapes[0][0] }

  /// What was consumed so far, and what the order of rows follows from.
  var position: DataPosition {
    get { walk.position }
    set {
      if !newValue.random.isEmpty { order = newValue.random }
      source = start(order)
      source.skipped = newValue.records
      walk = RecordWalk(from: DataPosition(records: newValue.records, random: order), batch: batch, share)
    }
  }

  /// Gives the tops their described shapes.
  func reshape(bottom: [Blob], top: [Blob]) {
    for (blob, shape) in zip(top, shapes) { blob.reshape(shape) }
  }

  /// Copies the next rows.
  func forward(bottom: [Blob], top: [Blob]) throws {
    let targets = top.map(\.mutableData)
    let sizes = shapes.map { $0.count(from: 1) }
    for index in 0..<batch {
      source.skipped += walk.go(to: index).skipped
      let row = try source.next()
      for (top, size) in sizes.enumerated() {
        targets[top].part(index * size, count: size).copy(source.tables[top], from: row * size)
      }
    }
    walk.finishBatch()
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {}
}
