import CaffeProto
import Engine
import NetModel
import ONNX

/// Boxes of several sizes and shapes around every position of an image, and their variances (SSD's Caffe:
/// `prior_box_layer.cpp`; Liu et al. 2016).
///
/// Bottoms: a blob and the net's input, of which only heights and widths are used. Top: (1, 2, H W P 4): the corners
/// xmin, ymin, xmax, ymax of each of P boxes at each position, in shares of the input's size; and the variances. As
/// there, sizes are cut off to whole pixels.
struct PriorBox: RunnableDescription {
  static let type = "PriorBox"
  private let parameter: PriorBoxParameter
  /// 1 first, each other one once.
  private let ratios: [Float]

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    parameter = layer.priorBoxParam
    guard !parameter.minSize.isEmpty, parameter.minSize.allSatisfy({ $0 >= 1 && $0 < 1e9 }) else {
      throw LayerError.field("prior_box_param.min_size", "must be given and positive")
    }
    guard parameter.maxSize.isEmpty || parameter.maxSize.count == parameter.minSize.count else {
      throw LayerError.field("prior_box_param.max_size", "must be given as often as min_size, or not at all")
    }
    for (small, large) in zip(parameter.minSize, parameter.maxSize) where large <= small || large >= 1e9 {
      throw LayerError.field("prior_box_param.max_size", "\(large) must be greater than min_size \(small)")
    }
    guard [0, 1, 4].contains(parameter.variance.count) else {
      throw LayerError.field(
        "prior_box_param.variance", "must be given once or four times, not \(parameter.variance.count)")
    }
    guard !(parameter.hasImgSize && (parameter.hasImgH || parameter.hasImgW)), parameter.hasImgH == parameter.hasImgW,
      !(parameter.hasStep && (parameter.hasStepH || parameter.hasStepW)), parameter.hasStepH == parameter.hasStepW
    else { throw LayerError.field("prior_box_param", "img_size and step are given once, or else for h and w") }
    for (name, given, value) in [
      ("step", parameter.hasStep, parameter.step), ("step_h", parameter.hasStepH, parameter.stepH),
      ("step_w", parameter.hasStepW, parameter.stepW), ("img_size", parameter.hasImgSize, Float(parameter.imgSize)),
      ("img_h", parameter.hasImgH, Float(parameter.imgH)), ("img_w", parameter.hasImgW, Float(parameter.imgW)),
    ] where given && !(value > 0) {
      throw LayerError.field("prior_box_param.\(name)", "is \(value), but must be positive")
    }
    var ratios: [Float] = [1]
    for ratio in parameter.aspectRatio {
      guard ratio > 0 else { throw LayerError.field("prior_box_param.aspect_ratio", "\(ratio) is not positive") }
      if ratios.contains(where: { abs($0 - ratio) < 1e-6 }) { continue }
      ratios += parameter.flip ? [ratio, 1 / ratio] : [ratio]
    }
    self.ratios = ratios
  }

  let arity = Arity(bottom: 2...2, top: 1...1)

  /// Boxes at a position.
  private var count: Int { parameter.minSize.count * ratios.count + parameter.maxSize.count }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    for (index, shape) in bottom.enumerated() where shape.rank != 4 || shape.count == 0 {
      throw LayerError.bottom(index: index, shape: shape, "must have 4 axes (num, channels, height, width)")
    }
    let (positions, overflow) = (bottom[0][2] * bottom[0][3]).multipliedReportingOverflow(by: 4 * count)
    guard !overflow else { throw LayerError.field("prior_box_param", "there are too many boxes") }
    return [try Shape(checking: [1, 2, positions], field: "prior_box_param")]
  }

  /// Nothing: the bottoms' elements are not read.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { ChannelMap([]) }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { PriorBoxLayer(self) }

  /// The top's elements.
  func values(_ bottom: [Shape]) -> [Float] {
    func given(_ has: Bool, _ value: Int, _ hasBoth: Bool, _ both: Int) -> Int { has ? value : hasBoth ? both : 0 }
    let height = given(parameter.hasImgH, parameter.imgH, parameter.hasImgSize, parameter.imgSize)
    let width = given(parameter.hasImgW, parameter.imgW, parameter.hasImgSize, parameter.imgSize)
    let (imageHeight, imageWidth) = (Float(height > 0 ? height : bottom[1][2]), Float(width > 0 ? width : bottom[1][3]))
    let (rows, columns) = (bottom[0][2], bottom[0][3])
    let stepH = parameter.hasStepH ? parameter.stepH : parameter.step
    let stepW = parameter.hasStepW ? parameter.stepW : parameter.step
    let isGiven = stepH > 0 && stepW > 0
    let (down, right) = isGiven ? (stepH, stepW) : (imageHeight / Float(rows), imageWidth / Float(columns))
    let sizes = boxes
    var values: [Float] = []
    values.reserveCapacity(8 * rows * columns * count)
    for row in 0..<rows {
      for column in 0..<columns {
        let (x, y) = ((Float(column) + parameter.offset) * right, (Float(row) + parameter.offset) * down)
        for (width, height) in sizes {
          values += [
            (x - width / 2) / imageWidth, (y - height / 2) / imageHeight, (x + width / 2) / imageWidth,
            (y + height / 2) / imageHeight,
          ]
        }
      }
    }
    if parameter.clip { values = values.map { min(max($0, 0), 1) } }
    let variance = parameter.variance.isEmpty ? [0.1] : parameter.variance
    return values + values.indices.map { variance[$0 % variance.count] }
  }

  /// Widths and heights at every position.
  private var boxes: [(width: Float, height: Float)] {
    parameter.minSize.indices.flatMap { index -> [(width: Float, height: Float)] in
      let small = parameter.minSize[index].rounded(.towardZero)
      var boxes: [(width: Float, height: Float)] = [(small, small)]
      if !parameter.maxSize.isEmpty {
        let middle = (small * parameter.maxSize[index].rounded(.towardZero)).squareRoot()
        boxes.append((middle, middle))
      }
      for ratio in ratios.dropFirst() { boxes.append((small * ratio.squareRoot(), small / ratio.squareRoot())) }
      return boxes
    }
  }
}

extension PriorBox: ONNXExporting {
  /// A constant.
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    [try layer.reshape(layer.floats(values(layer.described.bottomShapes)), to: layer.topExtents[0])]
  }
}

/// The running layer: its top is the same in every pass.
final class PriorBoxLayer: Layer {
  private let description: PriorBox

  init(_ description: PriorBox) { self.description = description }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) throws { top[0].reshape(try description.topShapes(bottom.map(\.shape))[0]) }

  func forward(bottom: [Blob], top: [Blob]) { top[0].setPlainData(description.values(bottom.map(\.shape))) }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    for (blob, isWanted) in zip(bottom, propagateDown) where isWanted { blob.mutableDiff.fill(0) }
  }
}
