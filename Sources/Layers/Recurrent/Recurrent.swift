import CaffeProto
import Engine
import NetModel

/// A layer over time that runs its unrolled net (Caffe: recurrent_layer.cpp).
///
/// Bottoms: input (T, streams, ...), continuations (T, streams; 0 begins a sequence), where it is wanted an input for
/// all steps (streams, ...), and with `expose_hidden` the first states (1, streams, D). Tops: outputs (T, streams, D),
/// and with `expose_hidden` the last states. Without it the states go on from batch to batch.
struct Recurrent<Cell: RecurrentCell>: RunnableDescription, BottomDetermining {
  static var type: String { Cell.type }
  private let settings: RecurrentParameter
  private let exposed: Int
  private let hasStatic: Bool

  /// Reads `recurrent_param`; `debug_info` changes nothing.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    settings = parameter.recurrentParam
    guard settings.numOutput > 0 else {
      throw LayerError.field("recurrent_param.num_output", "must be given and positive")
    }
    exposed = settings.exposeHidden ? Cell.states.count : 0
    hasStatic = parameter.bottom.count > 2 + exposed
    try parameter.refuseInPlace()
  }

  var arity: Arity { Arity(bottom: 2 + exposed...3 + exposed, top: 1 + exposed...1 + exposed) }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    guard bottom[0].rank >= 2, bottom[0][0] > 0 else {
      throw LayerError.bottom(index: 0, shape: bottom[0], "must be (time steps, streams, ...)")
    }
    let (steps, streams) = (bottom[0][0], bottom[0][1])
    guard bottom[1] == [steps, streams] else {
      throw LayerError.bottom(index: 1, shape: bottom[1], "must be (time steps, streams), \(steps) x \(streams)")
    }
    if hasStatic, bottom[2].legacy(0) != streams || bottom[2].rank == 0 {
      throw LayerError.bottom(index: 2, shape: bottom[2], "must be (streams, ...), with \(streams) streams")
    }
    let state = try Shape(checking: [1, streams, settings.numOutput], field: "recurrent_param.num_output")
    for (index, shape) in bottom.enumerated().suffix(exposed) where shape != state {
      throw LayerError.bottom(index: index, shape: shape, "a state must be \(state)")
    }
    let output = try Shape(checking: [steps, streams, settings.numOutput], field: "recurrent_param.num_output")
    return [output] + Array(repeating: state, count: exposed)
  }

  /// The continuations.
  static var determined: Set<Int> { [1] }
  /// Time steps and streams.
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? {
    bottom[0].rank >= 2 ? [bottom[0][0], bottom[0][1]] : nil
  }

  /// The unrolled net's parameters, each once.
  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    let net = try unrolled(bottom)
    return net.shared.owned.map { net.layers[$0.layer].blobs[$0.blob] }
  }

  private func unrolled(_ bottom: [Shape]) throws -> NetDescription {
    _ = try topShapes(bottom)
    do {
      return try NetDescription(
        Unrolling(Cell.self, settings, bottom, hasStatic: hasStatic).net, state: NetState(), registry: .caffe,
        splits: true)
    } catch {
      throw LayerError.field("recurrent_param", "the unrolled net cannot be: \(error)")
    }
  }

  /// The cost of all steps.
  func cost(bottom: [Shape], top: [Shape]) -> Cost { (try? unrolled(bottom).batchCost) ?? Cost() }

  /// Holds: the states' elements depend on each other from step to step.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "\(Cell.type) layers have time and streams where others have images and channels")
  }

  /// To the inputs only.
  func allowsBackward(bottom index: Int) -> Bool { index == 0 || (index == 2 && hasStatic) }

  /// A layer with a net of its own.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    let net = try Net(
      unrolled(bottom), backend: context.backend, random: context.random, use: .allGradients)
    return RecurrentLayer(
      net, steps: bottom[0][0], states: Cell.states, output: Cell.output, exposed: exposed, hasStatic: hasStatic,
      topShapes: topShapes)
  }
}
