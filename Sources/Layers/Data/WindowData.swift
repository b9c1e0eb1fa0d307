import CaffeProto
import Engine
import NetIO
import NetModel

/// Windows of images, warped to one size: a fraction of each batch holds objects, the rest background (Caffe:
/// window_data_layer.cpp; Girshick et al., 2014). Tops: images (batch, 3, crop, crop), labels (batch).
struct WindowData: RunnableDescription, SourceReading {
  static let type = "WindowData"
  private let windows: WindowFile
  private let cutter: WindowCutter
  private let source: String
  private let batchSize: Int
  private let objects: Int
  private let prefetch: Int
  private let shapes: [Shape]

  /// Reads `window_data_param`, `transform_param` (crop_size, mirror and the mean) and the window file. Like stock
  /// Caffe, the layer takes its scale from `window_data_param`. `cache_images` changes no result and is not read.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    let window = parameter.windowDataParam
    guard window.batchSize > 0 else {
      throw LayerError.field("window_data_param.batch_size", "must be given and positive")
    }
    guard !window.source.isEmpty else { throw LayerError.field("window_data_param.source", "is missing") }
    try PrefetchingLayer.check(prefetch: parameter.dataParam.prefetch)
    guard window.fgFraction >= 0, window.fgFraction <= 1 else {
      throw LayerError.field("window_data_param.fg_fraction", "must be from 0 to 1, not \(window.fgFraction)")
    }
    source = window.source
    batchSize = window.batchSize
    objects = Int(Float(batchSize) * window.fgFraction)
    prefetch = parameter.dataParam.prefetch
    cutter = try WindowCutter(window, parameter.transformParam)
    windows = try WindowFile(source, objects: window.fgThreshold, others: window.bgThreshold)
    shapes = [
      try Shape(checking: [batchSize, 3, cutter.size, cutter.size], field: "window_data_param.batch_size"),
      [batchSize],
    ]
  }

  var arity: Arity { Arity(bottom: 0...0, top: 2...2) }
  /// Images, labels.
  func topShapes(_ bottom: [Shape]) -> [Shape] { shapes }
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { ChannelMap([]) }

  /// Without the window file or the mean: windows of the crop size.
  static func standIn(for parameter: LayerParameter, _ outlook: Outlook) throws -> (
    description: any LayerDescription, assumption: String
  )? {
    let (window, transform) = (parameter.windowDataParam, parameter.transformParam)
    return try absent([window.source, transform.meanFile], of: parameter, outlook) {
      [transform.croppedDims(isColor: true).map { [window.batchSize] + $0 }, [window.batchSize]]
    }
  }

  /// A layer that reads in the background.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    let (windows, cutter, source) = (windows, cutter, source)
    let (batchSize, background, share) = (batchSize, batchSize - objects, context.share)
    // The cutter has done what a transformer does.
    let transformer = try DataTransformer(TransformationParameter(), phase: context.phase)
    let samples = windows.foreground.count + windows.background.count
    return PrefetchingLayer(
      shapes: shapes, samples: samples, depth: prefetch, seed: context.random.next()
    ) { position in
      var walk = RecordWalk(from: position, batch: batchSize, share)
      return { batch in
        var taken = 0
        try batch.fill(batchSize, from: source, transformer, &walk) { _, random in
          let kind = taken < background ? windows.background : windows.foreground
          taken += 1
          let window = kind[random.below(kind.count)]
          return try cutter.cut(window, from: windows.images[window.image], random)
        }
      }
    }
  }
}
