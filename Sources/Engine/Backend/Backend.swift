import NetModel

/// Computes the heavy layers. Layers ask it for operators when they are reshaped; everything else they compute
/// themselves.
///
/// An operator is made for one set of shapes and layouts and keeps what it prepares for them (primitives, packed
/// weights, workspaces). Blobs are passed whole, so that a device backend can use device memory.
public protocol Backend: AnyObject {
  /// The name in reports.
  var name: String { get }

  /// The layouts that a convolution of this shape wants for bottom and top, given what it is offered as a bottom.
  func preferredLayouts(_ shape: ConvolutionShape, offered: Layout) -> (bottom: Layout, top: Layout)
  /// The layout of a convolution's top where its bottom has the layout of `shape`. It does not depend on what would be
  /// preferred now: since the bottom got its layout, the convolution may have got a bias or another batch.
  func topLayout(_ shape: ConvolutionShape) -> Layout

  /// The layouts in which the elementwise and channelwise operators below work without conversion.
  var layouts: Set<Layout> { get }

  /// The layout that a local response normalisation wants, given what it is offered.
  func preferredLayout(_ shape: LocalResponseShape, offered: Layout) -> Layout

  /// A convolution.
  func convolution(_ shape: ConvolutionShape) throws -> any ConvolutionOperator
  /// An inner product of M rows.
  func innerProduct(_ shape: InnerProductShape) throws -> any InnerProductOperator
  /// Max or average pooling.
  func pooling(_ shape: PoolingShape) throws -> any PoolingOperator
  /// Local response normalisation across channels.
  func localResponse(_ shape: LocalResponseShape) throws -> any UnaryOperator
  /// Batch normalisation, with scale, shift and rectifier behind it if asked.
  func batchNorm(_ shape: BatchNormShape) throws -> any BatchNormOperator
  /// max(x, 0) + slope * min(x, 0), in place where top and bottom are one blob.
  func rectifier(negativeSlope: Float) throws -> any UnaryOperator

  /// Has the operators that run from now on use `scratch` where they need memory for themselves, instead of memory of
  /// the backend's own; nil takes it back.
  func lendScratch(_ scratch: Storage?)

  /// Copies data (or diff) of one blob to another of the same shape and another layout.
  func convert(_ source: FloatView, _ from: Layout, _ target: MutableFloatView, _ to: Layout, shape: Shape) throws
}

extension Backend {
  /// Nothing: the operators need none.
  public func lendScratch(_ scratch: Storage?) {}
}
