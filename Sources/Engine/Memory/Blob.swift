import CaffeProto
import NetModel

/// A named array of floats and its gradient, as in Caffe; in memory both lie in the blob's ``Layout``.
///
/// The layer that makes a blob chooses its layout when it reshapes it; layers that want another one get a converted
/// blob from the net. `data` and `diff` are physical views. A device backend brings memory to the host in `data` and
/// `diff`, and marks it stale in `mutableData` and `mutableDiff`, as Caffe's `cpu_data` and `mutable_cpu_data` do.
public final class Blob {
  /// The name in the prototxt; empty for parameters.
  public let name: String
  /// The logical shape.
  public private(set) var shape: Shape
  /// How the elements lie in memory.
  public private(set) var layout: Layout
  private(set) var dataStorage = Storage()
  private(set) var diffStorage = Storage()

  /// Makes a blob.
  public init(name: String = "", shape: Shape = Shape([0]), layout: Layout = .plain) {
    self.name = name
    self.shape = shape
    self.layout = layout
    reshape(shape, layout: layout)
  }

  /// Changes shape and layout; the content is lost only where it must grow.
  public func reshape(_ shape: Shape, layout: Layout = .plain) {
    precondition(layout == .plain || shape.rank == 4, "layout \(layout) needs four axes, not \(shape)")
    self.shape = shape
    self.layout = layout
    dataStorage.reserve(physicalCount)
    diffStorage.reserve(physicalCount)
  }

  /// Counts the changes of `data`, of every blob that shares it, so that packed copies of weights know when they are
  /// stale.
  public var dataVersion: Int { dataStorage.version }

  /// The number of logical elements.
  public var count: Int { shape.count }

  /// The number of floats in memory, padding included.
  public var physicalCount: Int { layout.physicalCount(shape) }

  /// The elements, physically ordered.
  public var data: FloatView { data(in: nil) }

  /// The elements, to be written.
  public var mutableData: MutableFloatView { mutableData(in: nil) }

  /// The gradient, physically ordered.
  public var diff: FloatView { mutableDiff.readOnly }

  /// The gradient, to be written.
  public var mutableDiff: MutableFloatView { mutableDiff(in: nil) }

  /// Sets the gradient to zero. That costs nothing where an operator then begins its sum by `addingDiff(in:)`.
  public func clearDiff() { diffStorage.clear() }

  /// The gradient, to be added to; where `startsAtZero`, the first summand must overwrite what is there.
  func addingDiff(in tiles: FilterTiles? = nil) -> (diff: MutableFloatView, startsAtZero: Bool) {
    let (pointer, startsAtZero) = diffStorage.takeForSum(in: tiles)
    return (MutableFloatView(pointer, count: tiles?.count ?? physicalCount), startsAtZero)
  }

  /// Uses the same memory for the elements as `other` (Split, Flatten, Reshape, shared parameters).
  public func shareData(with other: Blob) {
    dataStorage = other.dataStorage
    dataStorage.reserve(physicalCount)
  }

  /// Uses the same memory for the gradient as `other`.
  public func shareDiff(with other: Blob) {
    diffStorage = other.diffStorage
    diffStorage.reserve(physicalCount)
  }

  /// Takes elements in plain order without copying them: they are shared until somebody writes to the blob.
  public func borrow(_ values: Floats) {
    precondition(values.count == count && layout == .plain, "\(values.count) values for a blob of \(shape)")
    if !dataStorage.borrow(values) { mutableData.copy(Array(values)) }
  }

  /// Uses the gradient of `other` as elements and its elements as gradient: a transposed convolution is a convolution
  /// that runs backward.
  public func shareExchanged(with other: Blob) {
    (dataStorage, diffStorage) = (other.diffStorage, other.dataStorage)
    dataStorage.reserve(physicalCount)
    diffStorage.reserve(physicalCount)
  }

  /// What blobs whose elements lie in common memory have in common.
  public var dataIdentity: ObjectIdentifier { dataStorage.memoryIdentity }

  /// The bytes held for data and diff.
  public var allocatedBytes: Int { dataStorage.allocatedBytes + diffStorage.allocatedBytes }
}

extension Blob {
  /// The elements in plain order, copied; tiles stay tiles.
  public var plainData: [Float] {
    dataTiles == nil ? plain(data) : plain { copyData(to: $0) }
  }

  /// The gradient in plain order, copied; tiles stay tiles.
  public var plainDiff: [Float] {
    diffTiles == nil ? plain(diff) : plain { copyDiff(to: $0) }
  }

  /// Writes the elements from plain order.
  public func setPlainData(_ values: [Float]) { setPlain(values, mutableData) }

  /// Writes the gradient from plain order.
  public func setPlainDiff(_ values: [Float]) { setPlain(values, mutableDiff) }

  private func plain(_ copy: (MutableFloatView) -> Void) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { values, initialized in
      if let base = values.baseAddress { copy(MutableFloatView(base, count: count)) }
      initialized = count
    }
  }

  private func plain(_ view: FloatView) -> [Float] {
    if layout == .plain { return Array(view) }
    var values = [Float](repeating: 0, count: count)
    forEachElement { plain, physical in values[plain] = view[physical] }
    return values
  }

  private func setPlain(_ values: [Float], _ view: MutableFloatView) {
    precondition(values.count == count, "\(values.count) values for a blob of \(shape)")
    if layout == .plain { return view.copy(values) }
    view.fill(0)
    forEachElement { plain, physical in view[physical] = values[plain] }
  }

  private func forEachElement(_ body: (_ plain: Int, _ physical: Int) -> Void) {
    var index = 0
    for n in 0..<shape[0] {
      for c in 0..<shape[1] {
        for y in 0..<shape[2] {
          for x in 0..<shape[3] {
            body(index, layout.offset(shape, n, c, y, x))
            index += 1
          }
        }
      }
    }
  }
}
