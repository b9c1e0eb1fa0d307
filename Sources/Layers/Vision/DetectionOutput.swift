import CaffeProto
import Engine
import Glibc
import NetModel

/// Objects: decoded boxes with a score above a threshold, of which the best of those that overlap are kept, class by
/// class (SSD's Caffe: `detection_output_layer.cpp`; Liu et al. 2016).
///
/// Bottoms: coded boxes (N, P L 4), scores (N, P num_classes) and PriorBox's boxes (1, 2, P 4), with L = 1 where
/// classes share their boxes, else num_classes. Top: (1, 1, K, 7), a line for each object: image, class, score, xmin,
/// ymin, xmax, ymax. K follows from the data; without any object there is a line of -1 for each image.
struct DetectionOutput: RunnableDescription {
  static let type = "DetectionOutput"
  let parameter: DetectionOutputParameter

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    parameter = layer.detectionOutputParam
    guard parameter.numClasses > 0 else {
      throw LayerError.field("detection_output_param.num_classes", "must be given and positive")
    }
    guard parameter.nmsParam.nmsThreshold >= 0, parameter.nmsParam.eta > 0, parameter.nmsParam.eta <= 1 else {
      throw LayerError.field("detection_output_param.nms_param", "nms_threshold must not be negative, eta in 0 ... 1")
    }
  }

  /// RefineDet's, which refines boxes by two further bottoms, is another layer of the same name.
  let arity = Arity(bottom: 3...3, top: 1...1)

  /// Sets of boxes.
  var boxSets: Int { parameter.shareLocation ? 1 : parameter.numClasses }

  /// One line: how many there are shows when the layer runs.
  func topShapes(_ bottom: [Shape]) -> [Shape] { [[1, 1, 1, 7]] }

  /// Makes sure that there is a code and a score for every box. It is not asked where a net is only looked at.
  func check(_ bottom: [Shape]) throws {
    let priors = bottom[2].count / 8
    guard bottom[2].rank >= 2, bottom[2][1] == 2, bottom[2].count == 8 * priors, bottom[2][0] == 1 else {
      throw LayerError.bottom(index: 2, shape: bottom[2], "must be (1, 2, 4 times the number of boxes)")
    }
    for (index, each) in [(0, 4 * boxSets), (1, parameter.numClasses)] {
      let images = bottom[0].legacy(0)
      guard bottom[index].legacy(0) == images, bottom[index].count == images * priors * each else {
        throw LayerError.bottom(
          index: index, shape: bottom[index], "must have \(each) numbers for each of \(priors) boxes in every image")
      }
    }
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "DetectionOutput: the channels are boxes and classes")
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { DetectionOutputLayer(self) }
}

/// The running layer, plain.
final class DetectionOutputLayer: Layer {
  private let description: DetectionOutput
  private var parameter: DetectionOutputParameter { description.parameter }

  /// A box. Its corners are numbers if those of its code are.
  private struct Box {
    var xmin: Float
    var ymin: Float
    var xmax: Float
    var ymax: Float

    init(_ values: FloatView) { (xmin, ymin, xmax, ymax) = (values[0], values[1], values[2], values[3]) }

    var size: Float { xmax < xmin || ymax < ymin ? 0 : (xmax - xmin) * (ymax - ymin) }

    /// Intersection over union.
    func overlap(_ other: Box) -> Float {
      let width = min(xmax, other.xmax) - max(xmin, other.xmin)
      let height = min(ymax, other.ymax) - max(ymin, other.ymin)
      guard width > 0, height > 0 else { return 0 }
      return width * height / (size + other.size - width * height)
    }
  }

  /// An object in an image.
  private struct Detection {
    let label: Int
    let score: Float
    let box: Box
  }

