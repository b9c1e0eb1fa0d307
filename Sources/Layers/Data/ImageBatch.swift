/// A batch of transformed images on its way from a data source to a net.
struct ImageBatch: Sendable {
  /// The extents of every image.
  var dims = ImageDims(channels: 0, height: 0, width: 0)
  /// The elements, image by image.
  var data: [Float] = []
  /// One per image.
  var labels: [Float] = []
  /// Where the source stands after the batch.
  var position = DataPosition()

  /// Gives the batch its size.
  mutating func resize(_ count: Int, _ dims: ImageDims) {
    self.dims = dims
    if data.count != count * dims.count { data = [Float](repeating: 0, count: count * dims.count) }
    if labels.count != count { labels = [Float](repeating: 0, count: count) }
  }
}
