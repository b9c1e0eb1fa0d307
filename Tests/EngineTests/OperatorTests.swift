import Engine
import NetModel
import TestSupport
import Testing

/// What every backend must compute, in every layout it speaks, against definitions in double precision.
@Suite(.serialized) struct OperatorTests {
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

  @Test(
    arguments: BackendUnderTest.allCases,
    [(1, 7, 5), (3, 200, 70), (64, 16, 10), (5, 33, 66), (6, 5000, 7), (2, 1, 1)])
  func innerProduct(_ backend: BackendUnderTest, _ size: (m: Int, k: Int, n: Int)) throws {
    let (m, k, n) = size
    var numbers = Numbers()
    let (x, dy) = (numbers.floats(m * k), numbers.floats(m * n))
    let (w, b) = (numbers.floats(n * k), numbers.floats(n))
    for transposed in [false, true] {
      for hasBias in [false, true] {
        let shape = InnerProductShape(m: m, k: k, n: n, transposed: transposed, hasBias: hasBias)
        func at(_ row: Int, _ column: Int) -> Int { transposed ? column * n + row : row * k + column }
        var (y, dx) = ([Double](repeating: 0, count: m * n), [Double](repeating: 0, count: m * k))
        var (dw, db) = ([Double](repeating: 3, count: n * k), [Double](repeating: 3, count: n))
        for i in 0..<m {
          for j in 0..<n {
            y[i * n + j] = hasBias ? Double(b[j]) : 0
            db[j] += Double(dy[i * n + j])
            for l in 0..<k {
              y[i * n + j] += Double(x[i * k + l]) * Double(w[at(j, l)])
              dx[i * k + l] += Double(dy[i * n + j]) * Double(w[at(j, l)])
              dw[at(j, l)] += Double(dy[i * n + j]) * Double(x[i * k + l])
            }
          }
        }
        let (bottom, top) = (Blob([m, k], x), Blob(shape: [m, n]))
        let weight = Blob(transposed ? [k, n] : [n, k], w, diff: [Float](repeating: 3, count: n * k))
        let bias = hasBias ? Blob([n], b, diff: [Float](repeating: 3, count: n)) : nil
        let operation = try backend.make().innerProduct(shape)
        try operation.forward(bottom: bottom, weight: weight, bias: bias, top: top)
        top.setPlainDiff(dy)
        try operation.backwardBottom(top: top, weight: weight, bottom: bottom)
        try operation.backwardParameters(bottom: bottom, top: top, weight: weight, bias: bias)
        expectEqual(top.plainData, y.map(Float.init), "output, transposed \(transposed)")
        expectEqual(bottom.plainDiff, dx.map(Float.init), "bottom gradient, transposed \(transposed)")
        expectEqual(weight.plainDiff, dw.map(Float.init), "weight gradient, transposed \(transposed)")
        if let bias { expectEqual(bias.plainDiff, db.map(Float.init), "bias gradient") }
      }
    }
  }

  static let poolings: [PoolingShape] = [PoolingShape.Method.max, .average].flatMap { method in
    [
      PoolingShape(method, [3, 20, 24, 24], (2, 2), stride: (2, 2)),
      PoolingShape(method, [1, 50, 8, 8], (3, 3), stride: (2, 2)),  // the last window hangs over
      PoolingShape(method, [1, 3, 9, 7], (3, 3), pad: (1, 1), stride: (2, 2)),
      PoolingShape(method, [3, 1, 8, 8], (3, 3), pad: (1, 1), stride: (2, 2)),  // over the padding
      PoolingShape(method, [1, 20, 6, 8], (3, 3), pad: (0, 1), stride: (2, 2)),
      PoolingShape(method, [1, 32, 7, 7], (3, 3), stride: (2, 2), roundsDown: true),
      PoolingShape(method, [1, 16, 8, 9], (3, 3), stride: (2, 2), roundsDown: true),
      PoolingShape(method, [3, 50, 4, 5], (4, 5), stride: (1, 1)),  // global
      PoolingShape(method, [1, 16, 5, 5], (5, 5), pad: (2, 2), stride: (1, 1)),
      PoolingShape(method, [1, 3, 10, 10], (2, 3), stride: (3, 4)),
      PoolingShape(method, [1, 20, 1, 1], (1, 1), stride: (1, 1)),
    ]
  }

