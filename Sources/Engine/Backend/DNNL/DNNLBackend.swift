import CKernels
import NetModel

/// The CPU backend: oneDNN for the heavy layers, our own loops on its thread pool for the rest.
///
/// It belongs to one thread at a time. The number of threads is the calling thread's (``threads``).
public final class DNNLBackend: Backend {
  static let name = "oneDNN"
  private let engine: DNNLEngine
  private var reorders: [DNNLReorder.Key: DNNLReorder] = [:]

  private let algorithm: ConvolutionAlgorithm

  /// Makes a backend.
  ///
  /// - Parameter algorithm: how convolutions are computed
  /// - Throws: ``BackendError`` where oneDNN has no CPU engine.
  public init(algorithm: ConvolutionAlgorithm = .auto) throws(BackendError) {
    self.algorithm = algorithm
    engine = try DNNLEngine()
  }

  /// The name in reports.
  public var name: String { Self.name }

  /// The version of the oneDNN library.
  public static var version: String { String(cString: ck_engine_version()) }

  /// How many threads kernels use that are called from the calling thread. Set it before nets are made.
  public static var threads: Int {
    get { Int(ck_threads()) }
    set { ck_set_threads(Int32(clamping: newValue)) }
  }

  /// All: none of the operators below needs a conversion.
  public var layouts: Set<Layout> { Set(Layout.allCases) }

  /// Blocks where both sides fill them and the processor has kernels for them: batch normalisation and Winograd are
  /// fastest there. An image's few channels are read plain. Otherwise channels last, where oneDNN has optimised kernels
  /// for every direction, any number of channels and groups; but blocks that are offered are kept where little is padded.
  public func preferredLayouts(_ shape: ConvolutionShape, offered: Layout) -> (bottom: Layout, top: Layout) {
    guard ck_has_wide_vectors() else { return (.channelsLast, .channelsLast) }
    let (inputs, outputs) = (shape.bottom[1], shape.top[1])
    if shape.group == 1, inputs <= 4, outputs % Layout.channelBlock == 0, offered == .plain {
      return (.plain, .channelBlocked)
    }
    let block = Layout.channelBlock * shape.group
    if inputs % block == 0, outputs % block == 0 { return (.channelBlocked, .channelBlocked) }
    let waste = Float(blocked(inputs) * blocked(outputs)) / Float(inputs * outputs)
    if shape.group == 1, offered == .channelBlocked, waste <= Self.acceptableWaste {
      return (.channelBlocked, .channelBlocked)
    }
    return (.channelsLast, .channelsLast)
  }

  /// How much of a convolution's work may be padding before converting to channels last is better.
  private static let acceptableWaste: Float = 1.4

  private func blocked(_ channels: Int) -> Int {
    (channels + Layout.channelBlock - 1) / Layout.channelBlock * Layout.channelBlock
  }

  /// A convolution.
  public func convolution(_ shape: ConvolutionShape) throws -> any ConvolutionOperator {
    try DNNLConvolution(shape, algorithm.choice(for: shape), engine)
  }

  /// An inner product of M rows.
  public func innerProduct(_ shape: InnerProductShape) throws -> any InnerProductOperator {
    DNNLInnerProduct(shape)
  }

  /// Max or average pooling.
  public func pooling(_ shape: PoolingShape) throws -> any PoolingOperator { try DNNLPooling(shape, engine) }

  /// Local response normalisation across channels.
  public func localResponse(_ shape: LocalResponseShape) throws -> any UnaryOperator {
    try DNNLLocalResponse(shape, engine)
  }

  /// Batch normalisation, with scale, shift and rectifier behind it if asked.
  public func batchNorm(_ shape: BatchNormShape) throws -> any BatchNormOperator {
    try DNNLBatchNorm(shape, engine)
  }

  /// max(x, 0) + slope * min(x, 0).
  public func rectifier(negativeSlope: Float) throws -> any UnaryOperator { DNNLRectifier(slope: negativeSlope) }

  /// Copies floats from one layout to another; plans are kept, since nets convert the same blobs again and again.
  public func convert(
    _ source: FloatView, _ from: Layout, _ target: MutableFloatView, _ to: Layout, shape: Shape
  ) throws {
    guard from != to, shape.count > 0 else { return target.copy(source) }
    let key = DNNLReorder.Key(shape: shape, from: from, to: to)
    let reorder = try reorders[key] ?? DNNLReorder(key, engine)
    reorders[key] = reorder
    try reorder.run(source, target)
  }
}
