import CKernels
import Engine
import NetModel
import TestSupport
import Testing

/// The kernels that compute with live columns and rows only, against the definition in double precision: with every set of
/// vectors, on one thread and two.
@Suite(.serialized) struct CompactConvolutionTests {
  private static let vectors = [CK_VECTORS_512, CK_VECTORS_256, CK_PORTABLE]

  /// A convolution with what lives of its weights.
  private struct Case: CustomStringConvertible {
    let shape: ConvolutionShape
    /// Filters that have a list of columns in common, and how many tiles of them a group has.
    let (tile, tiles): (Int, Int)
    let columns: [UInt8]
    let rows: [UInt8]
    let (adds, slope): (Bool, Float?)
    let seed: UInt64
    var description: String {
      "\(shape) tiles of \(tile) live \(columns.count { $0 != 0 })/\(columns.count) seed \(seed)"
    }

    init(_ seed: UInt64) {
      var numbers = Numbers(seed &+ 1)
      func pick<T>(_ values: [T]) -> T { values[Int((numbers.floats(1)[0] + 1) * 4999) % values.count] }
      let group = pick([1, 1, 1, 2, 3])
      let (inputs, outputs) = pick([
        (1, 1), (3, 20), (16, 16), (7, 50), (16, 96), (20, 13), (32, 64), (5, 17),
      ])
      let (kernel, stride, dilation) = (pick([1, 3, 3, 5, 7]), pick([1, 1, 2, 3]), pick([1, 1, 2]))
      let (height, width) = (pick(Array(1...33)), pick(Array(1...33)))
      let reach = (kernel - 1) * dilation + 1
      let pad = max(pick([0, kernel / 2, kernel - 1, kernel]), (reach - min(height, width) + 1) / 2)
      var shape = ConvolutionShape(
        [pick([1, 2]), inputs * group, height, width], outputs: outputs * group, (kernel, kernel), pad: (pad, pad),
        stride: (stride, pick([stride, 1])), dilation: (dilation, dilation), group: group, hasBias: pick([true, false]))
      (shape.bottomLayout, shape.topLayout) = (pick(Layout.allCases), pick(Layout.allCases))
      tile = pick([outputs, outputs, min(outputs, 32), min(outputs, 7)])
      tiles = (outputs + tile - 1) / tile
      let count = inputs * kernel * kernel * group * tiles
      let share = pick([Float(-1), -0.9, -0.5, 0, 0.5, 1])
      columns = numbers.floats(count).map { $0 < share ? 1 : 0 }
      let rowShare = pick([Float(1), 1, 0.4, -0.7])
      rows = numbers.floats(outputs * group).map { $0 < rowShare ? 1 : 0 }
      (adds, slope) = (pick([true, false, false]), pick([nil, 0, 0.1]))
      (self.shape, self.seed) = (shape, seed)
    }
  }

  /// What a plan computes, in the order of the axes.
  private struct Outcome: Equatable {
    var y: [Float]
    var dx: [Float]
    var dw: [Float]
    var paddingIsZero: Bool
  }

