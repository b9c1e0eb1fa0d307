import Engine
import NetModel
import TestSupport
import Testing

/// Convolutions on every backend, in every layout it speaks, against their definition in double precision.
@Suite(.serialized) struct ConvolutionOperatorTests {
  static let convolutions: [ConvolutionShape] = [
    .init([3, 1, 9, 8], outputs: 20, (5, 5)),
    .init([1, 3, 11, 11], outputs: 20, (3, 3), pad: (1, 1), stride: (2, 2)),
    .init([3, 20, 7, 6], outputs: 50, (5, 5)),
    .init([1, 20, 5, 6], outputs: 50, (3, 3), pad: (1, 1), group: 2),
    .init([3, 50, 6, 6], outputs: 20, (1, 1), hasBias: false),
    .init([1, 16, 10, 10], outputs: 32, (3, 3), pad: (2, 2), dilation: (2, 2)),
    .init([3, 32, 5, 5], outputs: 16, (3, 3), pad: (1, 1)),
    .init([1, 64, 4, 4], outputs: 64, (3, 3), pad: (1, 1), group: 2),
    .init([1, 4, 5, 7], outputs: 6, (3, 2), pad: (1, 0), stride: (2, 1), group: 2, hasBias: false),
    .init([1, 8, 6, 6], outputs: 8, (3, 3), pad: (1, 1), group: 8),
    .init([3, 50, 4, 4], outputs: 10, (4, 4)),
    .init([1, 3, 23, 23], outputs: 8, (7, 7), pad: (3, 3), stride: (3, 3)),
    .init([2, 16, 1, 1], outputs: 5, (1, 1)),
    .init([1, 2, 6, 6], outputs: 3, (5, 5), pad: (4, 4), stride: (2, 3), dilation: (1, 2)),
  ]

  @Test(arguments: Setting.all, convolutions)
  func convolution(_ setting: Setting, _ plain: ConvolutionShape) throws {
    var shape = plain
    (shape.bottomLayout, shape.topLayout) = (setting.layout, setting.layout)
    var numbers = Numbers()
    let (x, dy) = (numbers.floats(shape.bottom.count), numbers.floats(shape.top.count))
    let w = numbers.floats(shape.weightShape.count)
    let b = numbers.floats(shape.top[1])
    let (bottom, top) = (
      Blob(shape.bottom, layout: setting.layout, x), Blob(shape: shape.top, layout: setting.layout)
    )
    let (weight, bias) = (Blob(shape.weightShape, w), shape.hasBias ? Blob([shape.top[1]], b) : nil)
    let operation = try setting.backend.make().convolution(shape)

    try operation.forward(bottom: bottom, weight: weight, bias: bias, top: top)
    expectEqual(top.plainData, shape.naiveForward(x, w, shape.hasBias ? b : nil), "output")

    top.setPlainDiff(dy)
    let expected = shape.naiveGradients(x, w, dy)
    try operation.backwardBottom(top: top, weight: weight, bottom: bottom)
    expectEqual(bottom.plainDiff, expected.x, "bottom gradient")

    // Gradients of parameters are added to what is there.
    weight.setPlainDiff([Float](repeating: 3, count: w.count))
    bias?.setPlainDiff([Float](repeating: 3, count: b.count))
    try operation.backwardParameters(bottom: bottom, top: top, weight: weight, bias: bias)
    expectEqual(weight.plainDiff, expected.w.map { $0 + 3 }, "weight gradient")
    if let bias { expectEqual(bias.plainDiff, expected.bias.map { $0 + 3 }, "bias gradient") }
    try operation.backwardParameters(bottom: bottom, top: top, weight: nil, bias: bias)
    if let bias { expectEqual(bias.plainDiff, expected.bias.map { 2 * $0 + 3 }, "bias gradient alone") }
    try operation.backwardParameters(bottom: bottom, top: top, weight: weight, bias: nil)
    expectEqual(weight.plainDiff, expected.w.map { 2 * $0 + 3 }, "weight gradient alone")

    // Weights that have changed are packed anew, for both directions that read them.
    let doubled = w.map { 2 * $0 }
    weight.setPlainData(doubled)
    try operation.forward(bottom: bottom, weight: weight, bias: bias, top: top)
    try operation.backwardBottom(top: top, weight: weight, bottom: bottom)
    expectEqual(top.plainData, shape.naiveForward(x, doubled, shape.hasBias ? b : nil), "output, new weights")
    expectEqual(bottom.plainDiff, expected.x.map { 2 * $0 }, "bottom gradient, new weights")
    #expect(top.paddingIsZero && bottom.paddingIsZero)
  }

  /// The convolution adds to what is in the top, and rectifies the sum.
  @Test(arguments: Setting.all, convolutions)
  func addingConvolution(_ setting: Setting, _ plain: ConvolutionShape) throws {
    var shape = plain
    (shape.bottomLayout, shape.topLayout) = (setting.layout, setting.layout)
    (shape.adds, shape.training) = (true, false)
    var numbers = Numbers()
    let (x, old) = (numbers.floats(shape.bottom.count), numbers.floats(shape.top.count))
    let (w, b) = (numbers.floats(shape.weightShape.count), numbers.floats(shape.top[1]))
    let (bottom, weight) = (Blob(shape.bottom, layout: setting.layout, x), Blob(shape.weightShape, w))
    let bias = shape.hasBias ? Blob([shape.top[1]], b) : nil
    let sum = zip(shape.naiveForward(x, w, shape.hasBias ? b : nil), old).map(+)
    for slope in [nil, 0, 0.1] as [Float?] {
      shape.negativeSlope = slope
      let operation = try setting.backend.make().convolution(shape)
      // Twice: in a net the same memory gets another sum every time.
      for _ in 0..<2 {
        let top = Blob(shape.top, layout: setting.layout, old)
        try operation.forward(bottom: bottom, weight: weight, bias: bias, top: top)
        expectEqual(top.plainData, sum.map { slope == nil || $0 > 0 ? $0 : (slope ?? 1) * $0 }, "slope \(slope ?? 1)")
        #expect(top.paddingIsZero)
      }
    }
  }
}

extension ConvolutionShape: CustomTestStringConvertible {
  /// The geometry in short.
  public var testDescription: String {
    "\(bottom.dims) to \(top.dims), \(kernel.height)x\(kernel.width), group \(group)"
  }
}
