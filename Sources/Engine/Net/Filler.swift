import Base
import CaffeProto
import NetModel

extension Blob {
  /// Fills the blob as a filler message says (Caffe: filler.hpp).
  ///
  /// - Throws: `LayerError/field(_:_:)` for an unknown filler type or values that cannot be.
  public func fill(with filler: FillerParameter, random: RandomSource) throws {
    let values = mutableData
    switch filler.type {
    case "constant": values.fill(filler.value)
    case "uniform":
      for i in values.indices { values[i] = random.uniform(filler.min, filler.max) }
    case "gaussian": try fillGaussian(values, filler, random)
    case "positive_unitball":
      let rows = max(1, shape.legacy(0))
      let width = count / rows
      for row in 0..<rows {
        let part = values.part(row * width, count: width)
        for i in part.indices { part[i] = random.uniform() }
        let sum = part.reduce(0, +)
        for i in part.indices { part[i] /= sum }
      }
    case "xavier":
      let bound = (3 / fan(filler)).squareRoot()
      for i in values.indices { values[i] = random.uniform(-bound, bound) }
    case "msra":
      let deviation = (2 / fan(filler)).squareRoot()
      for i in values.indices { values[i] = random.gaussian(deviation: deviation) }
    case "bilinear": try fillBilinear(values)
    default:
      throw LayerError.field(
        "filler.type",
        "unknown filler '\(filler.type)'; there are bilinear, constant, gaussian, msra, positive_unitball, uniform, xavier"
      )
    }
  }

  /// Fan-in, fan-out or their mean, as `variance_norm` says.
  private func fan(_ filler: FillerParameter) -> Float {
    let fanIn = Float(count) / Float(max(1, shape.legacy(0)))
    // Caffe divides by the second axis, whatever it is, where there is one.
    let fanOut = shape.rank > 1 ? Float(count) / Float(max(1, shape[1])) : Float(count)
    switch filler.varianceNorm {
    case .fanIn: return fanIn
    case .fanOut: return fanOut
    case .average: return (fanIn + fanOut) / 2
    }
  }

  private func fillGaussian(_ values: MutableFloatView, _ filler: FillerParameter, _ random: RandomSource) throws {
    for i in values.indices { values[i] = random.gaussian(mean: filler.mean, deviation: filler.std) }
    guard filler.sparse >= 0 else { return }
    // Sparse initialisation: about `sparse` non-zero inputs per output.
    let outputs = max(1, shape.legacy(0))
    let keep = Float(filler.sparse) / Float(outputs)
    for i in values.indices where random.uniform() >= keep { values[i] = 0 }
  }

  private func fillBilinear(_ values: MutableFloatView) throws {
    guard shape.rank == 4, shape[2] == shape[3] else {
      throw LayerError.field("filler.type", "'bilinear' needs a square four-axis blob, not \(shape)")
    }
    let width = shape[3]
    let factor = Float((width + 1) / 2)
    let centre = Float(width - 1) / (2 * factor)
    for i in values.indices {
      let x = Float(i % width)
      let y = Float((i / width) % width)
      values[i] = (1 - abs(x / factor - centre)) * (1 - abs(y / factor - centre))
    }
  }
}
