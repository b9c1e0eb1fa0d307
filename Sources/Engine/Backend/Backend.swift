import NetModel

/// Computes the heavy layers. Layers ask it for operators when they are reshaped; everything else they compute themselves.
///
/// An operator is made for one set of shapes and layouts and keeps what it prepares for them (primitives, packed
/// weights, workspaces). Blobs are passed whole, so that a device backend can use device memory.
public protocol Backend: AnyObject {
  /// The name in reports.
  var name: String { get }

  /// The layouts that a convolution of this shape wants for bottom and top, given what it is offered as a bottom.
  func preferredLayouts(_ shape: ConvolutionShape, offered: Layout) -> (bottom: Layout, top: Layout)
  /// The layout that a convolution's top gets where its bottom lies as `shape` says, whatever would be preferred now:
  /// since the bottom was placed, the convolution may have got a bias or another batch.
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

  /// Has the operators that run from now on use `scratch` where they need memory for themselves, instead of memory of the
  /// backend's own; nil takes it back.
  func lendScratch(_ scratch: Storage?)

  /// Copies data (or diff) of one blob to another of the same shape and another layout.
  func convert(_ source: FloatView, _ from: Layout, _ target: MutableFloatView, _ to: Layout, shape: Shape) throws
}

extension Backend {
  /// Nothing: the operators need none.
  public func lendScratch(_ scratch: Storage?) {}
}

/// The geometry of a two-dimensional convolution.
public struct ConvolutionShape: Hashable, Sendable {
  /// (N, C, H, W) of the bottom.
  public var bottom: Shape
  /// (N, O, H', W') of the top.
  public var top: Shape
  /// (height, width) of the kernel.
  public var kernel: Pair
  /// Zero rows above and below, zero columns left and right.
  public var pad: Pair
  /// Steps.
  public var stride: Pair
  /// Distance of kernel positions; 1 is dense.
  public var dilation: Pair
  /// The number of groups.
  public var group: Int
  /// Whether there is a bias.
  public var hasBias: Bool
  /// Whether the convolution is added to what is in the top. The gradient is that of the convolution alone.
  public var adds = false
  /// Where the top is rectified, at last, the factor of its negative values. The gradient of that is not the convolution's.
  public var negativeSlope: Float?
  /// The layouts of bottom and top.
  public var bottomLayout: Layout
  /// The top's layout.
  public var topLayout: Layout
  /// False where no gradient will be asked for.
  public var training: Bool

  /// A (height, width) pair.
  public struct Pair: Hashable, Sendable {
    /// Along the height.
    public var height: Int
    /// Along the width.
    public var width: Int
    /// Makes a pair.
    public init(_ height: Int, _ width: Int) {
      self.height = height
      self.width = width
    }
  }

  /// Makes a shape, plain in and out.
  public init(
    bottom: Shape, top: Shape, kernel: Pair, pad: Pair, stride: Pair, dilation: Pair, group: Int, hasBias: Bool,
    training: Bool
  ) {
    self.bottom = bottom
    self.top = top
    self.kernel = kernel
    self.pad = pad
    self.stride = stride
    self.dilation = dilation
    self.group = group
    self.hasBias = hasBias
    self.bottomLayout = .plain
    self.topLayout = .plain
    self.training = training
  }
}

/// A convolution; `weight` is (O, C / group, kh, kw) and `bias` (O), both plain, but weights that are trained may be laid in
/// tiles. Packed copies of the weight are made anew when its `dataVersion` has changed. Parameter gradients are added to,
/// as Caffe does.
public protocol ConvolutionOperator: AnyObject {
  /// Computes the top, or adds to it.
  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws
  /// Computes the bottom's gradient.
  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws
  /// Adds to the gradients of weight and bias; either may be left out.
  func backwardParameters(bottom: Blob, top: Blob, weight: Blob?, bias: Blob?) throws
  /// The bytes of scratch memory that it takes to compute what `pass` says.
  func scratchBytes(_ pass: ConvolutionPass) -> Int
}

extension ConvolutionOperator {
  /// None that could be lent.
  public func scratchBytes(_ pass: ConvolutionPass) -> Int { 0 }
}

/// What a ``ConvolutionOperator`` computes at a time.
public enum ConvolutionPass: Sendable {
  /// The top.
  case top
  /// The bottom's gradient.
  case bottomGradient
  /// The gradients of weight and bias.
  case parameterGradients
}

