import CaffeProto
import Engine
import NetModel

/// The share of predictions whose label is among the `top_k` best classes (Caffe: accuracy_layer.cpp).
///
/// Ties count against the prediction: a class that scores as high as the label's is better. Bottoms: predictions, and
/// one label per prediction along the axis. Tops: a scalar, and where it is wanted the accuracy per class.
struct Accuracy: RunnableDescription, BottomDetermining {
  static let type = "Accuracy"
  private let axis: Int
  private let topK: Int
  private let ignoreLabel: Int?
  private let tops: Int

  /// Reads `top_k`, `axis` and `ignore_label`.
  init(_ parameter: LayerParameter, in context: DescriptionContext) {
    let accuracy = parameter.accuracyParam
    axis = accuracy.axis
    topK = accuracy.topK
    ignoreLabel = accuracy.hasIgnoreLabel ? accuracy.ignoreLabel : nil
    tops = parameter.top.count
  }

  var arity: Arity { Arity(bottom: 2...2, top: 1...2) }

  /// A scalar, and one element per class.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let axis = try bottom[0].axis(axis, field: "accuracy_param.axis")
    try checkLabelCount(bottom, axis: axis)
    guard topK <= bottom[0][axis] else {
      throw LayerError.field("accuracy_param.top_k", "\(topK) is more than the \(bottom[0][axis]) classes")
    }
    return tops > 1 ? [[], [bottom[0][axis]]] : [[]]
  }

  /// The labels.
  static let determined: Set<Int> = [1]
  /// The labels.
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? { labels(of: bottom[0], axis: axis) }

  /// Holds: the channels are classes.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "Accuracy: the channels are classes")
  }

  func allowsBackward(bottom index: Int) -> Bool { false }
  var measures: Bool { true }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    AccuracyLayer(self, try bottom[0].axis(axis, field: "accuracy_param.axis"), topK, ignoreLabel)
  }
}

/// Counts.
final class AccuracyLayer: Layer {
  private let description: Accuracy
  private let axis: Int
  private let topK: Int
  private let ignoreLabel: Int?

  init(_ description: Accuracy, _ axis: Int, _ topK: Int, _ ignoreLabel: Int?) {
    self.description = description
    self.axis = axis
    self.topK = topK
    self.ignoreLabel = ignoreLabel
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    for (blob, shape) in zip(top, try description.topShapes(bottom.map(\.shape))) { blob.reshape(shape) }
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let runs = AxisRuns(bottom[0].shape, axis: axis)
    let labels = Labels(bottom[1], classes: runs.extent, ignored: ignoreLabel)
    let scores = bottom[0].data
    var seen = [Int](repeating: 0, count: runs.extent)
    var right = seen
    _ = try labels.forEach(runs) { first, label in
      guard let label else { return }
      let score = scores[first + label * runs.inner]
      // The label's own score is among those that are as high.
      var better = -1
      for i in stride(from: first, to: first + runs.stride, by: runs.inner) where scores[i] >= score { better += 1 }
      seen[label] += 1
      if better < topK { right[label] += 1 }
    }
    func share(_ right: Int, _ seen: Int) -> Float { seen == 0 ? 0 : Float(right) / Float(seen) }
    top[0].mutableData[0] = share(right.reduce(0, +), seen.reduce(0, +))
    if top.count > 1 { top[1].setPlainData(zip(right, seen).map(share)) }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if let index = propagateDown.firstIndex(of: true) {
      throw noGradient("Accuracy", bottom: index, bottom[index])
    }
  }
}