  private func run(
    _ test: Case, _ vectors: ck_vectors, _ engine: KernelEngine, x: [Float], w: [Float], masked: [Float],
    bias: [Float]?, old: [Float], dy: [Float]
  ) throws -> Outcome {
    let shape = test.shape
    var (spec, error) = (shape.spec, ck_error())
    (spec.adds, spec.fuse_relu, spec.negative_slope) = (test.adds, test.slope != nil, test.slope ?? 0)
    let made = ck_compact_create(engine.handle, &spec, test.tile, test.columns, test.rows, vectors, &error)
    let plan = try #require(made, "\(error.text)")
    defer { ck_compact_free(plan) }
    // Lanes of a block without a filter must not hold anything.
    var packed = [Float](repeating: .nan, count: ck_compact_packed_floats(plan))
    ck_compact_pack(plan, w, &packed)
    let bottom = Blob(shape.bottom, layout: shape.bottomLayout, x)
    let top = Blob(shape.top, layout: shape.topLayout, old, diff: dy)
    if !test.adds { top.mutableData.fill(.nan) }
    bottom.mutableDiff.fill(.nan)
    var dw = [Float](repeating: 0.5, count: w.count)
    try #require(
      bias.map {
        ck_compact_forward(plan, bottom.data.pointer, packed, $0, top.mutableData.pointer, &error)
      } ?? ck_compact_forward(plan, bottom.data.pointer, packed, nil, top.mutableData.pointer, &error) == 0,
      "\(error.text)")
    try #require(
      ck_compact_backward_data(plan, top.diff.pointer, packed, bottom.mutableDiff.pointer, &error) == 0, "\(error.text)"
    )
    var (packedDiff, unpacked) = (packed, w)
    ck_compact_unpack(plan, packed, &unpacked)
    #expect(unpacked == masked)
    for adds in [false, true] {
      try #require(
        ck_compact_backward_weights(plan, bottom.data.pointer, top.diff.pointer, &dw, false, adds, &error) == 0,
        "\(error.text)")
      try #require(
        ck_compact_backward_weights(plan, bottom.data.pointer, top.diff.pointer, &packedDiff, true, adds, &error) == 0,
        "\(error.text)")
    }
    ck_compact_unpack(plan, packedDiff, &unpacked)
    var lanes = packed
    ck_compact_pack(plan, [Float](repeating: 1, count: w.count), &lanes)
    #expect(unpacked == dw && zip(lanes, packedDiff).allSatisfy { $0 != 0 || $1 == 0 })
    return Outcome(
      y: top.plainData, dx: bottom.plainDiff, dw: dw, paddingIsZero: top.paddingIsZero && bottom.paddingIsZero)
  }

  @Test(arguments: 0..<200) func randomShapes(_ seed: Int) throws {
    let test = Case(UInt64(seed))
    let (shape, engine) = (test.shape, try KernelEngine())
    var numbers = Numbers(1000 + UInt64(seed))
    let (x, dy) = (numbers.floats(shape.bottom.count), numbers.floats(shape.top.count))
    let (bias, old) = (shape.hasBias ? numbers.floats(shape.top[1]) : nil, numbers.floats(shape.top.count))
    let (width, height) = (shape.weightShape.count(from: 1), shape.top[1] / shape.group)
    let lives = (0..<shape.weightShape.count).map { place in
      let row = place / width
      let list = row / height * test.tiles + row % height / test.tile
      return test.rows[row] != 0 && test.columns[list * width + place % width] != 0
    }
    // What is dead is not read as weights: it may be anything.
    let w = zip(numbers.floats(lives.count), lives).map { $1 ? $0 : 7 }
    let masked = zip(w, lives).map { $1 ? $0 : 0 }
    var y = shape.naiveForward(x, masked, bias)
    if test.adds { y = zip(y, old).map(+) }
    if let slope = test.slope { y = y.map { $0 > 0 ? $0 : slope * $0 } }
    let gradients = shape.naiveGradients(x, masked, dy)
    let dw = zip(gradients.w, lives).map { $1 ? 2 * $0 : 0 }
    let before = ck_threads()
    defer { ck_set_threads(before) }
    for vectors in Self.vectors {
      var outcomes: [Outcome] = []
      for threads in [1, 2, 2] as [Int32] {
        ck_set_threads(threads)
        outcomes.append(try run(test, vectors, engine, x: x, w: w, masked: masked, bias: bias, old: old, dy: dy))
      }
      let what = "\(test), vectors \(vectors.rawValue)"
      #expect(outcomes[0] == outcomes[1] && outcomes[1] == outcomes[2], "\(what): threads")
      #expect(outcomes[0].paddingIsZero, "\(what)")
      let live = test.columns.count { $0 != 0 } / shape.group / test.tiles
      let pixels = shape.top[0] * shape.top.count(from: 2)
      let plane = shape.top.count(from: 2)
      let made = y.indices.filter { test.rows[$0 / plane % shape.top[1]] != 0 }.map { y[$0] }
      expectClose(outcomes[0].y, y, usual: made, terms: live, "output, \(what)")
      expectClose(outcomes[0].dx, gradients.x, terms: height * width, "bottom gradient, \(what)")
      expectClose(outcomes[0].dw, dw, terms: pixels, "weight gradient, \(what)")
    }
  }

  /// Sums round by about the root of the number of their terms, relative to what is usual among those that are not
  /// zero; a bias alone is none.
  private func expectClose(
    _ got: [Float], _ expected: [Float], usual: [Float]? = nil, terms: Int, _ label: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    let squares = (usual ?? expected).filter { $0 != 0 }.map { Double($0) * Double($0) }
    let size = (squares.reduce(0, +) / Double(max(1, squares.count))).squareRoot()
    let worst = zip(got, expected).map { $0.isFinite ? abs(Double($0) - Double($1)) : .infinity }.max() ?? 0
    let allowed = 5e-6 * (Double(max(100, terms)) / 100).squareRoot() * size + 1e-7
    #expect(got.count == expected.count && worst <= allowed, "\(label)", sourceLocation: location)
    // On the whole they are closer than the worst one.
    let errors = zip(got, expected).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
    let rms = (errors / Double(max(1, got.count))).squareRoot()
    #expect(rms <= 2e-6 * size, "\(label): \(rms / size)", sourceLocation: location)
  }

  /// Nothing lives, one column does, or all.
  @Test(arguments: Layout.allCases, [0, 1, 9 * 20]) func extremes(_ layout: Layout, _ count: Int) throws {
    var shape = ConvolutionShape([2, 20, 7, 6], outputs: 33, (3, 3), pad: (1, 1))
    (shape.bottomLayout, shape.topLayout) = (layout, layout)
    var numbers = Numbers(5)
    let x = numbers.floats(shape.bottom.count)
    let lives = (0..<180).map { count == 180 || count == 1 && $0 == 77 }
    let w = numbers.floats(shape.weightShape.count).enumerated().map { lives[$0 % 180] ? $1 : 0 }
    let bias = numbers.floats(33)
    var (columns, rows) = ([UInt8](repeating: 2, count: 180), [UInt8](repeating: 2, count: 33))
    ck_live_slices(1, 33, 33, 180, w, &columns, &rows)
    #expect(columns == lives.map { $0 ? 1 : 0 } && rows.allSatisfy { $0 == (count == 0 ? 0 : 1) })
    let bottom = Blob(shape.bottom, layout: layout, x)
    let top = Blob(shape: shape.top, layout: layout)
    let operation = try DNNLBackend(compact: .on).convolution(shape.untrained)
    try operation.forward(bottom: bottom, weight: Blob(shape.weightShape, w), bias: Blob([33], bias), top: top)
    #expect(operation.plan.hasPrefix("compact") == (count < 180), "\(operation.plan)")
    expectEqual(top.plainData, shape.naiveForward(x, w, bias), "output")
    #expect(top.paddingIsZero)
  }

  /// Not-a-number is not zero: it has to be seen.
  @Test func notANumberLives() {
    var (columns, rows) = ([UInt8](repeating: 0, count: 3), [UInt8](repeating: 0, count: 2))
    ck_live_slices(1, 2, 2, 3, [0, .nan, -0.0, 0, 0, 0], &columns, &rows)
    #expect(columns == [0, 1, 0] && rows == [1, 0])
    columns = [UInt8](repeating: 7, count: 6)
    ck_live_slices(1, 2, 1, 3, [0, .nan, -0.0, 0, 0, 4], &columns, &rows)
    #expect(columns == [0, 1, 0, 0, 0, 1] && rows == [1, 1])
  }
}

extension ConvolutionShape {
  /// The same without gradients.
  var untrained: Self {
    var shape = self
    shape.training = false
    return shape
  }
}