/// The geometry of an inner product: bottom (M, K), top (M, N).
public struct InnerProductShape: Hashable, Sendable {
  /// Rows of the bottom.
  public var m: Int
  /// Columns of the bottom.
  public var k: Int
  /// Columns of the top.
  public var n: Int
  /// Whether the weight is (K, N) instead of (N, K).
  public var transposed: Bool
  /// Whether there is a bias.
  public var hasBias: Bool

  /// Makes a shape.
  public init(m: Int, k: Int, n: Int, transposed: Bool, hasBias: Bool) {
    self.m = m
    self.k = k
    self.n = n
    self.transposed = transposed
    self.hasBias = hasBias
  }
}

/// An inner product; everything is plain.
public protocol InnerProductOperator: AnyObject {
  /// Computes the top.
  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws
  /// Computes the bottom's gradient.
  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws
  /// Computes `rows` of the weight's gradient, or adds to what is in `gradient`.
  func backwardWeight(bottom: Blob, top: Blob, rows: Range<Int>, into gradient: MutableFloatView, adds: Bool) throws
  /// Adds to the bias' gradient.
  func backwardBias(top: Blob, bias: Blob) throws
}

extension InnerProductOperator {
  /// Adds to the gradients of weight and bias; either may be left out.
  public func backwardParameters(bottom: Blob, top: Blob, weight: Blob?, bias: Blob?) throws {
    if let weight {
      let (gradient, startsAtZero) = weight.addingDiff()
      try backwardWeight(bottom: bottom, top: top, rows: 0..<weight.shape[0], into: gradient, adds: !startsAtZero)
    }
    if let bias { try backwardBias(top: top, bias: bias) }
  }
}

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

/// Local response normalisation across channels: y = x / (k + alpha / size * sum of squares over the window)^beta.
public struct LocalResponseShape: Hashable, Sendable {
  /// (N, C, H, W).
  public var shape: Shape
  /// Channels in the window.
  public var size: Int
  /// alpha of the formula.
  public var alpha: Float
  /// beta of the formula.
  public var beta: Float
  /// k of the formula.
  public var k: Float
  /// The layout of bottom and top.
  public var layout: Layout

  /// Makes a shape.
  public init(shape: Shape, size: Int, alpha: Float, beta: Float, k: Float, layout: Layout) {
    self.shape = shape
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
    self.layout = layout
  }
}

/// The geometry of a batch normalisation over axis 1; two-axis bottoms are (N, C, 1, 1).
public struct BatchNormShape: Hashable, Sendable {
  /// (N, C, H, W).
  public var shape: Shape
  /// Added to the variance.
  public var epsilon: Float
  /// The layout of bottom and top.
  public var layout: Layout
  /// Whether a learned factor and summand per channel follow.
  public var isAffine = false
  /// Whether max(y, 0) comes last.
  public var rectifies = false

  /// Makes a shape of a normalisation alone.
  public init(shape: Shape, epsilon: Float, layout: Layout) {
    self.shape = shape
    self.epsilon = epsilon
    self.layout = layout
  }
}

/// A batch normalisation: y = (x - mean) / sqrt(variance + epsilon), then scale y + shift and max(y, 0) where its shape
/// says so. `affine` is given exactly where the shape is affine. Passes without gradient may be in place.
public protocol BatchNormOperator: AnyObject {
  /// Normalises by the batch's own mean and biased variance, and gives them back (C floats each).
  func forwardTraining(
    bottom: Blob, top: Blob, affine: ChannelAffine?, mean: MutableFloatView, variance: MutableFloatView) throws
  /// Normalises by given statistics.
  func forward(bottom: Blob, top: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws
  /// The gradient after `forwardTraining`, with the bottom and the statistics as they were then. Those of the factors
  /// and summands are added to.
  func backwardTraining(top: Blob, bottom: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws
  /// The bottom's gradient where the statistics are constants, of a normalisation alone.
  func backward(top: Blob, bottom: Blob, variance: FloatView) throws
  /// The gradient after `forward` with the same statistics, which are constants, and with the bottom as it was then.
  /// Those of the factors and summands are added to.
  func backward(top: Blob, bottom: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws
}
