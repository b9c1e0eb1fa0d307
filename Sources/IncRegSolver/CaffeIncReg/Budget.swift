import CaffeProto

/// What pruning has saved so far, counted as caffe_increg counts (solver.cpp, GetPruneProgress).
///
/// The product formula takes a layer's work as (1 - row ratio) * (1 - column ratio) of the whole, or as the share of
/// weights that live where columns of tiles are pruned. It takes no account of how layers depend on each other, beyond
/// what is masked.
public struct Budget: Equatable, Sendable {
  /// Work of the unpruned layers divided by the work left; NaN where no layer counts.
  public var speedup: Float
  /// Parameters of the unpruned layers divided by those left; NaN where no layer counts.
  public var compression: Float
  /// Multiply-adds per image of the layers that count for the speed-up.
  public var multiplyAdds: Float
  /// Weights of the layers that count for the compression.
  public var parameters: Float

  /// Which layers count.
  public struct Rule: Equatable, Sendable {
    /// Inner products count for the speed-up (`IF_speedup_count_fc`).
    public var speedupCountsInnerProducts: Bool
    /// Convolutions count for the compression (`IF_compr_count_conv`).
    public var compressionCountsConvolutions: Bool

    /// Makes a rule.
    public init(speedupCountsInnerProducts: Bool, compressionCountsConvolutions: Bool) {
      self.speedupCountsInnerProducts = speedupCountsInnerProducts
      self.compressionCountsConvolutions = compressionCountsConvolutions
    }
  }

  /// Counts.
  public init(_ layers: [PrunableLayer], rule: Rule) {
    var work: Float = 0
    var workLeft: Float = 0
    var weights: Float = 0
    var weightsLeft: Float = 0
    for layer in layers {
      if layer.isConvolution || rule.speedupCountsInnerProducts {
        workLeft += layer.multiplyAdds * (1 - layer.achieved.overall)
        work += layer.multiplyAdds
      }
      if !layer.isConvolution || rule.compressionCountsConvolutions {
        weightsLeft += layer.weightCount * (1 - layer.achieved.overall)
        weights += layer.weightCount
      }
    }
    speedup = work / workLeft
    compression = weights / weightsLeft
    multiplyAdds = work
    parameters = weights
  }
}

extension Budget.Rule {
  /// What a solver wants to be counted.
  public init(_ parameter: SolverParameter) {
    self.init(
      speedupCountsInnerProducts: parameter.ifSpeedupCountFc, compressionCountsConvolutions: parameter.ifComprCountConv)
  }
}
