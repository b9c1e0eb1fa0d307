import NetModel

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
  /// How it computes, as reports name it.
  var plan: String { get }
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
