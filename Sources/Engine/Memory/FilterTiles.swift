import CKernels
import NetModel

/// How filters lie where vectorised convolutions compute with them as they are: in tiles of 16 inputs by 16 outputs,
/// row-major as (outputs / 16, inputs / 16, window, 16, 16).
///
/// A ``Blob`` remembers that its elements lie so, and takes them back to the order of the axes when somebody asks for
/// them in that order.
public struct FilterTiles: Hashable, Sendable {
  let outputs: Int
  /// Of one convolution group.
  let inputs: Int
  let window: Int

  /// The tiles of filters of `shape` (outputs, inputs, height, width); nil where some would not be whole.
  public init?(_ shape: Shape) {
    guard shape.rank == 4, shape[0] % Self.side == 0, shape[1] % Self.side == 0 else { return nil }
    (outputs, inputs, window) = (shape[0], shape[1], shape.count(from: 2))
  }

  /// Of a tile.
  static let side = Int(CK_TILE)

  var count: Int { outputs * inputs * window }

  var kernel: ck_tiles { ck_tiles(outputs: outputs, inputs: inputs, window: window) }

  /// Copies floats in the order of the axes into tiles.
  func tile(_ plain: UnsafePointer<Float>, to tiled: UnsafeMutablePointer<Float>) { ck_tile(kernel, plain, tiled) }

  /// Copies them back.
  func untile(_ tiled: UnsafePointer<Float>, to plain: UnsafeMutablePointer<Float>) { ck_untile(kernel, tiled, plain) }
}

// Filters in tiles: asked for in the order of their axes, they are taken back to it first.
extension Blob {
  /// Whether filters always lie in the order of their axes. This is for filters that are read in that order again and
  /// again: reordering them each time would take longer than packing them.
  public var staysPlain: Bool {
    get { dataStorage.staysPlain }
    set { dataStorage.staysPlain = newValue }
  }

  /// What stays of weights of which some are pruned for good, so that gradients of the pruned ones need not be
  /// computed. Nil as long as any weight may still be wanted.
  public var finalMask: MatrixMask? {
    get { dataStorage.finalMask }
    set { dataStorage.finalMask = newValue }
  }

  /// How the elements lie now, if they are filters in tiles.
  public var dataTiles: FilterTiles? { dataStorage.tiles }

  /// How the gradient lies now.
  public var diffTiles: FilterTiles? { diffStorage.tiles }

  /// The elements, in tiles from now on, or in the order of the axes where `tiles` is nil.
  public func data(in tiles: FilterTiles?) -> FloatView {
    FloatView(dataStorage.readPointer(in: tiles), count: physicalCount)
  }

  /// The same, to be written.
  public func mutableData(in tiles: FilterTiles?) -> MutableFloatView {
    dataStorage.version += 1
    return MutableFloatView(dataStorage.pointer(in: tiles), count: physicalCount)
  }

  /// The same for the gradient.
  public func mutableDiff(in tiles: FilterTiles?) -> MutableFloatView {
    MutableFloatView(diffStorage.pointer(in: tiles), count: physicalCount)
  }

  /// Has the elements of a plain blob read in the order of their axes; tiles stay tiles.
  func readingPlain<Result>(_ body: (FloatView) -> Result) -> Result {
    guard dataTiles != nil else { return body(data) }
    return plainData.withUnsafeBufferPointer { values in
      values.baseAddress.map { body(FloatView($0, count: values.count)) } ?? body(data)
    }
  }

  /// Copies the elements of a plain blob in the order of their axes; tiles stay tiles.
  public func copyData(to target: MutableFloatView) { target.copy(data(in: dataTiles), from: dataTiles, of: layout) }

  /// The same for the gradient.
  public func copyDiff(to target: MutableFloatView) {
    target.copy(mutableDiff(in: diffTiles).readOnly, from: diffTiles, of: layout)
  }
}

extension MutableFloatView {
  fileprivate func copy(_ values: FloatView, from tiles: FilterTiles?, of layout: Layout) {
    precondition(layout == .plain && values.count == count, "\(values.count) floats, \(layout), for \(count)")
    guard let tiles else { return copy(values) }
    tiles.untile(values.pointer, to: pointer)
  }
}

extension MatrixMask {
  /// Whether the mask is of filters in such tiles, and its blocks of rows are of whole ones.
  public func fits(_ tiles: FilterTiles) -> Bool {
    rows.count == tiles.outputs && width == tiles.inputs * tiles.window && rows.count / blocks % FilterTiles.side == 0
  }

  /// Sets the elements of a blob that do not stay to zero, in whatever order they lie.
  public func apply(toDataOf blob: Blob) {
    apply(to: blob.mutableData(in: tiles(blob.dataTiles)), tiles(blob.dataTiles))
  }

  /// The same for its gradient.
  public func apply(toDiffOf blob: Blob) {
    apply(to: blob.mutableDiff(in: tiles(blob.diffTiles)), tiles(blob.diffTiles))
  }

  private func tiles(_ tiles: FilterTiles?) -> FilterTiles? { tiles.flatMap { fits($0) ? $0 : nil } }

  private func apply(to values: MutableFloatView, _ tiles: FilterTiles?) {
    guard let tiles else { return apply(to: values) }
    withKernel { ck_multiply_tiles(tiles.kernel, matrix, $0, values.pointer) }
  }
}
