import CKernels
import Engine
import NetModel
import TestSupport
import Testing

/// Convolutions that take 8 filters at a time, against the definition in double precision, on one thread and more.
@Suite(.serialized) struct NarrowConvolutionTests {
  /// A shape with what is done to its top.
  struct Case: CustomStringConvertible {
    let shape: ConvolutionShape
    let (adds, slope): (Bool, Float?)
    var description: String { "\(shape), adds \(adds), slope \(slope.map { "\($0)" } ?? "none")" }

    init(
      _ bottom: Shape, _ outputs: Int, _ kernel: (Int, Int), pad: (Int, Int) = (0, 0), stride: (Int, Int) = (1, 1),
      adds: Bool = false, slope: Float? = nil, hasBias: Bool = true
    ) {
      var shape = ConvolutionShape(bottom, outputs: outputs, kernel, pad: pad, stride: stride, hasBias: hasBias)
      (shape.bottomLayout, shape.topLayout) = (.channelsLast, .channelsLast)
      (self.shape, self.adds, self.slope) = (shape, adds, slope)
    }
  }

  /// Rows of every number of pixels that tiles can have, whole and partial blocks of filters, bands of images.
  static let cases: [Case] =
    (1...26).map { Case([1, 3, 4, $0], 8, (3, 3), pad: (1, 1), adds: $0 % 2 == 0, slope: $0 % 3 == 0 ? 0 : nil) }
    + [1, 5, 7, 8, 17, 22, 24, 40].map { Case([2, 8, 7, 13], $0, (3, 3), pad: (1, 1), adds: true, slope: 0.1) }
    + [
      Case([3, 24, 9, 9], 24, (1, 1), hasBias: false),
      Case([2, 5, 11, 10], 6, (5, 3), pad: (3, 2), stride: (2, 3), slope: 0),
      Case([1, 2, 8, 9], 3, (4, 2), pad: (0, 1), stride: (1, 2), adds: true),
      Case([1, 16, 50, 200], 8, (3, 3), pad: (1, 1)),
      Case([1, 700, 6, 60], 5, (3, 3), stride: (2, 2)),
    ]

  @Test(arguments: cases) func agreesWithTheDefinition(_ each: Case) throws {
    let shape = each.shape
    var spec = shape.spec
    (spec.adds, spec.fuse_relu, spec.negative_slope) = (each.adds, each.slope != nil, each.slope ?? 0)
    try #require(ck_narrow_fits(&spec))
    let engine = try KernelEngine()
    var numbers = Numbers(5)
    let (x, old) = (numbers.floats(shape.bottom.count), numbers.floats(shape.top.count))
    let (w, b) = (numbers.floats(shape.weightShape.count), numbers.floats(shape.top[1]))
    var expected = shape.naiveForward(x, w, shape.hasBias ? b : nil)
    if each.adds { expected = zip(expected, old).map(+) }
    if let slope = each.slope { expected = expected.map { $0 > 0 ? $0 : slope * $0 } }
    let bottom = Blob(shape.bottom, layout: .channelsLast, x)
    var packed = [Float](repeating: .nan, count: ck_narrow_count(&spec))
    ck_narrow_pack(&spec, w, &packed)
    let threads = ck_threads()
    defer { ck_set_threads(threads) }
    for count in [1, 2, 5] {
      ck_set_threads(Int32(count))
      let top = Blob(shape.top, layout: .channelsLast, old)
      var error = ck_error()
      let status = ck_narrow_forward(
        engine.handle, &spec, bottom.data.pointer, packed, shape.hasBias ? b : nil, top.mutableData.pointer, &error)
      #expect(status == 0, "\(error.text)")
      expectEqual(top.plainData, expected, "output on \(count) threads")
    }
  }

  /// Numbers of filters that fill vectors of 16 better, and what the loops do not know, are others' business.
  @Test func refusesTheRest() {
    func fits(_ outputs: Int, _ change: (inout ck_convolution_spec) -> Void = { _ in }) -> Bool {
      var spec = Case([1, 6, 9, 9], outputs, (3, 3), pad: (1, 1)).shape.spec
      change(&spec)
      return ck_narrow_fits(&spec)
    }
    #expect([1, 8, 24, 36].map { fits($0) } == [true, true, true, true])
    #expect([9, 16, 32, 41].map { fits($0) } == [false, false, false, false])
    #expect(!fits(8) { $0.dilation_w = 2 } && !fits(8) { $0.dilation_h = 2 } && !fits(8) { $0.group = 2 })
    #expect(!fits(8) { $0.source_layout = CK_PLAIN } && !fits(8) { $0.destination_layout = CK_BLOCKED })
    #expect(!fits(8) { $0.kernel_w = 12 })
  }
}
