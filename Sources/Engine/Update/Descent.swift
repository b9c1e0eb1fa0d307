import CKernels

/// The numbers of one step of stochastic gradient descent as Caffe takes it: g = gradientScale * g + l2 * w +
/// l1 * sign(w); h = momentum * h + rate * g; w -= h.
public struct DescentStep: Sendable {
  /// The learning rate times the parameter's multiplier.
  public var rate: Float
  /// The part of the history that stays.
  public var momentum: Float
  /// Multiplies the gradient first: clipping, and the mean over accumulated passes.
  public var gradientScale: Float
  /// Weight decay by the weights themselves.
  public var l2: Float
  /// Weight decay by the weights' signs.
  public var l1: Float
  /// Whether the gradient becomes the change that was subtracted, as in Caffe.
  public var keepsChange: Bool

  /// Makes a step.
  public init(
    rate: Float, momentum: Float, gradientScale: Float = 1, l2: Float = 0, l1: Float = 0, keepsChange: Bool = false
  ) {
    self.rate = rate
    self.momentum = momentum
    self.gradientScale = gradientScale
    self.l2 = l2
    self.l1 = l1
    self.keepsChange = keepsChange
  }

  fileprivate var kernel: ck_sgd_step {
    ck_sgd_step(
      rate: rate, momentum: momentum, gradient_scale: gradientScale, l2: l2, l1: l1, keeps_change: keepsChange)
  }
}

/// What a pruning method adds to the update of a weight that it sees as a (rows, columns) matrix.
public struct GroupTerms {
  /// Rows and columns, and the masks' default: all stays.
  public let shape: MatrixMask
  /// Added to the weight decay, per row; empty for nothing.
  public var rowPenalty: [Float] = []
  /// Added to the weight decay, per column; empty for nothing.
  public var columnPenalty: [Float] = []
  /// What stays of the gradient.
  public var gradientMask: MatrixMask?
  /// What stays of the momentum.
  public var historyMask: MatrixMask?
  /// What stays of the weight, before the change is subtracted.
  public var weightMask: MatrixMask?
  /// Takes the sums of the new weights, where the rule can do that on its way.
  public var sums: GroupSums?

  /// Adds nothing to a matrix of that many rows and columns, in blocks of rows as ``MatrixMask`` has them.
  public init(_ shape: MatrixMask) { self.shape = shape }

  /// Whether this can be added to the update of a weight that lies in such tiles.
  public func fits(_ tiles: FilterTiles) -> Bool { shape.fits(tiles) && sums?.takesTiles ?? true }

  /// Whether all that is done to the update is to keep at zero what is zero.
  public var onlyMasks: Bool { rowPenalty.isEmpty && columnPenalty.isEmpty && weightMask == nil && sums == nil }

  private var isMasked: Bool { gradientMask != nil || historyMask != nil || weightMask != nil }

  /// Adds the penalties' gradient, for update rules that do not do so on their way.
  public func addPenalty(of weight: FloatView, to gradient: MutableFloatView) {
    for row in shape.rows.indices {
      let ofRow = rowPenalty.isEmpty ? 0 : rowPenalty[row]
      for column in 0..<shape.width {
        let index = row * shape.width + column
        gradient[index] += (ofRow + (columnPenalty.isEmpty ? 0 : columnPenalty[column])) * weight[index]
      }
    }
  }

  fileprivate func withKernel(_ body: (UnsafePointer<ck_group_terms>) -> Void) {
    var terms = ck_group_terms()
    terms.matrix = shape.matrix
    terms.masked = isMasked
    rowPenalty.withUnsafeBufferPointer { rows in
      if !rowPenalty.isEmpty { terms.row_penalty = rows.baseAddress }
      columnPenalty.withUnsafeBufferPointer { columns in
        if !columnPenalty.isEmpty { terms.column_penalty = columns.baseAddress }
        (gradientMask ?? shape).withKernel { gradient in
          (historyMask ?? shape).withKernel { history in
            (weightMask ?? shape).withKernel { weight in
              (terms.gradient, terms.history, terms.weight) = (gradient, history, weight)
              guard let sums else { return body(&terms) }
              sums.take {
                if sums.axis == .rows { terms.row_sums = $0 } else { terms.column_sums = $0 }
                body(&terms)
              }
            }
          }
        }
      }
    }
  }
}

extension MutableFloatView {
  /// Takes a step of gradient descent with these floats as weights, in one pass over memory.
  ///
  /// - Parameters:
  ///   - step: the step's numbers
  ///   - terms: what is added to it; they are of the same number of elements
  ///   - tiles: how all three arrays lie, which terms must fit
  ///   - gradient: the gradient
  ///   - history: the momentum
  public func descend(
    _ step: DescentStep, terms: GroupTerms? = nil, tiles: FilterTiles? = nil, gradient: MutableFloatView,
    history: MutableFloatView
  ) {
    precondition(gradient.count == count && history.count == count)
    guard let terms else {
      return ck_sgd_update(step.kernel, nil, count, pointer, gradient.pointer, history.pointer)
    }
    precondition(terms.shape.rows.count * terms.shape.width == count)
    if let sums = terms.sums {
      precondition(sums.rows == terms.shape.rows.count && sums.columns == terms.shape.width)
    }
    precondition(tiles.map(terms.fits) ?? true)
    terms.withKernel {
      if let whole = tiles?.whole {
        ck_sgd_update_tiles(step.kernel, $0, whole.kernel, pointer, gradient.pointer, history.pointer)
      } else {
        ck_sgd_update(step.kernel, $0, count, pointer, gradient.pointer, history.pointer)
      }
    }
  }
}
