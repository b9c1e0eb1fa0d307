import CaffeProto
import Engine
import NetModel

/// A convolution or inner product of the training net, with what its pruning needs to know.
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
  /// The groups that the method prunes.
  public let space: GroupSpace
  /// The final target, a fraction of the groups (`prune_ratio`); 0 leaves the layer whole.
  public let ratio: Float
  /// The target at a net-average sparsity of 0.5 (`prune_ratio_step`).
  public let ratioStep: Float
  /// Whether neighbours may prune rows or columns here (`IF_update_row_col`).
  public let takesFromNeighbours: Bool
  /// Multiply-adds per image.
  public let multiplyAdds: Float
  /// The number of weights.
  public let weightCount: Float

  /// Score, rank, penalty and status of every group.
  public var state: GroupState
  /// What is held at zero.
  public var mask: MaskSet
  /// Updates until masked weights and their momentum are zero and stay so by themselves, as their gradients are masked:
  /// two after every change of the mask.
  public var unsettled = 0
  /// What caffe_increg counts once more than it is masked; stays 0 but in the profile `reference`.
  public var twiceCounted = TwiceCounted()
  /// How much is masked, as of the last ``refreshRatio()``.
  public var achieved = PrunedRatio()
  /// Rows that the next layer does not read any more, to be masked here before the next forward pass.
  public var queuedRows: [Int] = []
  /// Rows pruned here, whose channels the next layer has still to mask.
  public var prunedRows: [Int] = []

  /// Makes a layer; see the properties.
  public init(
    name: String, isConvolution: Bool, parameters: [Int], shape: Shape, space: GroupSpace, ratio: Float,
    ratioStep: Float, takesFromNeighbours: Bool, multiplyAdds: Float
  ) {
    self.name = name
    self.isConvolution = isConvolution
    self.parameter = parameters.first ?? 0
    self.parameters = parameters
    self.shape = shape
    self.space = space
    self.ratio = ratio
    self.ratioStep = ratioStep
    self.takesFromNeighbours = takesFromNeighbours
    self.multiplyAdds = multiplyAdds
    self.weightCount = Float(shape.count)
    self.state = GroupState(count: space.count)
    self.mask = MaskSet(space)
  }

  static let settlingUpdates = 2

  /// Recounts what is masked.
  public mutating func refreshRatio() {
    achieved = PrunedRatio(rows: countedRows, columns: countedColumns, space: space)
  }

  /// The masked rows, as they are counted.
  public var countedRows: Int { mask.maskedRows + twiceCounted.rows }
  /// The masked columns, as they are counted; each convolution group counts for its share.
  public var countedColumns: Float { mask.maskedColumns + twiceCounted.columns }

  /// Takes masks and status from the zeros of `weights`.
  public mutating func adoptZeros(of weights: FloatView) {
    mask = MaskSet(space, zerosOf: weights)
    twiceCounted = TwiceCounted()
    unsettled = Self.settlingUpdates
    for group in state.prunedAt.indices {
      let masked = isMasked(group)
      if masked != state.isPruned(group) { state.prunedAt[group] = masked ? 0 : nil }
    }
    refreshRatio()
  }

  /// Prunes a group; its weights are still to be masked.
  mutating func prune(_ group: Int, step: Int) {
    state.prunedAt[group] = step
    unsettled = Self.settlingUpdates
    if space.kind == .row {
      mask.mask(row: group)
    } else {
      for column in space.extents(of: group).columns { mask.mask(column: column) }
    }
  }

  /// Prunes a group: mask and weights are zero from now on.
  public mutating func prune(_ group: Int, step: Int, weights: MutableFloatView) {
    prune(group, step: step)
    let (rows, columns) = space.extents(of: group)
    for row in rows { for column in columns { weights.pointer[row * space.columns + column] = 0 } }
  }

  /// An update's terms with a penalty per group; what is pruned has none.
  func terms(penalty: [Float]) -> GroupTerms {
    let living = penalty.indices.map { state.isPruned($0) ? 0 : penalty[$0] }
    var terms = GroupTerms(space.wholeMatrix)
    if space.kind == .row {
      terms.rowPenalty = living
    } else if space.kind == .column {
      terms.columnPenalty = living
    } else {
      terms.columnPenalty = (0..<space.columns).map { living[space.group(row: 0, column: $0)] }
    }
    return terms
  }

  /// How many groups are masked.
  var maskedGroups: Int {
    switch space.kind {
    case .row: countedRows
    case .column: Int(countedColumns)
    default: state.prunedAt.count { $0 != nil }
    }
  }

  private func isMasked(_ group: Int) -> Bool {
    space.kind == .row
      ? mask.isMasked(row: group) : space.extents(of: group).columns.allSatisfy { mask.isMasked(column: $0) }
  }
}

extension PrunableLayer {
  /// The prunable layers of a net, in its order, for a method that prunes groups of `kind`.
  ///
  /// - Throws: ``IncRegError`` where a layer that cannot be pruned has a ratio, or a ratio is not a fraction.
  public static func all(in net: Net, kind: GroupSpace.Kind) throws -> [PrunableLayer] {
    try net.description.layers.enumerated().compactMap { index, described in
      let prune = described.parameter.pruneParam
      guard prune.pruneRatio >= 0, prune.pruneRatio < 1 else {
        throw IncRegError.layerField(
          layer: described.name, field: "prune_param.prune_ratio",
          "must be at least 0 and below 1, not \(prune.pruneRatio)")
      }
      let isConvolution = described.type == "Convolution"
      let parameters = net.parameters.indices.filter { net.parameters[$0].layerIndex == index }
      guard isConvolution || described.type == "InnerProduct", let weight = parameters.first,
        net.parameters[weight].role == .weight
      else {
        if prune.pruneRatio > 0 {
          throw IncRegError.layerField(
            layer: described.name, field: "prune_param.prune_ratio",
            "the layer has no weight of its own that can be pruned; Convolution and InnerProduct layers have")
        }
        return nil
      }
      if prune.pruneRatio > 0, !isConvolution, described.parameter.innerProductParam.transpose {
        throw IncRegError.layerField(
          layer: described.name, field: "prune_param.prune_ratio", "transposed inner products cannot be pruned")
      }
      let shape = net.parameters[weight].blob.shape
      if kind == .position, prune.pruneRatio > 0, shape.rank != 4 || shape.count(from: 2) == 1 {
        throw IncRegError.layerField(
          layer: described.name, field: "prune_param.prune_ratio",
          "the layer has a single kernel position, without which nothing is left")
      }
      let space = GroupSpace(
        kind, rows: shape[0], columns: shape.count / max(1, shape[0]), spatial: shape.count(from: min(2, shape.rank)),
        convolutionGroups: isConvolution ? described.parameter.convolutionParam.group : 1)
      let outputs = isConvolution ? described.topShapes.reduce(1) { $0 * $1.count(from: min(2, $1.rank)) } : 1
      return PrunableLayer(
        name: described.name, isConvolution: isConvolution, parameters: parameters, shape: shape, space: space,
        ratio: prune.pruneRatio, ratioStep: prune.pruneRatioStep, takesFromNeighbours: prune.ifUpdateRowCol,
        multiplyAdds: Float(shape.count) * Float(outputs))
    }
  }
}

extension PrunableLayer {
  /// Calls `body` with every element of the weight and the group it belongs to.
  func forEachWeight(_ body: (_ index: Int, _ group: Int) -> Void) {
    for row in 0..<space.rows {
      for column in 0..<space.columns { body(row * space.columns + column, space.group(row: row, column: column)) }
    }
  }
}
