import Engine
import NetModel

/// A running convolution. The backend computes; bottoms of equal shape and layout share an operator, and with it the
/// packed weights. It takes over a ReLU that follows, and where there is no gradient also BatchNorm, Scale and a sum.
final class ConvolutionLayer: Layer {
  let blobs: [Blob]
  private let description: Convolution
  private let context: LayerContext
  private var operators: [any ConvolutionOperator] = []
  private var folded: FoldedWeights?
  private var addend: Blob?
  private var negativeSlope: Float?

  init(_ description: Convolution, blobs: [Blob], _ context: LayerContext) {
    self.description = description
    self.blobs = blobs
    self.context = context
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout {
    guard let geometry = try? description.geometry(shape, training: context.needsBackward) else { return .plain }
    return context.backend.preferredLayouts(geometry, offered: offered).bottom
  }

  func absorb(_ epilogue: Epilogue, backward: Bool) -> Absorption {
    // A convolution rectifies last, so it takes over nothing that comes behind a rectifier.
    guard negativeSlope == nil else { return .nothing }
    switch epilogue {
    case .rectifier(let slope):
      // The rectifier's gradient finds from the top where the bottom was negative, which a negative slope would hide.
      guard slope >= 0 else { return .nothing }
      negativeSlope = slope
      return backward ? .forward : .everything
    case .sum(let blob):
      guard addend == nil, !context.needsBackward, !backward else { return .nothing }
      addend = blob
      return .everything
    case .affine(let values):
      let channels = blobs[0].shape[0]
      return fold(sources: [values.scale, values.shift].compactMap { $0 }, backward) {
        (
          values.scale.map { Array($0.data) } ?? [Float](repeating: 1, count: channels),
          values.shift.map { Array($0.data) } ?? [Float](repeating: 0, count: channels)
        )
      }
    case .normalization(let sources, let statistics):
      return fold(sources: sources, backward) {
        let (mean, deviation) = statistics()
        return (deviation.map { 1 / $0 }, zip(mean, deviation).map { -$0 / $1 })
      }
    }
  }

  private func fold(
    sources: [Blob], _ backward: Bool, _ step: @escaping () -> FoldedWeights.Affine
  ) -> Absorption {
    guard addend == nil, !context.needsBackward, !backward else { return .nothing }
    let weights = folded ?? FoldedWeights(weight: blobs[0], bias: bias)
    weights.append(sources: sources, step)
    folded = weights
    return .everything
  }

  var gradientNeeds: GradientNeeds { .bottom }

  var plan: String? { operators.first?.plan }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let channels = blobs[0].shape[1] * description.fields.group
    guard bottom[0].shape[1] == channels else {
      throw LayerError.bottom(
        index: 0, shape: bottom[0].shape, "the weight \(blobs[0].shape) is for \(channels) channels")
    }
    var made: [ConvolutionShape: any ConvolutionOperator] = [:]
    operators = try zip(bottom, top).map { bottom, top in
      var geometry = try description.geometry(bottom.shape, training: context.needsBackward)
      geometry.bottomLayout = bottom.layout
      (geometry.adds, geometry.negativeSlope) = (addend != nil, negativeSlope)
      if folded != nil { geometry.hasBias = true }
      geometry.topLayout = context.backend.topLayout(geometry)
      top.reshape(geometry.top, layout: geometry.topLayout)
      if let addend, (addend.shape, addend.layout) != (top.shape, top.layout) {
        throw LayerError.bottom(index: 0, shape: addend.shape, "is added to a top of the shape \(top.shape)")
      }
      let known = try made[geometry] ?? context.backend.convolution(geometry)
      made[geometry] = known
      return known
    }
  }

  var forwardScratch: Int { floats(operators.map { $0.scratchBytes(.top) }) }

  func backwardScratch(propagateDown: [Bool]) -> Int {
    let gradients = zip(operators, propagateDown).map { $1 ? $0.scratchBytes(.bottomGradient) : 0 }
    return floats(operators.map { $0.scratchBytes(.parameterGradients) } + gradients)
  }

  /// The floats of the largest of them, as one runs after the other.
  private func floats(_ bytes: [Int]) -> Int {
    let stride = MemoryLayout<Float>.stride
    return ((bytes.max() ?? 0) + stride - 1) / stride
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    folded?.renew()
    if let addend, addend.data.pointer != top[0].data.pointer { top[0].mutableData.set(1, times: addend.data) }
    for (index, operation) in operators.enumerated() {
      try operation.forward(
        bottom: bottom[index], weight: folded?.weight ?? blobs[0], bias: folded?.bias ?? bias, top: top[index])
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    for (index, operation) in operators.enumerated() {
      try operation.backwardParameters(bottom: bottom[index], top: top[index], weight: blobs[0], bias: bias)
      if propagateDown[index] {
        try operation.backwardBottom(top: top[index], weight: blobs[0], bottom: bottom[index])
      }
    }
  }

  private var bias: Blob? { blobs.count > 1 ? blobs[1] : nil }
}