  @Test(arguments: Setting.all, poolings)
  func pooling(_ setting: Setting, _ plain: PoolingShape) throws {
    var shape = plain
    shape.layout = setting.layout
    var numbers = Numbers()
    // Whole numbers for maxima: of equal ones the first counts, which backward shows.
    let x = shape.method == .max ? numbers.small(shape.bottom.count) : numbers.floats(shape.bottom.count)
    let dy = numbers.floats(shape.top.count)
    let expected = shape.naive(x, dy)
    let (bottom, top) = (
      Blob(shape.bottom, layout: setting.layout, x), Blob(shape: shape.top, layout: setting.layout)
    )
    let operation = try setting.backend.make().pooling(shape)
    try operation.forward(bottom: bottom, top: top)
    top.setPlainDiff(dy)
    bottom.setPlainDiff([Float](repeating: 7, count: x.count))
    try operation.backward(top: top, bottom: bottom)
    expectEqual(top.plainData, expected.y, "output")
    expectEqual(bottom.plainDiff, expected.dx, "gradient")
    #expect(top.paddingIsZero && bottom.paddingIsZero)
    let positions = try operation.maximumPositions(top: top)
    #expect(positions == (shape.method == .max ? expected.positions : nil))
  }

  /// With a stride beyond the kernel the last window can lie outside the image; Caffe's maximum of nothing is -FLT_MAX.
  @Test(arguments: Setting.all) func emptyWindow(_ setting: Setting) throws {
    let shape = PoolingShape(.max, [1, 2, 3, 3], (1, 1), stride: (3, 3), layout: setting.layout)
    #expect(shape.top == [1, 2, 2, 2])
    let bottom = Blob([1, 2, 3, 3], layout: setting.layout, (0..<18).map(Float.init))
    let top = Blob(shape: shape.top, layout: setting.layout)
    let operation = try setting.backend.make().pooling(shape)
    try operation.forward(bottom: bottom, top: top)
    let none = -Float.greatestFiniteMagnitude
    #expect(top.plainData == [0, none, none, none, 9, none, none, none])
    top.setPlainDiff([1, 2, 3, 4, 5, 6, 7, 8])
    try operation.backward(top: top, bottom: bottom)
    #expect(bottom.plainDiff == [1] + [Float](repeating: 0, count: 8) + [5] + [Float](repeating: 0, count: 8))
  }

  @Test(
    arguments: Setting.all,
    [
      ([1, 32, 6, 5], 5, 0.75), ([3, 20, 4, 4], 5, 0.75), ([1, 96, 3, 3], 3, 0.75), ([3, 3, 5, 5], 5, 0.75),
      ([1, 50, 7, 3], 5, 0.5), ([2, 16, 1, 1], 7, 1),
    ] as [(Shape, Int, Float)])
  func localResponse(_ setting: Setting, _ layer: (shape: Shape, size: Int, beta: Float)) throws {
    let shape = LocalResponseShape(
      shape: layer.shape, size: layer.size, alpha: 0.9, beta: layer.beta, k: 1.5, layout: setting.layout)
    var numbers = Numbers()
    let (x, dy) = (numbers.floats(layer.shape.count), numbers.floats(layer.shape.count))
    let expected = shape.naive(x, dy)
    let (bottom, top) = (
      Blob(layer.shape, layout: setting.layout, x), Blob(shape: layer.shape, layout: setting.layout)
    )
    let operation = try setting.backend.make().localResponse(shape)
    try operation.forward(bottom: bottom, top: top)
    top.setPlainDiff(dy)
    try operation.backward(top: top, bottom: bottom)
    expectEqual(top.plainData, expected.y, "output")
    expectEqual(bottom.plainDiff, expected.dx, "gradient")
    #expect(top.paddingIsZero && bottom.paddingIsZero)
  }

