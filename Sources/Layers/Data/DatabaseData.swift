import CaffeProto
import Engine
import NetModel

/// Images and labels from a database of Datum records, in the order of its keys and from the start again after the last
/// (Caffe: `Data`, data_layer.cpp).
///
/// Tops: images (batch, channels, height, width), and where it is wanted the labels (batch). `rand_skip` is read and
/// ignored, as in stock Caffe.
struct DatabaseData: RunnableDescription, DrawingLabelled, SourceReading {
  static let type = "Data"
  private let source: DatumSource
  private let transformer: DataTransformer
  private let batchSize: Int
  private let prefetch: Int
  private let shapes: [Shape]
  private let samples: Int?

  /// Reads `data_param` and `transform_param`, and the first record, which says what shape the images have.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    let data = parameter.dataParam
    guard data.batchSize > 0 else {
      throw LayerError.field("data_param.batch_size", "must be given and positive")
    }
    try PrefetchingLayer.check(prefetch: data.prefetch)
    batchSize = data.batchSize
    prefetch = data.prefetch
    source = try DatumSource(data, parameter.transformParam)
    transformer = try DataTransformer(parameter.transformParam, phase: context.phase)
    let reader = try source.reader(at: 0)
    samples = reader.knownCount
    let dims = try transformer.outputDims(of: reader.next().dims)
    let images = try Shape(
      checking: [batchSize, dims.channels, dims.height, dims.width], field: "data_param.batch_size")
    shapes = parameter.top.count > 1 ? [images, [batchSize]] : [images]
  }

  var arity: Arity { Arity(bottom: 0...0, top: 1...2) }
  /// Images, labels.
  func topShapes(_ bottom: [Shape]) -> [Shape] { shapes }
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { ChannelMap([]) }

  /// Without the database or the mean: images of the crop size.
  static func standIn(for parameter: LayerParameter, _ outlook: Outlook) throws -> (
    description: any LayerDescription, assumption: String
  )? {
    let (data, transform) = (parameter.dataParam, parameter.transformParam)
    return try absent([data.source, transform.meanFile], of: parameter, outlook) {
      [transform.croppedDims().map { [data.batchSize] + $0 }, [data.batchSize]]
    }
  }

  /// The size of its batches.
  static func drawingLabel(_ parameter: LayerParameter) -> DrawingLabel {
    DrawingLabel(output: "Batch \(parameter.dataParam.batchSize)", fill: "#6495ED")
  }

  /// A layer that reads in the background.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer {
    let (source, transformer, batchSize, share) = (source, transformer, batchSize, context.share)
    return PrefetchingLayer(shapes: shapes, samples: samples, depth: prefetch, seed: context.random.next()) {
      position in
      let reader = try source.reader(at: position.records)
      var walk = RecordWalk(from: position, batch: batchSize, share)
      return { batch in
        try batch.fill(batchSize, from: source.name, transformer, &walk) { skipped, _ in
          try reader.next(after: skipped)
        }
      }
    }
  }
}
