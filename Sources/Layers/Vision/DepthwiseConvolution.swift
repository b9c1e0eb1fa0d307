import CaffeProto
import Engine
import NetModel
import ONNX

/// The name of a depthwise convolution in a fork.
protocol DepthwiseSpelling: Sendable {
  /// The layer type's name in prototxts.
  static var type: String { get }
  /// Whether `num_output` and `group` say nothing: there are as many filters as channels.
  static var followsChannels: Bool { get }
}

/// As in the forks for ShuffleNet and MobileNet-YOLO, whose layer asks its bottom only.
enum ConvolutionDepthwise: DepthwiseSpelling {
  static let type = "ConvolutionDepthwise"
  static let followsChannels = true
}

/// As in the forks for MobileNet, whose layer is a convolution with the groups that are given.
enum DepthwiseConvolution: DepthwiseSpelling {
  static let type = "DepthwiseConvolution"
  static let followsChannels = false
}

/// A convolution with as many groups as channels, which forks have as a type of its own. It has the same blobs as
/// Convolution, and `group` may be left out.
struct Depthwise<Spelling: DepthwiseSpelling>: RunnableDescription, FilterBearing, KernelShrinking, BiasAdding,
  DrawingLabelled
{
  static var type: String { Spelling.type }
  /// As it is written.
  private let convolution: Convolution
  private let parameter: LayerParameter
  private let context: DescriptionContext

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    var grouped = parameter
    if Spelling.followsChannels { grouped.convolutionParam.numOutput = max(1, grouped.convolutionParam.numOutput) }
    if Spelling.followsChannels || !grouped.convolutionParam.hasGroup {
      grouped.convolutionParam.group = grouped.convolutionParam.numOutput
    }
    convolution = try Convolution(grouped, in: context)
    (self.parameter, self.context) = (grouped, context)
  }

  /// As it is for these bottoms.
  private func convolution(_ bottom: [Shape]) throws -> Convolution {
    let channels = bottom[0].legacy(1)
    guard Spelling.followsChannels, channels != convolution.fields.numOutput else { return convolution }
    var followed = parameter
    followed.convolutionParam.numOutput = channels
    followed.convolutionParam.group = channels
    return try Convolution(followed, in: context)
  }

  var arity: Arity { convolution.arity }
  func topShapes(_ bottom: [Shape]) throws -> [Shape] { try convolution(bottom).topShapes(bottom) }
  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] { try convolution(bottom).blobs(bottom) }
  var filterAxis: Int { convolution.filterAxis }
  func filterBlocks(_ bottom: [Shape]) -> Int {
    Spelling.followsChannels ? bottom[0].legacy(1) : convolution.filterBlocks(bottom)
  }
  func cost(bottom: [Shape], top: [Shape]) -> Cost {
    (try? convolution(bottom))?.cost(bottom: bottom, top: top) ?? Cost()
  }
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    ((try? convolution(bottom)) ?? convolution).channelMap(bottom: bottom, top: top)
  }
  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard !Spelling.followsChannels || blobs.isEmpty || blobs[0].count % convolution.fields.numOutput == 0 else {
      return .inexact("num_output is not the number of channels")
    }
    return convolution.constant(of: values, channel: channel, blobs: blobs)
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
    try convolution(bottom).makeLayer(bottom, in: context)
  }
}

extension Depthwise: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    try convolution(layer.described.bottomShapes).export(layer)
  }
}
