import CaffeProto
import Engine
import Glibc
import NetModel

/// One time step of a long short-term memory, without its matrix products (Caffe: lstm_unit_layer.cpp).
///
/// Bottoms: the cells before (1, streams, D), the gates' inputs in the order input, forget, output, new value (1,
/// streams, 4 D), and whether a stream goes on (1, streams). Tops: cells and hidden states (1, streams, D).
struct LSTMUnit: RunnableDescription {
  static let type = "LSTMUnit"

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    try parameter.refuseInPlace()
  }

  var arity: Arity { Arity(bottom: 3...3, top: 2...2) }

  /// The cells' shape, twice.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let cells = bottom[0]
    guard cells.rank == 3, cells[0] == 1 else {
      throw LayerError.bottom(index: 0, shape: cells, "must be (1, streams, cells)")
    }
    for (index, wanted) in [(1, [1, cells[1], 4 * cells[2]]), (2, [1, cells[1]])] where bottom[index].dims != wanted {
      throw LayerError.bottom(index: index, shape: bottom[index], "must be \(wanted) for cells of \(cells)")
    }
    return [cells, cells]
  }

  /// Not to the continuations.
  func allowsBackward(bottom index: Int) -> Bool { index != 2 }
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { LSTMUnitLayer(self) }
}

/// Computes cells and hidden states.
final class LSTMUnitLayer: Layer {
  private let description: LSTMUnit

  init(_ description: LSTMUnit) { self.description = description }

  /// The gates of one cell, open.
  private struct Gates {
    let input: Float
    let forget: Float
    let output: Float
    let value: Float

    /// - Parameters:
    ///   - inputs: of all gates
    ///   - first: the position of the cell's input gate
    ///   - cells: the distance of the gates
    ///   - goesOn: 0 where a new sequence begins
    init(_ inputs: FloatView, at first: Int, cells: Int, goesOn: Float) {
      func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
      input = sigmoid(inputs[first])
      forget = goesOn == 0 ? 0 : goesOn * sigmoid(inputs[first + cells])
      output = sigmoid(inputs[first + 2 * cells])
      value = tanh(inputs[first + 3 * cells])
    }
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    for (blob, shape) in zip(top, try description.topShapes(bottom.map(\.shape))) { blob.reshape(shape) }
  }

  func forward(bottom: [Blob], top: [Blob]) {
    let (before, cells, hidden) = (bottom[0].data, top[0].mutableData, top[1].mutableData)
    forEachCell(bottom) { index, _, _, gates in
      cells[index] = gates.forget * before[index] + gates.input * gates.value
      hidden[index] = gates.output * tanh(cells[index])
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[2] { throw noGradient("LSTMUnit", bottom: 2, bottom[2]) }
    guard propagateDown[0] || propagateDown[1] else { return }
    let (before, cells) = (bottom[0].data, top[0].data)
    let (cellDiff, hiddenDiff) = (top[0].diff, top[1].diff)
    let (beforeDiff, gateDiff) = (bottom[0].mutableDiff, bottom[1].mutableDiff)
    forEachCell(bottom) { index, gate, size, gates in
      let squashed = tanh(cells[index])
      let diff = cellDiff[index] + hiddenDiff[index] * gates.output * (1 - squashed * squashed)
      beforeDiff[index] = diff * gates.forget
      gateDiff[gate] = diff * gates.value * gates.input * (1 - gates.input)
      gateDiff[gate + size] = diff * before[index] * gates.forget * (1 - gates.forget)
      gateDiff[gate + 2 * size] = hiddenDiff[index] * squashed * gates.output * (1 - gates.output)
      gateDiff[gate + 3 * size] = diff * gates.input * (1 - gates.value * gates.value)
    }
  }

  /// Calls `body` with every cell's index, the index of its input gate, the distance of the gates, and the gates.
  private func forEachCell(_ bottom: [Blob], _ body: (Int, Int, Int, Gates) -> Void) {
    let (inputs, goesOn, size) = (bottom[1].data, bottom[2].data, bottom[0].shape[2])
    for stream in 0..<bottom[0].shape[1] {
      for cell in 0..<size {
        let gate = stream * 4 * size + cell
        body(
          stream * size + cell, gate, size, Gates(inputs, at: gate, cells: size, goesOn: goesOn[stream]))
      }
    }
  }
}
