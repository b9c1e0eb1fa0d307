/// What one forward pass of a layer costs, for the whole batch.
public struct Cost: Hashable, Sendable {
  /// Multiply-add pairs of the layer's weights with its input, the convention of the pruning papers.
  ///
  /// Bias additions, activations, pooling and normalisation do not count.
  public var multiplyAdds: Int

  /// Makes a cost.
  public init(multiplyAdds: Int = 0) { self.multiplyAdds = multiplyAdds }

  /// The sum of two costs.
  public static func + (a: Cost, b: Cost) -> Cost { Cost(multiplyAdds: a.multiplyAdds + b.multiplyAdds) }
}
