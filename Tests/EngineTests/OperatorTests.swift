import Engine
import NetModel
import TestSupport
import Testing

/// What every backend must compute, in every layout it speaks, against definitions in double precision.
@Suite(.serialized) struct OperatorTests {
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
