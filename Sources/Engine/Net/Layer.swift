import Base
import CaffeProto
import NetModel

/// The running half of a layer: Caffe's four verbs. Set-up is the initialiser that `makeLayer` calls.
public protocol Layer: AnyObject {
  /// The parameter blobs, in Caffe's order; the net fills, shares and saves them.
  var blobs: [Blob] { get }

  /// The layout in which the layer wants bottom `index`, given the one it is offered. The net converts where they
  /// differ.
  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout

  /// Whether the gradient needs the bottom as it was: a layer that is in place in the prototxt then gets a top of its
  /// own.
  var keepsBottom: Bool { get }

  /// Whether it reads the bottom after it has begun to write the top: a layer that is in place in the prototxt then gets a
  /// top of its own without a gradient, too.
  var needsOwnTop: Bool { get }

  /// What the layer does to bottom `index`, if the maker of that bottom may take it over. Nil for layers that stay on
  /// their own.
  func epilogue(on index: Int, of bottom: [Blob]) -> Epilogue?

  /// Whether this layer's top and its bottom's gradient stay the same if `epilogue` comes behind the layer instead of
  /// before it.
  func commutes(with epilogue: Epilogue) -> Bool

  /// Takes over the work of the layer that follows, if it can; called after set-up and before the first pass, and
  /// followed by ``reshape(bottom:top:)``. All later epilogues come after this one.
  ///
  /// - Parameters:
  ///   - epilogue: what that layer does
  ///   - backward: whether that layer runs backward; this one then does, too
  func absorb(_ epilogue: Epilogue, backward: Bool) -> Absorption

  /// Gives every top its shape and layout and prepares for bottoms of the present shapes. Called at set-up and whenever
  /// a bottom's shape has changed.
  func reshape(bottom: [Blob], top: [Blob]) throws

  /// Floats of scratch memory that `forward` takes from the backend. Where the net plans its memory it lends them.
  var forwardScratch: Int { get }

  /// Floats of scratch memory that `backward` takes from the backend.
  func backwardScratch(propagateDown: [Bool]) -> Int

  /// Computes the tops from the bottoms.
  func forward(bottom: [Blob], top: [Blob]) throws

  /// How the layer computes, if there are several ways, as reports name it.
  var plan: String? { get }

  /// What `backward` reads besides the tops' gradients. Data that nobody needs any more may be overwritten.
  var gradientNeeds: GradientNeeds { get }

  /// How the gradient of bottom `index` follows from those of the tops. Where both may be the same floats, `backward`
  /// must work in place.
  func gradientFlow(toBottom index: Int) -> GradientFlow

  /// Computes the bottoms' gradients, where `propagateDown` says so, and adds to the parameters' gradients.
  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws
}

/// The data that a layer's backward pass reads.
public struct GradientNeeds: OptionSet, Sendable {
  /// One bit each.
  public let rawValue: Int
  /// The data of all bottoms.
  public static let bottom = GradientNeeds(rawValue: 1)
  /// The data of all tops.
  public static let top = GradientNeeds(rawValue: 2)

  /// Makes a set.
  public init(rawValue: Int) { self.rawValue = rawValue }
}

/// A layer that can compute the gradients of its parameters later than that of its bottom, and the gradient of the
/// first parameter row by row. This saves memory where parameters are much larger than the bottom and the top.
public protocol PostponableLayer: Layer {
  /// Computes the gradient of the bottom.
  func backwardBottom(top: [Blob], bottom: [Blob]) throws
  /// Computes rows of the gradient of the first parameter; bottom data and top gradients are still as they were.
  func backwardWeight(rows: Range<Int>, into gradient: MutableFloatView, top: [Blob], bottom: [Blob]) throws
  /// Adds to the gradients of the other parameters.
  func backwardOthers(top: [Blob], bottom: [Blob]) throws
}

/// Where a bottom's gradient comes from.
public enum GradientFlow: Sendable {
  /// It is a gradient of its own.
  case computed
  /// It is that of the only top.
  case copied
  /// It is the sum of all tops' gradients.
  case added
}

extension Layer {
  /// Computed.
  public func gradientFlow(toBottom index: Int) -> GradientFlow { .computed }

  /// There is one way.
  public var plan: String? { nil }

  /// Bottoms and tops.
  public var gradientNeeds: GradientNeeds { [.bottom, .top] }

  /// No parameters.
  public var blobs: [Blob] { [] }

  /// No: the gradient needs the tops at most.
  public var keepsBottom: Bool { false }

  /// No: every value of the top comes from those at the same place.
  public var needsOwnTop: Bool { false }

  /// None.
  public func epilogue(on index: Int, of bottom: [Blob]) -> Epilogue? { nil }

  /// No.
  public func commutes(with epilogue: Epilogue) -> Bool { false }

  /// None.
  public var forwardScratch: Int { 0 }

  /// None.
  public func backwardScratch(propagateDown: [Bool]) -> Int { 0 }

  /// Nothing.
  public func absorb(_ epilogue: Epilogue, backward: Bool) -> Absorption { .nothing }

  /// Plain: the layer's code indexes blobs in the order of their axes.
  public func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { .plain }
}

/// A description that can also run.
public protocol RunnableDescription: LayerDescription {
  /// Makes the running layer for bottoms of these shapes, with its parameter blobs allocated and unfilled.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer
}

extension RunnableDescription {
  /// The parameter blobs that `LayerDescription/blobs(_:)` asks for, empty.
  public func makeBlobs(_ bottom: [Shape]) throws -> [Blob] {
    try blobs(bottom).map { Blob(shape: $0.shape) }
  }
}

/// What running layers may use of the run they belong to.
public struct LayerContext {
  /// Computes the heavy layers.
  public let backend: any Backend
  /// The run's random numbers.
  public let random: RandomSource
  /// The phase of the net.
  public let phase: Phase
  /// Whether the layer's parameters may need gradients; a layer may plan for less otherwise.
  public let needsBackward: Bool
  /// Those that train the net together; nil where it is on its own, as in tests.
  public let ranks: RunRanks?
  /// Which records of its source a data layer reads; nil for all.
  public let share: DataShare?

  /// Makes a context.
  public init(
    backend: any Backend, random: RandomSource, phase: Phase, needsBackward: Bool, ranks: RunRanks? = nil,
    share: DataShare? = nil
  ) {
    self.backend = backend
    self.random = random
    self.phase = phase
    self.needsBackward = needsBackward
    (self.ranks, self.share) = (ranks, share)
  }
}
