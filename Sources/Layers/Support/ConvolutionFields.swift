import CaffeProto
import NetModel
import ONNX

/// What Convolution and Deconvolution have in common: `convolution_param`, checked.
struct ConvolutionFields: Sendable {
  let numOutput: Int
  let group: Int
  let hasBias: Bool
  let window: WindowFields
  private let axis: Int
  private let weightFiller: FillerParameter
  private let biasFiller: FillerParameter

  init(_ parameter: ConvolutionParameter) throws {
    for (name, value) in [("num_output", parameter.numOutput), ("group", parameter.group)]
    where value < 1 || value > Int(Int32.max) {
      throw LayerError.field("convolution_param.\(name)", "is \(value), but must be 1 to \(Int32.max)")
    }
    numOutput = parameter.numOutput
    group = parameter.group
    guard numOutput % group == 0 else {
      throw LayerError.field(
        "convolution_param.num_output", "\(numOutput) filters cannot be shared out among \(group) groups")
    }
    hasBias = parameter.biasTerm
    axis = parameter.axis
    weightFiller = parameter.weightFiller
    biasFiller = parameter.biasFiller
    window = try WindowFields(parameter)
  }

  /// The channel axis, once the bottoms are known to have the same shape and channels that the groups can share.
  ///
  /// - Throws: `LayerError` where they do not.
  func checkedAxis(_ bottom: [Shape]) throws -> Int {
    let first = bottom[0]
    let axis = try first.axis(axis, field: "convolution_param.axis")
    for (index, shape) in bottom.enumerated() where shape != first {
      throw LayerError.bottom(index: index, shape: shape, "bottom 0 has the shape \(first): they must be equal")
    }
    guard first[axis] > 0, first[axis] % group == 0 else {
      throw LayerError.bottom(
        index: 0, shape: first, "\(first[axis]) channels cannot be shared out among \(group) groups")
    }
    return axis
  }

  /// Weight (outer, inner / group, kernel...) and bias (num_output).
  func blobs(outer: Int, inner: Int, axes: Int) throws -> [BlobSpec] {
    let kernel = try window.resolved(axes: axes).kernel
    let weight = BlobSpec(
      shape: try Shape(checking: [outer, inner / group] + kernel, field: "convolution_param"), filler: weightFiller,
      role: .weight)
    return hasBias ? [weight, BlobSpec(shape: [numOutput], filler: biasFiller, role: .bias)] : [weight]
  }

  /// Whether the bottoms are (N, C, H, W) with channels on axis 1, for which backends have operators.
  func isPlanar(_ bottom: [Shape]) -> Bool { bottom[0].rank == 4 && (try? bottom[0].canonicalAxis(axis)) == 1 }
}

extension ConvolutionFields {
  /// Adds a node of that operation for every bottom.
  func export(_ layer: ExportedLayer, as operation: String) throws -> [Tensor] {
    let axes = layer.described.bottomShapes[0].rank - 2
    guard try checkedAxis(layer.described.bottomShapes) == 1, (1...3).contains(axes) else {
      throw layer.refusal("its channels are not on axis 1, with 1 to 3 axes behind them")
    }
    let window = try window.resolved(axes: axes)
    return layer.bottom.map { bottom in
      layer(
        operation, bottom, layer.parameter(0), hasBias ? layer.parameter(1) : nil,
        attributes: [
          "kernel_shape": .ints(window.kernel), "strides": .ints(window.stride), "dilations": .ints(window.dilation),
          "pads": .ints(window.pad + window.pad), "group": .int(group),
        ])
    }
  }
}

extension ConvolutionParameter {
  /// What drawings say about a convolution or its transpose.
  var drawingLabel: DrawingLabel {
    let window = DrawingLabel.window(
      kernel: kernelSize.first ?? 1, stride: stride.first ?? 1, pad: pad.first ?? 0)
    return DrawingLabel(settings: window, output: "\(numOutput)", fill: "#FF5050", learns: true)
  }
}
