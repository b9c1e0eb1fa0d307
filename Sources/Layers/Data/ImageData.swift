import CaffeProto
import Engine
import NetIO
import NetModel

/// Image files and labels from a list (Caffe: image_data_layer.cpp).
///
/// Tops: images (batch, channels, height, width) and labels (batch).
struct ImageData: RunnableDescription, SourceReading {
  static let type = "ImageData"
  private let files: ImageFiles
  private let list: ImageList
  private let transformer: DataTransformer
  private let batchSize: Int
  private let prefetch: Int
  private let shuffle: Bool
  private let randSkip: Int
  private let shapes: [Shape]

  /// Reads `image_data_param`, `transform_param`, the list and its first image, which says what shape the images have.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    let image = parameter.imageDataParam
    guard image.batchSize > 0 else { throw LayerError.field("image_data_param.batch_size", "must be positive") }
    try PrefetchingLayer.check(prefetch: parameter.dataParam.prefetch)
    guard !image.source.isEmpty else { throw LayerError.field("image_data_param.source", "is missing") }
    batchSize = image.batchSize
    prefetch = parameter.dataParam.prefetch
    shuffle = image.shuffle
    randSkip = image.randSkip
    files = try ImageFiles(image)
    list = try ImageList(file: image.source)
    guard randSkip <= list.entries.count else {
      throw LayerError.field(
        "image_data_param.rand_skip", "\(randSkip) may skip more than the \(list.entries.count) images of the list")
    }
    transformer = try DataTransformer(parameter.transformParam, phase: context.phase)
    let dims = try transformer.outputDims(of: files.read(list.entries[0]).dims)
    shapes = [
      try Shape(checking: [batchSize, dims.channels, dims.height, dims.width], field: "image_data_param.batch_size"),
      [batchSize],
    ]
  }

  var arity: Arity { Arity(bottom: 0...0, top: 2...2) }
  /// Images, labels.
  func topShapes(_ bottom: [Shape]) -> [Shape] { shapes }
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { ChannelMap([]) }

  /// Without the list or the mean: images of the crop size, or of the size that all are brought to.
  static func standIn(for parameter: LayerParameter, _ outlook: Outlook) throws -> (
    description: any LayerDescription, assumption: String
  )? {
    let (image, transform) = (parameter.imageDataParam, parameter.transformParam)
    return try absent([image.source, transform.meanFile], of: parameter, outlook) {
      let isSized = image.newHeight > 0 && image.newWidth > 0
      let size: (height: Int, width: Int)? = isSized ? (image.newHeight, image.newWidth) : nil
      return [
        transform.croppedDims(isColor: image.isColor, size: size).map { [image.batchSize] + $0 }, [image.batchSize],
      ]
    }
  }

  /// A layer that reads in the background.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer {
    let (files, list, transformer, batchSize) = (files, list, transformer, batchSize)
    let (shuffle, randSkip, share) = (shuffle, randSkip, context.share)
    return PrefetchingLayer(
      shapes: shapes, samples: list.entries.count, depth: prefetch, seed: context.random.next()
    ) { position in
      // A position behind the first batch also holds the seed of the order and the number for rand_skip.
      var walk = RecordWalk(from: position, batch: batchSize, share) { [$0.next(), $0.next()] }
      let skipped = randSkip > 0 ? Int(walk.others[1] % UInt64(randSkip)) : 0
      var cursor = ImageList.Cursor(list, seed: shuffle ? walk.others[0] : nil, start: skipped + position.records)
      return { batch in
        try batch.fill(batchSize, from: files.source, transformer, &walk) { skipped, _ in
          for _ in 0..<skipped { _ = cursor.take() }
          return try files.read(cursor.take())
        }
      }
    }
  }
}

/// Reads the files of a list.
struct ImageFiles: Sendable {
  /// The list's path.
  let source: String
  private let root: String
  private let size: (height: Int, width: Int)?
  private let decoder: ImageDecoder

  /// Reads `root_folder`, `new_height`, `new_width` and `is_color`.
  init(_ image: ImageDataParameter) throws {
    source = image.source
    root = image.rootFolder
    decoder = ImageDecoder(color: image.isColor ? .color : .gray)
    guard (image.newHeight > 0) == (image.newWidth > 0) else {
      throw LayerError.field("image_data_param.new_height", "new_height and new_width must be given together")
    }
    guard ImageSize.isAllowed([image.isColor ? 3 : 1, image.newHeight, image.newWidth]) else {
      throw LayerError.field(
        "image_data_param.new_height", "\(image.newHeight) x \(image.newWidth) pixels are over the limit")
    }
    size = image.newHeight > 0 ? (image.newHeight, image.newWidth) : nil
  }

  /// The image of an entry, at the wanted size.
  func read(_ entry: ImageList.Entry) throws -> DatumImage {
    var image = try reading(root + entry.path) { try decoder.read(root + entry.path) }
    if let size {
      guard let resized = image.resized(height: size.height, width: size.width) else {
        throw LayerError.source(root + entry.path, "cannot be resized to \(size.height) x \(size.width) pixels")
      }
      image = resized
    }
    image.label = entry.label
    return image
  }
}
