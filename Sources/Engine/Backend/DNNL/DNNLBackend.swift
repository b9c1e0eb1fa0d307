import CKernels
import NetModel

/// The CPU backend: oneDNN for the heavy layers, our own loops on its thread pool for the rest.
///
/// It belongs to one thread at a time. The number of threads is the calling thread's (``threads``).
public final class DNNLBackend: Backend {
  static let name = "oneDNN"
  private let engine: DNNLEngine
  private var reorders: [DNNLReorder.Key: DNNLReorder] = [:]

  /// Makes a backend.
  ///
  /// - Throws: ``BackendError`` where oneDNN has no CPU engine.
  public init() throws(BackendError) { engine = try DNNLEngine() }

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

  /// Channels last, where oneDNN has optimised kernels for every direction, any number of channels and groups.
  /// Blocks are kept where they are offered and fill up.
  public func preferredLayout(_ shape: ConvolutionShape, offered: Layout) -> Layout {
    let block = Layout.channelBlock * shape.group
    let fills = shape.bottom[1] % block == 0 && shape.top[1] % block == 0
    return offered == .channelBlocked && fills && ck_has_wide_vectors() ? .channelBlocked : .channelsLast
  }

  /// A convolution.
  public func convolution(_ shape: ConvolutionShape) throws -> any ConvolutionOperator {
    try DNNLConvolution(shape, engine)
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

  /// Batch normalisation without scale and shift.
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
