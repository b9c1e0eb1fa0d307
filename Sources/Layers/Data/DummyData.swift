import CaffeProto
import Engine
import NetModel

/// Tops that fillers fill, constant ones once and random ones before every pass (Caffe: dummy_data_layer.cpp).
struct DummyData: RunnableDescription, ConstantSource {
  static let type = "DummyData"
  private let shapes: [Shape]
  private let fillers: [FillerParameter]
  /// Whether all fillers are given and constant.
  let isConstant: Bool

  /// Reads `dummy_data_param`: shapes, or the old num, channels, height and width, once or once per top; fillers not at
  /// all (zero), once, or once per top.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    let dummy = parameter.dummyDataParam
    let tops = parameter.top.count
    func pick<T>(_ values: [T], _ name: String) throws -> [T] {
      guard !values.isEmpty, values.count == 1 || values.count == tops else {
        throw LayerError.field(
          "dummy_data_param.\(name)", "must be given once or once per top (\(tops)), not \(values.count) times")
      }
      return values.count == 1 ? [T](repeating: values[0], count: tops) : values
    }
    let legacy = [dummy.num, dummy.channels, dummy.height, dummy.width]
    if legacy.contains(where: { !$0.isEmpty }) {
      guard dummy.shape.isEmpty else {
        throw LayerError.field("dummy_data_param.shape", "is given beside num, channels, height or width")
      }
      let axes = try zip(legacy, ["num", "channels", "height", "width"]).map { try pick($0, $1) }
      shapes = try (0..<tops).map { top in
        try Shape(checking: axes.map { $0[top] }, field: "dummy_data_param")
      }
    } else {
      shapes = try pick(dummy.shape, "shape").map { try Shape($0, field: "dummy_data_param.shape") }
    }
    isConstant = !dummy.dataFiller.isEmpty && dummy.dataFiller.allSatisfy { $0.type == "constant" }
    fillers = try pick(dummy.dataFiller.isEmpty ? [FillerParameter()] : dummy.dataFiller, "data_filler")
  }

  var arity: Arity { Arity(bottom: 0...0, top: 1...Int.max) }
  func topShapes(_ bottom: [Shape]) -> [Shape] { shapes }
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { ChannelMap([]) }
  /// A layer that draws from the run's random numbers.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer {
    DummyDataLayer(shapes, fillers, SampleDraws(context))
  }
}

/// Fills its tops.
final class DummyDataLayer: Layer {
  private let shapes: [Shape]
  private let fillers: [FillerParameter]
  private let draws: SampleDraws

  init(_ shapes: [Shape], _ fillers: [FillerParameter], _ draws: SampleDraws) {
    self.shapes = shapes
    self.fillers = fillers
    self.draws = draws
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    for (blob, shape) in zip(top, shapes) { blob.reshape(shape) }
    try fill(top, constants: true)
  }

  func forward(bottom: [Blob], top: [Blob]) throws { try fill(top, constants: false) }
  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {}

  private func fill(_ top: [Blob], constants: Bool) throws {
    // On several ranks each draws other numbers.
    let random = draws.ofPass
    for (blob, filler) in zip(top, fillers) where (filler.type == "constant") == constants {
      try blob.fill(with: filler, random: random)
    }
  }
}
