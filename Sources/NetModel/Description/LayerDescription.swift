import CaffeProto

/// What a layer is, without its running: a type's parameters, checked, and what follows from them.
///
/// Shapes, parameters, cost and channel maps are pure functions of the prototxt and of the bottoms' shapes. The running
/// half of the same layer conforms to the engine's `Layer`; both live in one file, as a rule. What only
/// some types can do is a protocol of its own, such as ``KernelShrinking`` (Capabilities.swift has them).
public protocol LayerDescription: Sendable {
  /// The type's name in prototxts.
  static var type: String { get }

  /// Reads the layer's parameters.
  ///
  /// - Throws: ``LayerError`` when a field is missing, out of range or contradicts another.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws

  /// How many bottoms and tops the type takes.
  var arity: Arity { get }

  /// The tops' shapes.
  ///
  /// - Throws: ``LayerError`` when the bottoms' shapes do not fit.
  func topShapes(_ bottom: [Shape]) throws -> [Shape]

  /// The parameter blobs, in Caffe's order (weight, bias, ...).
  func blobs(_ bottom: [Shape]) throws -> [BlobSpec]

  /// The cost of a forward pass over one batch.
  func cost(bottom: [Shape], top: [Shape]) -> Cost

  /// How channels depend on each other.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap

  /// What the layer makes of a channel that has the value `value` everywhere; `channel` is its number in the top,
  /// `blobs` are the layer's parameters in Caffe's order, flattened. Surgery folds such constants forward.
  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate

  /// What the layer makes of all that is carried to one channel of a top: one value per carried channel, in the order
  /// of the bottoms, nil where that channel is not a constant.
  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate

  /// Why a constant channel of the bottom cannot be folded into this layer's bias exactly (a sentence for the user);
  /// nil where it can, as in an inner product or in a convolution without padding.
  var foldObstacle: String? { get }

  /// Rewrites the layer's message so that bottoms of the given shapes make tops of the given shapes (num_output, group,
  /// slice points); surgery calls it.
  func adapt(_ parameter: inout LayerParameter, bottom: [Shape], top: [Shape])

  /// The loss weight of top `index` where the prototxt gives none: 1 for the first top of losses, else 0.
  func defaultLossWeight(top index: Int) -> Float

  /// Whether gradients can flow to bottom `index` even if nobody forces them to: false for labels.
  func allowsBackward(bottom index: Int) -> Bool

  /// Whether the layer only measures what others make, or makes sure that it is no output, so that inference does
  /// without the layer. For losses this follows from their weights.
  var measures: Bool { get }
}

extension LayerDescription {
  /// No parameters.
  public func blobs(_ bottom: [Shape]) throws -> [BlobSpec] { [] }
  /// No multiply-adds.
  public func cost(bottom: [Shape], top: [Shape]) -> Cost { Cost() }
  /// Holds everything: a type that says nothing about its channels loses none.
  public func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "\(Self.type) layers give no channel map")
  }
  /// Not foldable.
  public func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    .inexact("\(Self.type) layers do not carry constants")
  }
  /// One constant is handled as single constants are. Of several, or of none, the result is not known.
  public func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard values.count == 1, let value = values[0] else {
      return .inexact("\(Self.type) layers do not make constants of this")
    }
    return constant(value, channel: channel, blobs: blobs)
  }
  /// The type has no bias to fold into.
  public var foldObstacle: String? { "\(Self.type) layers cannot take up a constant" }
  /// Nothing: the shapes follow from the bottoms.
  public func adapt(_ parameter: inout LayerParameter, bottom: [Shape], top: [Shape]) {}
  /// Not a loss.
  public func defaultLossWeight(top index: Int) -> Float { 0 }
  /// Gradients flow.
  public func allowsBackward(bottom index: Int) -> Bool { true }
  /// No.
  public var measures: Bool { false }
}

/// What becomes of a constant channel in a layer.
public enum ConstantFate: Hashable, Sendable {
  /// The top's channel is this constant everywhere.
  case value(Float)
  /// It is not a constant any more, and why (a sentence for the user).
  case inexact(String)
}

/// How many bottoms and tops a layer type takes.
public struct Arity: Hashable, Sendable {
  /// The number of bottoms.
  public var bottom: ClosedRange<Int>
  /// The number of tops, those that are made automatically included.
  public var top: ClosedRange<Int>
  /// Whether missing tops are made automatically (losses).
  public var automaticTops: Bool

  /// Makes an arity.
  public init(bottom: ClosedRange<Int>, top: ClosedRange<Int>, automaticTops: Bool = false) {
    self.bottom = bottom
    self.top = top
    self.automaticTops = automaticTops
  }

  /// One bottom, one top.
  public static let oneToOne = Arity(bottom: 1...1, top: 1...1)
}

/// What descriptions may know of their surroundings.
public struct DescriptionContext: Sendable {
  /// The phase the net is described for.
  public var phase: Phase

  /// Makes a context.
  public init(phase: Phase) { self.phase = phase }
}
