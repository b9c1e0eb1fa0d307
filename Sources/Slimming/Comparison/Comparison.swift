import CaffeProto
import NetModel

/// Two nets run on the same inputs, and how far apart their blobs are.
public struct Comparison: Sendable {
  /// The largest difference of one blob.
  public struct Difference: Sendable {
    /// The blob's name.
    public let blob: String
    /// The largest absolute difference of two elements.
    public let absolute: Float
    /// That, over the largest magnitude in the first net's blob.
    public let relative: Float

    /// Whether the blobs count as equal: relatively, or because what differs is no more than rounding.
    public func isWithin(_ bound: Bound) -> Bool { relative <= bound.relative || absolute <= bound.absolute }
  }

  /// What counts as equal.
  public struct Bound: Sendable {
    /// The largest difference, relative to the largest magnitude in the first net's blob.
    public var relative: Float
    /// The largest difference of blobs in which values cancel each other: what is left there is rounding, and has no
    /// relative error.
    public var absolute: Float

    /// Makes a bound.
    public init(relative: Float = 1e-4, absolute: Float = 1e-6) {
      (self.relative, self.absolute) = (relative, absolute)
    }
  }

  /// Values for an input, in plain order.
  public struct Values: Sendable {
    /// Their shape, which the input gets.
    public let shape: Shape
    /// The values.
    public let values: [Float]

    /// Makes values for an input; `values` must have as many elements as `shape`.
    public init(shape: Shape, values: [Float]) { (self.shape, self.values) = (shape, values) }
  }

  /// An input or output that only one of the nets has, and that is therefore not compared.
  public struct Lone: Sendable, Hashable {
    /// The blob's name.
    public let blob: String
    /// Whether it is an input.
    public let isInput: Bool
    /// Whether the first net has it.
    public let isOfFirst: Bool
  }

  /// The blobs that have the same name and shape in both nets, in the first net's order; inputs are left out.
  public let blobs: [Difference]
  /// Those among them that are outputs of either net.
  public let outputs: [Difference]
  /// Inputs, and outputs without a blob of the same name and shape, that only one of the nets has.
  public let lone: [Lone]
  /// The share of rows whose largest element is the same, over two-axis outputs and scores that are held against
  /// labels; nil where there are none.
  public let top1Agreement: Float?
  /// The first blob of the first net in which there is a NaN; nil where there is none.
  public let undefined: String?
  /// How many batches were run.
  public let batches: Int

  /// A net to compare.
  public struct Side: Sendable {
    /// The net as the user wrote it.
    public let net: NetParameter
    /// Its weights.
    public let weights: [String: [WeightBlob]]

    /// Makes a side.
    public init(net: NetParameter, weights: [String: [WeightBlob]]) {
      self.net = net
      self.weights = weights
    }
  }
}
