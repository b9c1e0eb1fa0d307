import CaffeProto
import Engine
import NetModel
import ONNX

/// The name of a depthwise convolution in a fork.
protocol DepthwiseSpelling: Sendable {
  /// The layer type's name in prototxts.
  static var type: String { get }
}

/// As in the forks for ShuffleNet and MobileNet-YOLO.
enum ConvolutionDepthwise: DepthwiseSpelling { static let type = "ConvolutionDepthwise" }

/// As in the forks for MobileNet.
enum DepthwiseConvolution: DepthwiseSpelling { static let type = "DepthwiseConvolution" }

/// A convolution with as many groups as channels, which forks have as a type of its own. It has the same blobs as
/// Convolution, and `group` may be left out.
struct Depthwise<Spelling: DepthwiseSpelling>: RunnableDescription, FilterBearing, KernelShrinking, BiasAdding,
  DrawingLabelled
{
  static var type: String { Spelling.type }
  private let convolution: Convolution

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    var grouped = parameter
    if !grouped.convolutionParam.hasGroup || grouped.convolutionParam.group == 1 {
      grouped.convolutionParam.group = grouped.convolutionParam.numOutput
    }
    convolution = try Convolution(grouped, in: context)
  }

  var arity: Arity { convolution.arity }
  func topShapes(_ bottom: [Shape]) throws -> [Shape] { try convolution.topShapes(bottom) }
  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    guard bottom[0].legacy(1) == convolution.fields.group else {
      throw LayerError.bottom(
        index: 0, shape: bottom[0],
        "has \(bottom[0].legacy(1)) channels, but the depthwise convolution has \(convolution.fields.group) groups")
    }
    return try convolution.blobs(bottom)
  }
  var filterAxis: Int { convolution.filterAxis }
  var filterBlocks: Int { convolution.filterBlocks }
  func cost(bottom: [Shape], top: [Shape]) -> Cost { convolution.cost(bottom: bottom, top: top) }
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { convolution.channelMap(bottom: bottom, top: top) }
  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    convolution.constant(of: values, channel: channel, blobs: blobs)
  }
  var foldObstacle: String? { convolution.foldObstacle }
  func addBias(_ parameter: inout LayerParameter) { convolution.addBias(&parameter) }
  func kernelMargins(_ bottom: [Shape]) -> [Int]? { convolution.kernelMargins(bottom) }
  func shrinkKernel(_ parameter: inout LayerParameter, by margins: [Int]) {
    convolution.shrinkKernel(&parameter, by: margins)
  }
  static func drawingLabel(_ parameter: LayerParameter) -> DrawingLabel { Convolution.drawingLabel(parameter) }

  /// `group` is only written where it was given.
  func adapt(_ parameter: inout LayerParameter, bottom: [Shape], top: [Shape]) {
    let isGrouped = parameter.convolutionParam.hasGroup && parameter.convolutionParam.group > 1
    parameter.convolutionParam.numOutput = top[0].legacy(1)
    if isGrouped { parameter.convolutionParam.group = bottom[0].legacy(1) }
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    try convolution.makeLayer(bottom, in: context)
  }
}

extension Depthwise: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] { try convolution.export(layer) }
}
