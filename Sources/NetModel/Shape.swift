/// The dimensions of a blob, outermost first; a scalar has none.
///
/// Dimensions are validated where they enter (parsers, layer descriptions), so that products here cannot overflow.
public struct Shape: Hashable, Sendable {
  /// The extent of every axis.
  public let dims: [Int]

  /// The number of elements.
  public let count: Int

  /// Makes a shape.
  ///
  /// - Throws: ``ShapeError`` when a dimension is negative or the number of elements exceeds 2^31 - 1, Caffe's limit.
  public init(checking dims: [Int]) throws {
    var product = 1
    for dim in dims {
      let (next, overflow) = product.multipliedReportingOverflow(by: dim)
      guard dim >= 0, !overflow, next <= Int(Int32.max) else { throw ShapeError.tooLarge(dims) }
      product = next
    }
    self.dims = dims
    self.count = product
  }

  /// Makes a shape from dimensions that are known to be sound.
  public init(_ dims: [Int]) {
    self.dims = dims
    self.count = dims.reduce(1, *)
  }

  /// As users declare shapes, as in 1x3x224x224.
  public var declaration: String { dims.map(String.init).joined(separator: "x") }

  /// The number of axes.
  public var rank: Int { dims.count }

  /// The extent of axis `axis`, counted from the front.
  public subscript(axis: Int) -> Int { dims[axis] }

  /// The number of elements in axes `from ..< to`; to the last axis if `to` is nil.
  public func count(from: Int, to: Int? = nil) -> Int {
    dims[from..<(to ?? dims.count)].reduce(1, *)
  }

  /// The non-negative index of `axis`, where negative values count from the end.
  ///
  /// - Throws: ``ShapeError`` when there is no such axis.
  public func canonicalAxis(_ axis: Int) throws -> Int {
    guard axis >= -rank, axis < rank else { throw ShapeError.noAxis(axis, self) }
    return axis < 0 ? axis + rank : axis
  }

  /// This shape with axis `axis` replaced.
  public func replacing(axis: Int, with extent: Int) -> Shape {
    var dims = dims
    dims[axis] = extent
    return Shape(dims)
  }

  /// The extent of axis `axis` in Caffe's old view of blobs as (num, channels, height, width), where missing axes are 1.
  public func legacy(_ axis: Int) -> Int { axis < rank ? dims[axis] : 1 }
}

extension Shape: ExpressibleByArrayLiteral, CustomStringConvertible {
  /// Makes a shape from literal dimensions.
  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The dimensions and the number of elements in Caffe's log form, `64 20 24 24 (737280)`.
  public var description: String {
    (dims.map(String.init) + ["(\(count))"]).joined(separator: " ")
  }
}

/// A shape that cannot be.
public enum ShapeError: Error, Equatable, CustomStringConvertible {
  /// A dimension is negative, or there are more than 2^31 - 1 elements.
  case tooLarge([Int])
  /// An axis index outside the shape.
  case noAxis(Int, Shape)

  /// What is wrong, with the values.
  public var description: String {
    switch self {
    case .tooLarge(let dims): "shape \(dims) is negative or has more than 2^31 - 1 elements"
    case .noAxis(let axis, let shape): "axis \(axis) is out of range for the shape \(shape)"
    }
  }
}
