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
  private let trials: ConvolutionTrials?
  private let compact: CompactUse

  /// Makes a backend.
  ///
  /// - Parameters:
  ///   - algorithm: how convolutions are computed
  ///   - record: where the outcomes of trials are kept; without one `auto` tries every shape anew, and rounding may
  ///     differ from run to run
  ///   - compact: whether weights that are pruned away are left out
  /// - Throws: ``BackendError`` where oneDNN has no CPU engine.
  public init(
    algorithm: ConvolutionAlgorithm = .fixed, record: (any TrialRecord)? = nil, compact: CompactUse = .auto
  ) throws(BackendError) {
    (self.algorithm, self.compact) = (algorithm, compact)
    engine = try DNNLEngine()
    trials = algorithm == .auto && Self.hasWideVectors ? ConvolutionTrials(engine, record) : nil
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

  /// The most threads: OpenMP keeps notes about all of them on the stack, which it overruns with some ten thousands.
  public static let mostThreads = 1024

  /// Takes no more than ``mostThreads``, whatever the environment asks for.
  ///
  /// - Returns: what it asked for, if that was more
  public static func limitThreads() -> Int? {
    let asked = threads
    guard asked > mostThreads else { return nil }
    threads = mostThreads
    return asked
  }

  /// Whether the processor has the vectors for which there are blocks, tiles and Winograd's algorithm (AVX-512).
  public static var hasWideVectors: Bool { ck_has_wide_vectors() }

  /// All: none of the operators below needs a conversion.
  public var layouts: Set<Layout> { Set(Layout.allCases) }

  /// The fastest plan that was tried, with the time that it takes to convert the bottom, and a top that will probably
  /// be converted.
  ///
  /// Where nothing was tried: blocks where both sides fill them and the processor has kernels for them, since batch
  /// normalisation and Winograd are fastest there. An image's few channels are read plain. Otherwise channels last,
  /// where oneDNN has optimised kernels for every direction, any number of channels and groups; but blocks that are
  /// offered are kept where little is padded.
  public func preferredLayouts(_ shape: ConvolutionShape, offered: Layout) -> (bottom: Layout, top: Layout) {
    guard Self.hasWideVectors else { return (.channelsLast, .channelsLast) }
    let conversion = conversionTime(shape.bottom, shape)
    // A top with blocks that are far from full will most likely be converted, as few convolutions take such a bottom.
    let wastes = Float(blocked(shape.top[1])) > Self.acceptableWaste * Float(shape.top[1])
    let later = wastes ? conversionTime(shape.top, shape) : 0
    func cost(_ plan: ConvolutionTrials.Plan) -> Double {
      plan.milliseconds + (plan.bottom == offered ? 0 : conversion) + (plan.top == .channelBlocked ? later : 0)
    }
    if let best = trials?.plans(for: shape).min(by: { cost($0) < cost($1) }) { return (best.bottom, best.top) }
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

  /// That of the bottom, but blocks where the bottom is an image: oneDNN has optimised kernels for no other pairs.
  public func topLayout(_ shape: ConvolutionShape) -> Layout {
    shape.bottomLayout == .plain ? .channelBlocked : shape.bottomLayout
  }

  /// About the milliseconds that converting a blob of a convolution's takes, and its gradient back.
  private func conversionTime(_ blob: Shape, _ shape: ConvolutionShape) -> Double {
    let bytes = Double(2 * blob.count * MemoryLayout<Float>.stride * (shape.training ? 2 : 1))
    return bytes / Self.bytesPerMillisecond
  }

  /// The speed of a reorder on two cores of a small machine.
  private static let bytesPerMillisecond = 15e6

  /// How much of a convolution's work may be padding before converting to channels last is better.
  private static let acceptableWaste: Float = 1.4

  private func blocked(_ channels: Int) -> Int {
    (channels + Layout.channelBlock - 1) / Layout.channelBlock * Layout.channelBlock
  }

  /// Channels last, but for blocks with the window of 5: elsewhere there are only our loops.
  public func preferredLayout(_ shape: LocalResponseShape, offered: Layout) -> Layout {
    guard Self.hasWideVectors, shape.beta == 0.75 else { return offered }
    return shape.size == 5 && offered == .channelBlocked ? offered : .channelsLast
  }

  /// A convolution.
  public func convolution(_ shape: ConvolutionShape) throws -> any ConvolutionOperator {
    let tried = trials?.plans(for: shape).first { $0.suits(shape) }
    let choice = tried?.algorithms ?? algorithm.choice(for: shape)
    let dense = try choice.convolution(shape, engine)
    guard compact != .off else { return dense }
    return PrunedConvolution(shape, dense: dense) { [engine, trials, compact] live in
      let plan = try DNNLCompact(shape, live, engine)
      if compact == .auto, let trials { return try trials.isFaster(plan, than: dense, shape) ? plan : nil }
      return compact.pays(live.share, againstWinograd: choice.forward == CK_WINOGRAD) ? plan : nil
    }
  }

  /// An inner product of M rows.
  public func innerProduct(_ shape: InnerProductShape) throws -> any InnerProductOperator {
    shape.training || compact == .off ? DNNLInnerProduct(shape) : PrunedInnerProduct(shape, compact)
  }

  /// Max or average pooling.
  public func pooling(_ shape: PoolingShape) throws -> any PoolingOperator { try DNNLPooling(shape, engine) }

  /// Local response normalisation across channels.
  public func localResponse(_ shape: LocalResponseShape) throws -> any UnaryOperator {
    DNNLLocalResponse(shape)
  }

  /// Batch normalisation, with scale, shift and rectifier behind it if asked.
  public func batchNorm(_ shape: BatchNormShape) throws -> any BatchNormOperator {
    try DNNLBatchNorm(shape, engine)
  }

  /// max(x, 0) + slope * min(x, 0).
  public func rectifier(negativeSlope: Float) throws -> any UnaryOperator { DNNLRectifier(slope: negativeSlope) }

  /// Lends memory to oneDNN's primitives.
  public func lendScratch(_ scratch: Storage?) { engine.lendScratch(scratch) }

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
