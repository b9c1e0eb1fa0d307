import CaffeProto
import Engine
import NetModel
import Pruning

/// A layer of the training net whose weight can be pruned: what is asked of it, and what is held at zero.
public struct PrunableLayer: Sendable {
  /// The layer's name.
  public let name: String
  /// Whether it is a convolution; else it is an inner product.
  public let isConvolution: Bool
  /// The weight's position in `Net.parameters`.
  public let parameter: Int
  /// The positions of all the layer's parameters, the weight's first.
  public let parameters: [Int]
  /// The weight's shape.
  public let shape: Shape
  /// The weight as a matrix.
  public let matrix: WeightMatrix
  /// The final target, a fraction of the groups (`prune_ratio`); 0 leaves the layer whole.
  public let ratio: Float
  /// Whether the layer itself asks for the ratio, and not the solver for all layers.
  let ratioIsOwn: Bool
  /// The target at a net-average sparsity of 0.5 (`prune_ratio_step`).
  public let ratioStep: Float
  /// Whether neighbours may prune rows or columns here (`IF_update_row_col`).
  public let takesFromNeighbours: Bool
  /// Multiply-adds per image.
  public let multiplyAdds: Float

  /// What is held at zero.
  public var mask: MaskSet
  /// How many more updates must mask weights and momentum: two after every change of the mask. From then on they stay
  /// zero by themselves, since their gradients are masked.
  public var unsettled = 0
  /// What caffe_increg counts more often than it is masked; always 0 with the profile `fixed`.
  public var twiceCounted = TwiceCounted()
  /// How much is masked, as of the last ``refreshRatio()``.
  public var achieved = MaskedRatio()
  /// Rows that the next layer does not read any more, to be masked here before the next forward pass.
  public var queuedRows: [Int] = []
  /// Rows pruned here, whose channels the next layer has still to mask.
  public var prunedRows: [Int] = []

  /// Makes a layer; see the properties.
  public init(
    name: String, isConvolution: Bool, parameters: [Int], shape: Shape, matrix: WeightMatrix, ratio: Float,
    ratioStep: Float, takesFromNeighbours: Bool, multiplyAdds: Float, ratioIsOwn: Bool = true
  ) {
    self.name = name
    self.isConvolution = isConvolution
    self.parameter = parameters.first ?? 0
    self.parameters = parameters
    self.shape = shape
    self.matrix = matrix
    self.ratio = ratio
    self.ratioStep = ratioStep
    self.takesFromNeighbours = takesFromNeighbours
    self.multiplyAdds = multiplyAdds
    self.ratioIsOwn = ratioIsOwn && ratio > 0
    self.mask = MaskSet(matrix)
  }

  static let settlingUpdates = 2

  /// The number of weights.
  public var weightCount: Float { Float(shape.count) }

  /// Recounts what is masked.
  public mutating func refreshRatio() {
    achieved = MaskedRatio(rows: countedRows, columns: countedColumns, of: matrix)
    achieved.overall = max(achieved.overall, Float(mask.maskedElements) / weightCount)
  }

  /// The masked rows, as they are counted.
  public var countedRows: Int { mask.maskedRows + twiceCounted.rows }
  /// The masked columns, as they are counted; each convolution group counts for its share.
  public var countedColumns: Float { mask.maskedColumns + twiceCounted.columns }

  /// Takes masks from the zeros of `weights`.
  public mutating func adoptZeros(of weights: FloatView) {
    mask = MaskSet(matrix, zerosOf: weights)
    twiceCounted = TwiceCounted()
    unsettled = Self.settlingUpdates
    refreshRatio()
  }

  /// Takes masks from a snapshot.
  mutating func adopt(_ saved: MaskSet, _ counted: TwiceCounted) {
    (mask, twiceCounted) = (saved, counted)
    unsettled = Self.settlingUpdates
    refreshRatio()
  }
}