  init(_ description: DetectionOutput) { self.description = description }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    try description.check(bottom.map(\.shape))
    top[0].reshape([1, 1, 1, 7])
  }

  /// Decodes a box by its prior and variances.
  private func decoded(_ code: FloatView, _ prior: Box, _ variance: FloatView) -> Box {
    var box = Box(code)
    let factors = parameter.varianceEncodedInTarget ? [1, 1, 1, 1] : Array(variance)
    let (width, height) = (prior.xmax - prior.xmin, prior.ymax - prior.ymin)
    switch parameter.codeType {
    case .corner:
      box.xmin = prior.xmin + factors[0] * box.xmin
      box.ymin = prior.ymin + factors[1] * box.ymin
      box.xmax = prior.xmax + factors[2] * box.xmax
      box.ymax = prior.ymax + factors[3] * box.ymax
    case .cornerSize:
      box.xmin = prior.xmin + factors[0] * box.xmin * width
      box.ymin = prior.ymin + factors[1] * box.ymin * height
      box.xmax = prior.xmax + factors[2] * box.xmax * width
      box.ymax = prior.ymax + factors[3] * box.ymax * height
    case .centerSize:
      let x = factors[0] * box.xmin * width + (prior.xmin + prior.xmax) / 2
      let y = factors[1] * box.ymin * height + (prior.ymin + prior.ymax) / 2
      let (halfWidth, halfHeight) = (exp(factors[2] * box.xmax) * width / 2, exp(factors[3] * box.ymax) * height / 2)
      (box.xmin, box.ymin, box.xmax, box.ymax) = (x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight)
    }
    return box
  }

  /// The boxes of one class that are kept, best first.
  private func kept(_ boxes: [Box], _ scores: [Float], label: Int) -> [Detection] {
    let threshold = parameter.hasConfidenceThreshold ? parameter.confidenceThreshold : -Float.greatestFiniteMagnitude
    // Of equal scores the first comes first; Swift's sort is stable.
    var order = scores.indices.filter { scores[$0] > threshold }.sorted { scores[$0] > scores[$1] }
    if parameter.nmsParam.hasTopK, parameter.nmsParam.topK > -1 { order = Array(order.prefix(parameter.nmsParam.topK)) }
    var limit = parameter.nmsParam.nmsThreshold
    var kept: [Detection] = []
    for index in order where kept.allSatisfy({ $0.box.overlap(boxes[index]) <= limit }) {
      kept.append(Detection(label: label, score: scores[index], box: boxes[index]))
      if parameter.nmsParam.eta < 1, limit > 0.5 { limit *= parameter.nmsParam.eta }
    }
    return kept
  }

  /// The objects of an image, by class and then by score.
  private func detections(_ image: Int, _ bottom: [Blob]) -> [Detection] {
    let (priors, classes, sets) = (bottom[2].count / 8, parameter.numClasses, description.boxSets)
    let (codes, scores, prior) = (bottom[0].data, bottom[1].data, bottom[2].data)
    func boxes(_ set: Int) -> [Box] {
      (0..<priors).map { index in
        decoded(
          codes.part(((image * priors + index) * sets + set) * 4, count: 4), Box(prior.part(4 * index, count: 4)),
          prior.part(4 * (priors + index), count: 4))
      }
    }
    let shared = sets == 1 ? boxes(0) : []
    var found: [Detection] = []
    for label in 0..<classes where label != parameter.backgroundLabelId {
      let own = (0..<priors).map { scores[(image * priors + $0) * classes + label] }
      found += kept(sets == 1 ? shared : boxes(label), own, label: label)
    }
    let most = parameter.keepTopK
    guard most > -1, found.count > most else { return found }
    let best = found.indices.sorted { found[$0].score > found[$1].score }.prefix(most)
    return best.sorted().map { found[$0] }
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let images = bottom[0].shape.legacy(0)
    var lines: [Float] = []
    for image in 0..<images {
      for object in detections(image, bottom) {
        lines += [Float(image), Float(object.label), object.score]
        lines += [object.box.xmin, object.box.ymin, object.box.xmax, object.box.ymax]
      }
    }
    if lines.isEmpty { lines = (0..<images).flatMap { [Float($0), -1, -1, -1, -1, -1, -1] } }
    top[0].reshape([1, 1, lines.count / 7, 7])
    top[0].setPlainData(lines)
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if let index = propagateDown.firstIndex(of: true) {
      throw noGradient("DetectionOutput", bottom: index, bottom[index])
    }
  }
}
