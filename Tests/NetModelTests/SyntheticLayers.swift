import CaffeProto
import NetModel

/// Makes a blob from nothing: (2, num_output, 4, 4).
struct Source: LayerDescription {
  static let type = "Source"
  let channels: Int
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    channels = parameter.convolutionParam.numOutput
  }
  var arity: Arity { Arity(bottom: 0...0, top: 1...2) }
  func topShapes(_ bottom: [Shape]) throws -> [Shape] { [Shape([2, channels, 4, 4]), Shape([2])] }
}

/// Carries its bottom through a learnable weight.
struct Through: LayerDescription {
  static let type = "Through"
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    guard parameter.convolutionParam.group == 1 else { throw LayerError.field("group", "must be 1") }
  }
  var arity: Arity { .oneToOne }
  func topShapes(_ bottom: [Shape]) throws -> [Shape] { bottom }
  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    [BlobSpec(shape: Shape([bottom[0][1]]), filler: FillerParameter(), role: .channel)]
  }
  func cost(bottom: [Shape], top: [Shape]) -> Cost { Cost(multiplyAdds: bottom[0].count) }
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { .pointwise(bottom, tops: 1) }
}

/// Ends in a loss.
struct Objective: LayerDescription {
  static let type = "Objective"
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {}
  var arity: Arity { Arity(bottom: 1...2, top: 1...1, automaticTops: true) }
  func topShapes(_ bottom: [Shape]) throws -> [Shape] { [Shape([])] }
  func defaultLossWeight(top index: Int) -> Float { 1 }
  func allowsBackward(bottom index: Int) -> Bool { index == 0 }
}

let synthetic = LayerRegistry([Source.self, Through.self, Objective.self])

/// Describes a prototxt of synthetic layers.
func describe(_ text: String, phase: Phase = .train, splits: Bool = false) throws -> NetDescription {
  var state = NetState()
  state.phase = phase
  return try NetDescription(
    NetParameter(text: text, file: "synthetic.prototxt"), state: state, registry: synthetic, splits: splits)
}
