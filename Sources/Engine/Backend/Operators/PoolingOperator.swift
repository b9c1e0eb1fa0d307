import NetModel

/// The geometry of a pooling; the top's size follows Caffe's ceil (or floor) rule and is given.
public struct PoolingShape: Hashable, Sendable {
  /// What a window becomes.
  public enum Method: Hashable, Sendable {
    /// Its maximum, the first one in scan order.
    case max
    /// Its sum over the size of the window clipped to the padded image, as Caffe counts.
    case average
  }

  /// What a window becomes.
  public var method: Method
  /// (N, C, H, W) of the bottom.
  public var bottom: Shape
  /// (N, C, H', W') of the top.
  public var top: Shape
  /// (height, width) of the window.
  public var kernel: ConvolutionShape.Pair
  /// Rows and columns around.
  public var pad: ConvolutionShape.Pair
  /// Steps.
  public var stride: ConvolutionShape.Pair
  /// The layout of bottom and top.
  public var layout: Layout
  /// False where no gradient will be asked for.
  public var training: Bool

  /// Makes a shape.
  public init(
    method: Method, bottom: Shape, top: Shape, kernel: ConvolutionShape.Pair, pad: ConvolutionShape.Pair,
    stride: ConvolutionShape.Pair, layout: Layout, training: Bool
  ) {
    self.method = method
    self.bottom = bottom
    self.top = top
    self.kernel = kernel
    self.pad = pad
    self.stride = stride
    self.layout = layout
    self.training = training
  }
}

/// An operator with one bottom and one top of the same layout.
public protocol UnaryOperator: AnyObject {
  /// Computes the top.
  func forward(bottom: Blob, top: Blob) throws
  /// Computes the bottom's gradient from the last forward pass.
  func backward(top: Blob, bottom: Blob) throws
}

/// A pooling.
public protocol PoolingOperator: UnaryOperator {
  /// For maxima: where in the bottom's plain H x W plane each top element came from, as Caffe's optional second top
  /// gives it. Nil for averages.
  func maximumPositions(top: Blob) throws -> [Float]?
}
