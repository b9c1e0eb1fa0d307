import CaffeProto
import Engine
import NetModel
import ONNX

/// Sum, mean, sum of magnitudes or sum of squares over the axes from `axis` on, times `coeff` (Caffe:
/// `reduction_layer.cpp`).
struct Reduction: RunnableDescription {
  static let type = "Reduction"
  private let parameter: ReductionParameter

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    try layer.refuseInPlace()
    parameter = layer.reductionParam
  }

  let arity = Arity.oneToOne

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let axis = try bottom[0].axis(parameter.axis, field: "reduction_param.axis")
    return [Shape(Array(bottom[0].dims[..<axis]))]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    top[0].rank > 1 ? .pointwise(bottom, tops: 1) : .holdsAll(bottom, "the reduction sums over the channels")
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    if parameter.operation == .mean { return .value(parameter.coeff * value) }
    return value == 0 ? .value(0) : .inexact("a sum depends on the number of elements")
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    ReductionLayer(self, parameter)
  }
}

extension Reduction: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let rank = layer.bottomExtents[0].count
    let axes = Array(try layer.described.bottomShapes[0].axis(parameter.axis, field: "reduction_param.axis")..<rank)
    let x = layer.bottom[0]
    func reduced(_ operation: String) -> Tensor {
      layer(operation, x, attributes: ["axes": .ints(axes), "keepdims": .int(0)])
    }
    let result =
      switch parameter.operation {
      // The only one that takes its axes as an input, in this version of the operators.
      case .sum: layer("ReduceSum", x, layer.numbers(axes), attributes: ["keepdims": .int(0)])
      case .asum: reduced("ReduceL1")
      case .sumsq: reduced("ReduceSumSquare")
      case .mean: reduced("ReduceMean")
      }
    return [layer.affine(result, scale: parameter.coeff)]
  }
}

/// The running layer, plain.
final class ReductionLayer: Layer {
  private let description: Reduction
  private let operation: ReductionParameter.ReductionOp
  private let coefficient: Float
  private var size = 0
  /// The coefficient, divided by the number of elements for means.
  private var factor: Float = 1

  init(_ description: Reduction, _ parameter: ReductionParameter) {
    self.description = description
    operation = parameter.operation
    coefficient = parameter.coeff
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let shape = try description.topShapes([bottom[0].shape])[0]
    top[0].reshape(shape)
    size = bottom[0].shape.count(from: shape.rank)
    factor = operation == .mean ? coefficient / Float(size) : coefficient
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let y = top[0].mutableData
    for row in y.indices {
      let x = bottom[0].data.part(row * size, count: size)
      let total =
        switch operation {
        case .sum, .mean: sum(size) { x[$0] }
        case .asum: sum(size) { abs(x[$0]) }
        case .sumsq: sum(size) { x[$0] * x[$0] }
        }
      y[row] = factor * total
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    guard propagateDown[0] else { return }
    for (row, dy) in top[0].diff.enumerated() {
      let (x, dx) = (bottom[0].data.part(row * size, count: size), bottom[0].mutableDiff.part(row * size, count: size))
      let slope = factor * dy
      switch operation {
      case .sum, .mean: dx.fill(slope)
      case .asum: map(x, dx) { $0 > 0 ? slope : $0 < 0 ? -slope : 0 }
      case .sumsq: map(x, dx) { 2 * slope * $0 }
      }
    }
  }
}
