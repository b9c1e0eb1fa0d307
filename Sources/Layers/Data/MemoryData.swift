import Base
import CaffeProto
import Engine
import NetIO
import NetModel

/// Images and labels that the program around the net hands over (Caffe: memory_data_layer.cpp).
public struct MemoryData: RunnableDescription, SourceReading {
  /// The name in prototxts.
  public static let type = "MemoryData"
  private let shape: Shape
  private let transformer: DataTransformer

  /// Reads `memory_data_param`, the shape of a batch after the transformation, and `transform_param`.
  public init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    let memory = parameter.memoryDataParam
    let dims = [memory.batchSize, memory.channels, memory.height, memory.width]
    guard dims.allSatisfy({ $0 > 0 }) else {
      throw LayerError.field("memory_data_param", "batch_size, channels, height and width must be given and positive")
    }
    shape = try Shape(checking: dims, field: "memory_data_param")
    transformer = try DataTransformer(parameter.transformParam, phase: context.phase)
  }

  /// No bottoms, two tops.
  public var arity: Arity { Arity(bottom: 0...0, top: 2...2) }
  /// Images, labels.
  public func topShapes(_ bottom: [Shape]) -> [Shape] { [shape, [shape[0]]] }
  /// Nothing depends on anything.
  public func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { ChannelMap([]) }
  /// Without the mean: batches as they are described. A fork has their size elsewhere.
  public static func standIn(for parameter: LayerParameter, _ outlook: Outlook) throws -> (
    description: any LayerDescription, assumption: String
  )? {
    let (memory, mean) = (parameter.memoryDataParam, parameter.transformParam.meanFile)
    let dims = [memory.batchSize, memory.channels, memory.height, memory.width]
    let isGiven = dims.allSatisfy { $0 > 0 }
    guard !mean.isEmpty || !isGiven else { return nil }
    return try absent([mean], of: parameter, outlook) { isGiven ? [dims, [dims[0]]] : [] }
  }

  /// A ``MemoryDataLayer``.
  public func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer {
    MemoryDataLayer(shape, transformer, context.random)
  }
}

/// Copies one batch after the other of what it was given, and from the start again.
public final class MemoryDataLayer: PositionedLayer, SampledLayer {
  private let shape: Shape
  private let transformer: DataTransformer
  private let random: RandomSource
  private var data: [Float] = []
  private var labels: [Float] = []
  private var records = 0

  init(_ shape: Shape, _ transformer: DataTransformer, _ random: RandomSource) {
    self.shape = shape
    self.transformer = transformer
    self.random = random
  }

  /// The images that were handed over; nil before.
  public var samples: Int? { labels.isEmpty ? nil : labels.count }
  /// The images of a batch.
  public var batch: Int { shape[0] }

  /// The images that were consumed since they were handed over.
  public var position: DataPosition {
    get { DataPosition(records: records) }
    set { records = newValue.records }
  }

  /// Takes arrays, which are not transformed.
  ///
  /// - Parameters:
  ///   - data: whole batches of images, in plain order
  ///   - labels: one per image
  /// - Throws: `LayerError/field(_:_:)` where they are no whole batches
  public func reset(data: [Float], labels: [Float]) throws {
    guard !labels.isEmpty, labels.count % shape[0] == 0 else {
      throw LayerError.field("memory_data_param.batch_size", "\(labels.count) images are no batches of \(shape[0])")
    }
    guard data.count == labels.count * shape.count(from: 1) else {
      throw LayerError.field(
        "memory_data_param", "\(data.count) elements are not \(labels.count) images of \(shape.count(from: 1))")
    }
    (self.data, self.labels, records) = (data, labels, 0)
  }

  /// Takes images, which are transformed once.
  ///
  /// - Throws: `LayerError/field(_:_:)` where they are no whole batches, or have another size once transformed
  public func reset(images: [DatumImage]) throws {
    var data = [Float](repeating: 0, count: images.count * shape.count(from: 1))
    for (index, image) in images.enumerated() {
      let dims = try transformer.outputDims(of: image.dims)
      guard [dims.channels, dims.height, dims.width] == Array(shape.dims.dropFirst()) else {
        throw LayerError.field("memory_data_param", "image \(index) is \(dims), not of the shape of a batch \(shape)")
      }
      try transformer.apply(image, to: &data, at: index * dims.count, random: random)
    }
    try reset(data: data, labels: images.map { Float($0.label) })
  }

  /// Gives the tops their shapes.
  public func reshape(bottom: [Blob], top: [Blob]) {
    top[0].reshape(shape)
    top[1].reshape([shape[0]])
  }

  /// Copies the next batch.
  ///
  /// - Throws: `LayerError/source(_:_:)` where there is none
  public func forward(bottom: [Blob], top: [Blob]) throws {
    guard !labels.isEmpty else { throw LayerError.source("memory", "no data was handed over before the first pass") }
    let size = shape.count(from: 1)
    // A position may be that of a run with batches of another size.
    let next = records % labels.count / batch * batch
    top[0].setPlainData(Array(data[next * size..<(next + batch) * size]))
    top[1].setPlainData(Array(labels[next..<next + batch]))
    records += batch
  }

  /// Nothing to do.
  public func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {}
}
