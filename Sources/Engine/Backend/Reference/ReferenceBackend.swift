import NetModel

/// Computes as Caffe's CPU code does: plain arrays, windows lowered to matrices, BLAS, loops.
///
/// Slow, and independent of the other backends: what they compute is checked against it.
public final class ReferenceBackend: Backend {
  /// Makes a backend.
  public init() {}

  /// The name in reports.
  public var name: String { "reference" }

  /// Only plain.
  public var layouts: Set<Layout> { [.plain] }

  /// Plain.
  public func preferredLayouts(_ shape: ConvolutionShape, offered: Layout) -> (bottom: Layout, top: Layout) {
    (.plain, .plain)
  }

  /// Plain.
  public func topLayout(_ shape: ConvolutionShape) -> Layout { .plain }

  /// Plain.
  public func preferredLayout(_ shape: LocalResponseShape, offered: Layout) -> Layout { .plain }

  /// A convolution.
  public func convolution(_ shape: ConvolutionShape) throws -> any ConvolutionOperator {
    try requirePlain(shape.bottomLayout, "convolution of \(shape.bottom)")
    try requirePlain(shape.topLayout, "convolution of \(shape.bottom)")
    return ReferenceConvolution(shape)
  }

  /// An inner product of M rows.
  public func innerProduct(_ shape: InnerProductShape) throws -> any InnerProductOperator {
    ReferenceInnerProduct(shape)
  }

  /// Max or average pooling.
  public func pooling(_ shape: PoolingShape) throws -> any PoolingOperator {
    try requirePlain(shape.layout, "pooling of \(shape.bottom)")
    return ReferencePooling(shape)
  }

  /// Local response normalisation across channels.
  public func localResponse(_ shape: LocalResponseShape) throws -> any UnaryOperator {
    try requirePlain(shape.layout, "LRN of \(shape.shape)")
    return ReferenceLocalResponse(shape)
  }

  /// Batch normalisation without scale and shift.
  public func batchNorm(_ shape: BatchNormShape) throws -> any BatchNormOperator {
    try requirePlain(shape.layout, "batch normalisation of \(shape.shape)")
    return ReferenceBatchNorm(shape)
  }

  /// max(x, 0) + slope * min(x, 0).
  public func rectifier(negativeSlope: Float) throws -> any UnaryOperator {
    ReferenceRectifier(slope: negativeSlope)
  }

  /// Copies floats from one layout to another, one by one.
  public func convert(
    _ source: FloatView, _ from: Layout, _ target: MutableFloatView, _ to: Layout, shape: Shape
  ) throws {
    guard from != to else { return target.copy(source) }
    target.fill(0)
    for n in 0..<shape[0] {
      for c in 0..<shape[1] {
        for y in 0..<shape[2] {
          for x in 0..<shape[3] {
            target[to.offset(shape, n, c, y, x)] = source[from.offset(shape, n, c, y, x)]
          }
        }
      }
    }
  }

  private func requirePlain(_ layout: Layout, _ operation: String) throws(BackendError) {
    guard layout == .plain else {
      throw BackendError(backend: name, operation: operation, cause: "layout \(layout) is not plain")
    }
  }
}
