import Base
import Engine
import NetModel

/// The running half of the layers that read images in the background (Caffe: BasePrefetchingDataLayer).
///
/// The thread starts with the first pass, so that a net that is only described or resumed costs nothing.
final class PrefetchingLayer: PositionedLayer, SampledLayer {
  /// Makes the closure that fills one batch after the other, beginning at a position.
  typealias Start = (DataPosition) throws -> sending (inout ImageBatch) throws -> Void

  /// What the source knows.
  let samples: Int?
  private let shapes: [Shape]
  private let depth: Int
  private let start: Start
  private var prefetcher: Prefetcher<ImageBatch>?
  private var consumed: DataPosition

  /// - Parameters:
  ///   - shapes: the described tops
  ///   - samples: of the source, if it knows
  ///   - depth: batches made ahead
  ///   - seed: of the source's own random numbers
  ///   - start: makes the producer
  init(shapes: [Shape], samples: Int?, depth: Int, seed: UInt64, start: @escaping Start) {
    self.shapes = shapes
    self.samples = samples
    self.depth = depth
    self.start = start
    consumed = DataPosition(random: RandomSource(seed: Int(seed >> 1)).snapshot)
  }

  /// The most batches that are made ahead: more only take memory.
  private static let deepest = 1024

  /// Checks `data_param.prefetch`.
  static func check(prefetch depth: Int) throws(LayerError) {
    guard (1...deepest).contains(depth) else {
      throw .field("data_param.prefetch", "must be from 1 to \(deepest), but is \(depth)")
    }
  }

  /// The images of a batch.
  var batch: Int { shapes[0][0] }

  /// What was consumed so far; batches that are waiting do not count.
  var position: DataPosition {
    get { consumed }
    set {
      prefetcher = nil
      consumed.records = newValue.records
      if !newValue.random.isEmpty { consumed.random = newValue.random }
    }
  }

  /// Gives the tops their described shapes.
  func reshape(bottom: [Blob], top: [Blob]) {
    for (blob, shape) in zip(top, shapes) { blob.reshape(shape) }
  }

  /// Copies the next batch to the tops, whose image size follows it.
  func forward(bottom: [Blob], top: [Blob]) throws {
    let prefetcher = try self.prefetcher ?? Prefetcher(depth: depth, empty: ImageBatch(), produce: start(consumed))
    self.prefetcher = prefetcher
    try prefetcher.next { batch in
      let dims = batch.dims
      top[0].reshape(
        try Shape(checking: [batch.labels.count, dims.channels, dims.height, dims.width], field: "batch_size"))
      top[0].setPlainData(batch.data)
      if top.count > 1 { top[1].setPlainData(batch.labels) }
      consumed = batch.position
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {}
}
