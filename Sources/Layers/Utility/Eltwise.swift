import CaffeProto
import Engine
import NetModel
import ONNX

/// Sums with coefficients, products or maxima of equally shaped bottoms (Caffe: `eltwise_layer.cpp`).
struct Eltwise: RunnableDescription, BottomDetermining {
  static let type = "Eltwise"
  private let parameter: EltwiseParameter

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    try layer.refuseInPlace()
    parameter = layer.eltwiseParam
    guard parameter.coeff.isEmpty || parameter.coeff.count == layer.bottom.count else {
      throw LayerError.field(
        "eltwise_param.coeff", "there are \(parameter.coeff.count) for \(layer.bottom.count) bottoms: give one for each"
      )
    }
    guard parameter.coeff.isEmpty || parameter.operation != .prod else {
      throw LayerError.field("eltwise_param.coeff", "products take no coefficients")
    }
  }

  let arity = Arity(bottom: 2...Int.max, top: 1...1)

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    for (index, shape) in bottom.enumerated() where shape != bottom[0] {
      throw LayerError.bottom(index: index, shape: shape, "bottom 0 has the shape \(bottom[0]): they must be equal")
    }
    return [bottom[0]]
  }

  static let determined: Set<Int> = [0, 1]
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? { bottom[index == 0 ? 1 : 0] }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { .pointwise(bottom, tops: 1) }

  /// A constant where all bottoms are; a product also where one is 0.
  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    let known = values.compactMap { $0 }
    if parameter.operation == .prod, known.contains(0) { return .value(0) }
    guard known.count == values.count, !known.isEmpty else {
      return .inexact("the other bottoms of the Eltwise need not be constant")
    }
    switch parameter.operation {
    case .prod: return .value(known.reduce(1, *))
    case .max: return .value(known.max() ?? 0)
    case .sum:
      let factors = parameter.coeff.isEmpty ? known.map { _ in 1 } : parameter.coeff
      return .value(zip(factors, known).reduce(0) { $0 + $1.0 * $1.1 })
    }
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    EltwiseLayer(parameter, bottoms: bottom.count, context.backend)
  }
}

extension Eltwise: ONNXExporting {
  func export(_ layer: ExportedLayer) -> [Tensor] {
    switch parameter.operation {
    case .prod: return [layer.bottom.dropFirst().reduce(layer.bottom[0]) { layer("Mul", $0, $1) }]
    case .max: return layer.node("Max", layer.bottom)
    case .sum:
      let coefficients = parameter.coeff.isEmpty ? layer.bottom.map { _ in 1 } : parameter.coeff
      return layer.node("Sum", zip(layer.bottom, coefficients).map { layer.affine($0, scale: $1) })
    }
  }
}

/// The running layer, in the layout of its first bottom.
final class EltwiseLayer: Layer {
  private let operation: EltwiseParameter.EltwiseOp
  private let coefficients: [Float]
  private let stableGradient: Bool
  private let backend: any Backend
  private var layout = Layout.plain
  /// Of a rectifier that follows in place.
  private var negativeSlope: Float?
  /// Which bottom was the largest.
  private var winners: [Int32] = []

  init(_ parameter: EltwiseParameter, bottoms: Int, _ backend: any Backend) {
    operation = parameter.operation
    coefficients = parameter.coeff.isEmpty ? [Float](repeating: 1, count: bottoms) : parameter.coeff
    stableGradient = parameter.stableProdGrad
    self.backend = backend
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout {
    if index == 0 { layout = backend.accepted(offered) }
    return layout
  }

  func epilogue(on index: Int, of bottom: [Blob]) -> Epilogue? {
    operation == .sum && coefficients == [1, 1] ? .sum(addend: bottom[1 - index]) : nil
  }

  func absorb(_ epilogue: Epilogue, backward: Bool) -> Absorption {
    guard case .rectifier(let slope) = epilogue, slope >= 0, operation == .sum, negativeSlope == nil else {
      return .nothing
    }
    negativeSlope = slope
    return backward ? .forward : .everything
  }

  var gradientNeeds: GradientNeeds { operation == .prod ? [.bottom, .top] : [] }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    for (index, blob) in bottom.enumerated() where blob.shape != bottom[0].shape {
      throw LayerError.bottom(index: index, shape: blob.shape, "bottom 0 has the shape \(bottom[0].shape)")
    }
    top[0].reshape(bottom[0].shape, layout: bottom[0].layout)
    if operation == .max { winners = [Int32](repeating: 0, count: top[0].physicalCount) }
  }

  func gradientFlow(toBottom index: Int) -> GradientFlow {
    operation == .sum && coefficients[index] == 1 ? .copied : .computed
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let (first, second, y) = (bottom[0].data, bottom[1].data, top[0].mutableData)
    switch operation {
    case .prod:
      y.setProduct(first, second)
      for blob in bottom[2...] { y.multiply(by: blob.data) }
    case .sum:
      // The rectifier runs with the last summand.
      y.setSum(
        coefficients[0], first, coefficients[1], second, negativeSlope: bottom.count == 2 ? negativeSlope : nil)
      for (index, blob) in bottom.enumerated().dropFirst(2) {
        y.setSum(
          1, y.readOnly, coefficients[index], blob.data,
          negativeSlope: index == bottom.count - 1 ? negativeSlope : nil)
      }
    case .max:
      for i in y.indices {
        // Of equal values the second bottom wins over the first, but no further bottom wins over those, as in Caffe.
        let wins = first[i] > second[i]
        y[i] = wins ? first[i] : second[i]
        winners[i] = wins ? 0 : 1
      }
      for (index, blob) in bottom.enumerated().dropFirst(2) {
        let x = blob.data
        for i in y.indices where x[i] > y[i] {
          y[i] = x[i]
          winners[i] = Int32(index)
        }
      }
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    let dy = top[0].diff
    for (index, blob) in bottom.enumerated() where propagateDown[index] {
      let dx = blob.mutableDiff
      switch operation {
      case .prod:
        if stableGradient {
          dx.copy(dy)
          for (other, factor) in bottom.enumerated() where other != index {
            dx.multiply(by: factor.data)
          }
        } else {
          map(top[0].data, blob.data, dx) { $0 / $1 }
          dx.multiply(by: dy)
          blob.clearPadding(dx)
        }
      case .sum:
        dx.copy(dy)
        if coefficients[index] != 1 { dx.multiply(by: coefficients[index]) }
      case .max:
        let own = Int32(index)
        for i in dx.indices { dx[i] = winners[i] == own ? dy[i] : 0 }
      }
    }
  }
}