  @Test(
    arguments: Setting.all, [Shape([3, 20, 6, 5]), [1, 3, 7, 7], [3, 64, 4, 4], [5, 50, 1, 1], [4, 1, 3, 3]])
  func batchNorm(_ setting: Setting, _ size: Shape) throws {
    let shape = BatchNormShape(shape: size, epsilon: 1e-5, layout: setting.layout)
    var numbers = Numbers()
    let x = numbers.floats(size.count).enumerated().map { 2 * $1 + Float(shape.channel($0)) / 4 }
    let dy = numbers.floats(size.count)
    let (mean, variance) = shape.naiveStatistics(x)
    let y = shape.naiveForward(x, mean, variance)
    let operation = try setting.backend.make().batchNorm(shape)
    let (gotMean, gotVariance) = (Blob(shape: [size[1]]), Blob(shape: [size[1]]))
    let (bottom, top) = (Blob(size, layout: setting.layout, x), Blob(shape: size, layout: setting.layout))
    try operation.forwardTraining(
      bottom: bottom, top: top, affine: nil, mean: gotMean.mutableData, variance: gotVariance.mutableData)
    expectEqual(gotMean.plainData, mean, "mean")
    expectEqual(gotVariance.plainData, variance, "variance")
    expectEqual(top.plainData, y, "output")
    top.setPlainDiff(dy)
    try operation.backwardTraining(
      top: top, bottom: bottom, affine: nil, mean: gotMean.data, variance: gotVariance.data)
    expectEqual(bottom.plainDiff, shape.naiveBackward(y, dy, variance), "gradient", 4e-5)
    #expect(top.paddingIsZero && bottom.paddingIsZero)

    let givenMean = Blob([size[1]], numbers.floats(size[1]))
    let givenVariance = Blob([size[1]], numbers.floats(size[1]).map { $0 + 1.5 })
    for inPlace in [false, true] {
      let bottom = Blob(size, layout: setting.layout, x)
      let top = inPlace ? bottom : Blob(shape: size, layout: setting.layout)
      try operation.forward(
        bottom: bottom, top: top, affine: nil, mean: givenMean.data, variance: givenVariance.data)
      expectEqual(
        top.plainData, shape.naiveForward(x, givenMean.plainData, givenVariance.plainData), "given, output")
      top.setPlainDiff(dy)
      try operation.backward(top: top, bottom: bottom, variance: givenVariance.data)
      let zeros = [Float](repeating: 0, count: size[1])
      expectEqual(bottom.plainDiff, shape.naiveForward(dy, zeros, givenVariance.plainData), "given, gradient")
      #expect(top.paddingIsZero && bottom.paddingIsZero)
    }
  }

  @Test(arguments: Setting.all, [Float(0), 0.25]) func rectifier(_ setting: Setting, _ slope: Float) throws {
    let shape: Shape = [3, 20, 5, 7]
    var numbers = Numbers()
    let (x, dy) = (numbers.small(shape.count), numbers.floats(shape.count))
    let operation = try setting.backend.make().rectifier(negativeSlope: slope)
    for inPlace in [false, true] {
      let bottom = Blob(shape, layout: setting.layout, x)
      let top = inPlace ? bottom : Blob(shape: shape, layout: setting.layout)
      try operation.forward(bottom: bottom, top: top)
      #expect(top.plainData == x.map { $0 > 0 ? $0 : slope * $0 })
      top.setPlainDiff(dy)
      try operation.backward(top: top, bottom: bottom)
      #expect(bottom.plainDiff == zip(x, dy).map { $0 > 0 ? $1 : slope * $1 })
      #expect(top.paddingIsZero && bottom.paddingIsZero)
    }
  }

  @Test(arguments: BackendUnderTest.allCases, [Shape([3, 20, 5, 7]), [1, 1, 4, 4], [2, 16, 3, 3], [2, 33, 1, 1]])
  func conversion(_ backend: BackendUnderTest, _ shape: Shape) throws {
    var numbers = Numbers()
    let x = numbers.floats(shape.count)
    let backend = try backend.make()
    for from in Layout.allCases {
      for to in Layout.allCases {
        let (source, target) = (Blob(shape, layout: from, x), Blob(shape: shape, layout: to))
        target.mutableData.fill(5)
        try backend.convert(source.data, from, target.mutableData, to, shape: shape)
        #expect(target.plainData == x, "\(from) to \(to)")
        #expect(target.paddingIsZero, "\(from) to \(to)")
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

extension PoolingShape: CustomTestStringConvertible {
  /// The geometry in short.
  public var testDescription: String {
    "\(method) \(bottom.dims) to \(top.dims), \(kernel.height)x\(kernel.width), pad \(pad.height)x\(pad.width)"
  }
}
