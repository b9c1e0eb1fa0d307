import CaffeProto
import Engine
import Glibc
import NetModel

/// Which labels count, and by how many the sum of a loss is divided (Caffe: `get_normalizer`).
struct LossNormalization: Sendable {
  /// Labels of this value do not count.
  let ignoreLabel: Int?
  private let mode: LossParameter.NormalizationMode

  /// Reads `loss_param`; the old `normalize` counts where `normalization` is not given.
  ///
  /// - Parameter fallback: the mode where the message gives neither
  init(_ parameter: LossParameter, fallback: LossParameter.NormalizationMode = .valid) {
    ignoreLabel = parameter.hasIgnoreLabel ? parameter.ignoreLabel : nil
    if parameter.hasNormalization {
      mode = parameter.normalization
    } else if parameter.hasNormalize {
      mode = parameter.normalize ? .valid : .batchSize
    } else {
      mode = fallback
    }
  }

  /// The divisor; never below 1, so that a batch without a label gives 0.
  ///
  /// - Parameters:
  ///   - outer: the number of images
  ///   - inner: the number of labels per image
  ///   - valid: the number of labels that count
  ///   - ranks: those whose losses come to a mean. Of labels that count each may have another number: then all divide by
  ///     the mean of these numbers, so that the mean of the losses is that of one batch.
  func divisor(outer: Int, inner: Int, valid: Int, _ ranks: RunRanks?) throws -> Float {
    switch mode {
    case .full: return max(1, Float(outer * inner))
    case .valid:
      guard ignoreLabel != nil, let communicator = ranks?.communicator, communicator.count > 1 else {
        return max(1, Float(valid))
      }
      let all = try communicator.gather([Double(valid)]).reduce(0) { $0 + $1[0] }
      return Float(max(1, all) / Double(communicator.count))
    case .batchSize: return max(1, Float(outer))
    case .none: return 1
    }
  }
}

/// What Caffe's `LossLayer` asks of bottoms 0 and 1.
func checkBatchSizes(_ bottom: [Shape]) throws {
  guard bottom[0].rank > 0 else {
    throw LayerError.bottom(index: 0, shape: bottom[0], "a batch of predictions needs an axis")
  }
  guard bottom[1].rank > 0, bottom[1][0] == bottom[0][0] else {
    throw LayerError.bottom(
      index: 1, shape: bottom[1], "the first axis must be that of the data, which has the shape \(bottom[0])")
  }
}

/// Checks that there is one label per prediction along `axis`.
func checkLabelCount(_ bottom: [Shape], axis: Int) throws {
  let runs = AxisRuns(bottom[0], axis: axis)
  guard bottom[1].count == runs.outer * runs.inner else {
    throw LayerError.bottom(
      index: 1, shape: bottom[1],
      "must have one label per prediction, \(runs.outer * runs.inner) for data of the shape \(bottom[0]) and axis \(axis)"
    )
  }
}

/// The shape of labels, one per prediction along `axis`; nil where there is no such axis.
func labels(of predictions: Shape, axis: Int) -> Shape? {
  (try? predictions.axis(axis, field: "axis")).map { predictions.replacing(axis: $0, with: 1) }
}

/// The labels in a blob, as class numbers.
struct Labels {
  let blob: Blob
  let index: Int
  let classes: Int
  let ignored: Int?

  /// - Parameters:
  ///   - blob: plain
  ///   - index: which bottom it is, for errors
  ///   - classes: labels are below it
  ///   - ignored: a label that does not count and need not be a class
  init(_ blob: Blob, bottom index: Int = 1, classes: Int, ignored: Int? = nil) {
    self.blob = blob
    self.index = index
    self.classes = classes
    self.ignored = ignored
  }

  /// The label at `position`, truncated to an integer; nil for ignored ones.
  ///
  /// - Throws: `LayerError/bottom(index:shape:_:)` for a label that is no class. Stock Caffe then reads outside of
  ///   its memory.
  func at(_ position: Int) throws -> Int? {
    let value = blob.data[position]
    let label = Int(exactly: trunc(value))
    if let ignored, label == ignored { return nil }
    guard let label, label >= 0, label < classes else {
      throw LayerError.bottom(
        index: index, shape: blob.shape, "label \(value) at position \(position) is not one of \(classes) classes")
    }
    return label
  }

  /// Calls `body` for every prediction along an axis, with the position of its first class and its label.
  ///
  /// - Returns: how many labels are not ignored
  func forEach(_ runs: AxisRuns, _ body: (_ first: Int, _ label: Int?) -> Void) throws -> Int {
    var valid = 0
    for outer in 0..<runs.outer {
      for inner in 0..<runs.inner {
        let label = try at(outer * runs.inner + inner)
        if label != nil { valid += 1 }
        body(outer * runs.stride + inner, label)
      }
    }
    return valid
  }
}

/// Caffe's `kLOG_THRESHOLD`: smaller probabilities count as this.
let logThreshold: Float = 1e-20

extension Arity {
  /// Predictions and labels in, a scalar out.
  static let loss = Arity(bottom: 2...2, top: 1...1, automaticTops: true)
}

/// A loss that compares the elements of two blobs, one by one.
protocol ElementwiseLoss: RunnableDescription, BottomDetermining {}

extension ElementwiseLoss {
  var arity: Arity { .loss }

  /// A scalar.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    try checkBatchSizes(bottom)
    guard bottom[0].count == bottom[1].count else {
      throw LayerError.bottom(index: 1, shape: bottom[1], "must have as many elements as bottom 0, \(bottom[0])")
    }
    return [[]]
  }

  /// Each bottom has the shape of the other.
  static var determined: Set<Int> { [0, 1] }
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? { bottom[1 - index] }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "\(Self.type) compares the elements with targets")
  }

  func defaultLossWeight(top index: Int) -> Float { 1 }
}
