import Base
import Engine
import NetIO
import NetModel

/// A batch of transformed images on its way from a data source to a net.
struct ImageBatch: Sendable {
  /// The extents of every image.
  private(set) var dims = ImageDims(channels: 0, height: 0, width: 0)
  /// The elements, image by image.
  private(set) var data: [Float] = []
  /// One per image.
  private(set) var labels: [Float] = []
  /// Where the source stands after the batch.
  var position = DataPosition()

  /// Fills the batch with transformed images, whose size is that of the first.
  ///
  /// - Parameters:
  ///   - count: the number of images
  ///   - source: its name, for errors
  ///   - walk: says which records the images are of
  ///   - next: gives the next image but so many, and may draw from its random numbers
  mutating func fill(
    _ count: Int, from source: String, _ transformer: DataTransformer, _ walk: inout RecordWalk,
    next: (_ skipped: Int, _ random: RandomSource) throws -> DatumImage
  ) throws {
    for index in 0..<count {
      let (skipped, random) = walk.go(to: index)
      let image = try next(skipped, random)
      let dims = try transformer.outputDims(of: image.dims)
      if index == 0 { resize(count, dims) }
      guard dims == self.dims else {
        throw LayerError.source(
          source, "image \(index) of a batch has the size \(dims), but the first has \(self.dims)")
      }
      try transformer.apply(image, to: &data, at: index * dims.count, random: random)
      labels[index] = Float(image.label)
    }
    walk.finishBatch()
    position = walk.position
  }

  private mutating func resize(_ count: Int, _ dims: ImageDims) {
    self.dims = dims
    if data.count != count * dims.count { data = [Float](repeating: 0, count: count * dims.count) }
    if labels.count != count { labels = [Float](repeating: 0, count: count) }
  }
}
