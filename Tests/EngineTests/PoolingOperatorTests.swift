import Engine
import NetModel
import TestSupport
import Testing

/// Pooling on every backend, in every layout it speaks, against its definition.
@Suite(.serialized) struct PoolingOperatorTests {
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
}

extension PoolingShape: CustomTestStringConvertible {
  /// The geometry in short.
  public var testDescription: String {
    "\(method) \(bottom.dims) to \(top.dims), \(kernel.height)x\(kernel.width), pad \(pad.height)x\(pad.width)"
  }
}
