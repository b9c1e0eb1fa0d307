/// Floats to read. A view does not own its memory: it is valid while the blob it came from lives and keeps its shape.
@frozen public struct FloatView: RandomAccessCollection {
  /// The first float, for C-facing code.
  public let pointer: UnsafePointer<Float>
  /// The number of floats.
  public let count: Int

  /// Wraps `count` floats at `pointer`.
  @inlinable public init(_ pointer: UnsafePointer<Float>, count: Int) {
    self.pointer = pointer
    self.count = count
  }

  /// The start, 0.
  @inlinable public var startIndex: Int { 0 }
  /// The end, `count`.
  @inlinable public var endIndex: Int { count }

  /// The float at `index`, which is checked in debug builds.
  @inlinable public subscript(index: Int) -> Float {
    assert(index >= 0 && index < count, "index \(index) outside \(count) floats")
    return pointer[index]
  }

  /// The floats from `first`, `count` of them.
  @inlinable public func part(_ first: Int, count: Int) -> FloatView {
    assert(first >= 0 && count >= 0 && first + count <= self.count, "\(first)+\(count) outside \(self.count) floats")
    return FloatView(pointer + first, count: count)
  }
}

/// Floats to write. See ``FloatView``.
@frozen public struct MutableFloatView: RandomAccessCollection {
  /// The first float, for C-facing code.
  public let pointer: UnsafeMutablePointer<Float>
  /// The number of floats.
  public let count: Int

  /// Wraps `count` floats at `pointer`.
  @inlinable public init(_ pointer: UnsafeMutablePointer<Float>, count: Int) {
    self.pointer = pointer
    self.count = count
  }

  /// The start, 0.
  @inlinable public var startIndex: Int { 0 }
  /// The end, `count`.
  @inlinable public var endIndex: Int { count }

  /// The float at `index`, which is checked in debug builds.
  @inlinable public subscript(index: Int) -> Float {
    get {
      assert(index >= 0 && index < count, "index \(index) outside \(count) floats")
      return pointer[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count, "index \(index) outside \(count) floats")
      pointer[index] = newValue
    }
  }

  /// The floats from `first`, `count` of them.
  @inlinable public func part(_ first: Int, count: Int) -> MutableFloatView {
    assert(first >= 0 && count >= 0 && first + count <= self.count, "\(first)+\(count) outside \(self.count) floats")
    return MutableFloatView(pointer + first, count: count)
  }

  /// The same floats, to read.
  @inlinable public var readOnly: FloatView { FloatView(UnsafePointer(pointer), count: count) }

  /// Sets every float to `value`.
  @inlinable public func fill(_ value: Float) { pointer.update(repeating: value, count: count) }

  /// Copies `source`, which must have the same number of floats.
  @inlinable public func copy(_ source: FloatView) {
    precondition(source.count == count, "copying \(source.count) floats over \(count)")
    if UnsafePointer(pointer) != source.pointer { pointer.update(from: source.pointer, count: count) }
  }

  /// Copies an array, which must have the same number of floats.
  public func copy(_ source: [Float]) {
    precondition(source.count == count, "copying \(source.count) floats over \(count)")
    source.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { pointer.update(from: base, count: count) }
    }
  }
}
