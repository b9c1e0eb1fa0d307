import CKernels
import Engine
import NetModel
import Testing
import TestSupport

/// Loops over arrays: lengths around vector and piece boundaries, channels in every layout, thread counts.
@Suite(.serialized) struct KernelArrayTests {
  static let counts = [0, 1, 15, 16, 17, 1000, 16_383, 16_385, 100_003]

  @Test(arguments: counts) func elementwise(_ count: Int) {
    var numbers = Numbers(3)
    let (x, y) = (numbers.floats(count), numbers.floats(count))
    func changed(_ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
      let blob = Blob([count], y)
      body(blob.mutableData.pointer)
      return blob.plainData
    }
    expectEqual(changed { ck_axpy(count, 0.5, x, $0) }, zip(x, y).map { 0.5 * $0 + $1 }, "axpy")
    expectEqual(changed { ck_axpby(count, 0.5, x, -2, $0) }, zip(x, y).map { 0.5 * $0 - 2 * $1 }, "axpby")
    expectEqual(changed { ck_scale(count, 3, $0) }, y.map { 3 * $0 }, "scale")
    expectEqual(changed { ck_multiply(count, x, y, $0) }, zip(x, y).map { $0 * $1 }, "multiply")
    expectEqual(
      changed { ck_weighted_sum(count, 2, x, 3, $0, $0) }, zip(x, y).map { 2 * $0 + 3 * $1 }, "weighted sum")
    let nan = [Float](repeating: .nan, count: count)
    let overwritten = Blob([count], nan)
    ck_axpby(count, 2, x, 0, overwritten.mutableData.pointer)
    #expect(overwritten.plainData == x.map { 2 * $0 })
  }

  @Test(arguments: counts) func sums(_ count: Int) {
    var numbers = Numbers(4)
    let (x, y) = (Blob([count], numbers.floats(count)), Blob([count], numbers.floats(count)))
    let pairs = zip(x.data, y.data).map { (Double($0), Double($1)) }
    func expectSum(_ got: Double, _ terms: [Double]) {
      let magnitudes = terms.reduce(0) { $0 + abs($1) }
      #expect(isClose(got, terms.reduce(0, +), absolute: 1e-12 * magnitudes))
    }
    expectSum(x.data.magnitudeSum, pairs.map { abs($0.0) })
    expectSum(x.data.squareSum, pairs.map { $0.0 * $0.0 })
    expectSum(x.data.dot(y.data), pairs.map { $0.0 * $0.1 })
  }

  /// Every sum has its terms in the matrix's order, however rows and columns are shared out; the rows of a large matrix
  /// are summed in parts.
  @Test(arguments: [
    (1, 1), (3, 5), (17, 9), (500, 25), (64, 1100), (7, 40_001), (40_001, 7), (2000, 31), (1100, 500), (250, 2100),
  ])
  func magnitudesOfRowsAndColumns(_ rows: Int, _ columns: Int) {
    var numbers = Numbers(6)
    let x = Blob([rows, columns], numbers.floats(rows * columns))
    var (down, along) = ([Float](repeating: 0, count: columns), [Float](repeating: 0, count: rows))
    for (index, value) in x.data.enumerated() { along[index / columns] += value.magnitude }
    let parts = ck_column_parts(rows, columns)
    #expect(parts == (rows * columns < 1 << 18 ? 1 : min(rows, 16)))
    for part in 0..<parts {
      var sums = [Float](repeating: 0, count: columns)
      for row in stride(from: part, to: rows, by: parts) {
        for column in 0..<columns { sums[column] += x.data[row * columns + column].magnitude }
      }
      for column in 0..<columns { down[column] += sums[column] }
    }
    let before = ck_threads()
    defer { ck_set_threads(before) }
    for threads in [Int32(1), 2, 3] {
      ck_set_threads(threads)
      var sums = [Float](repeating: .nan, count: columns)
      x.data.columnMagnitudes(into: &sums)
      #expect(sums == down)
      sums = [Float](repeating: .nan, count: rows)
      x.data.rowMagnitudes(into: &sums)
      #expect(sums == along)
    }
  }

  /// Arrays are cut by their length, not by the number of threads.
  @Test func threadsDoNotChangeSums() {
    var numbers = Numbers(5)
    let (x, y) = (Blob([300_000], numbers.floats(300_000)), Blob([300_000], numbers.floats(300_000)))
    let before = ck_threads()
    defer { ck_set_threads(before) }
    let results = [Int32(1), 2, 3].map { threads in
      ck_set_threads(threads)
      #expect(ck_threads() == threads)
      return [x.data.dot(y.data), x.data.squareSum, x.data.magnitudeSum]
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test func everyTaskRunsOnce() {
    for tasks in [0, 1, 2, 3, 1000] {
      let ran = Blob(shape: [1000])
      ck_parallel(
        Int32(tasks),
        { context, task in context?.assumingMemoryBound(to: Float.self)[Int(task)] += 1 }, ran.mutableData.pointer)
      #expect(Array(ran.data) == (0..<1000).map { $0 < tasks ? 1 : 0 })
    }
  }

  @Test(
    arguments: Layout.allCases, [Shape([3, 20, 5, 7]), [2, 16, 3, 3], [1, 50, 1, 1], [4, 1, 6, 5], [5, 33, 4, 4]])
  func channels(_ layout: Layout, _ shape: Shape) {
    var numbers = Numbers(8)
    let (x, y) = (numbers.floats(shape.count), numbers.floats(shape.count))
    let (scale, shift) = (numbers.floats(shape[1]), numbers.floats(shape[1]))
    let channel = (0..<shape.count).map { $0 / (shape[2] * shape[3]) % shape[1] }
    let source = Blob(shape, layout: layout, x)

    for (scaled, shifted) in [(true, true), (true, false), (false, true)] {
      let target = Blob(shape: shape, layout: layout)
      scale.withUnsafeBufferPointer { a in
        shift.withUnsafeBufferPointer { b in
          ck_channel_affine(
            layout.kernel, ck_shape(shape), source.data.pointer, scaled ? a.baseAddress : nil,
            shifted ? b.baseAddress : nil, target.mutableData.pointer)
        }
      }
      let expected = x.indices.map { i in
        (scaled ? scale[channel[i]] : 1) * x[i] + (shifted ? shift[channel[i]] : 0)
      }
      expectEqual(target.plainData, expected, "affine")
      #expect(target.paddingIsZero)
    }

    let other = Blob(shape, layout: layout, y)
    for factor in [nil, other] {
      var sums = [Float](repeating: 2, count: shape[1])
      ck_channel_sums(layout.kernel, ck_shape(shape), source.data.pointer, factor?.data.pointer, &sums)
      var expected = [Double](repeating: 2, count: shape[1])
      for i in x.indices { expected[channel[i]] += Double(x[i]) * (factor == nil ? 1 : Double(y[i])) }
      expectEqual(sums, expected.map(Float.init), "sums")
    }
  }

  /// To the last bit or two, however many terms there are and however far they lie from 0.
  @Test(
    arguments: Layout.allCases,
    [Shape([3, 20, 5, 7]), [70, 3, 3, 3], [1, 50, 1, 1], [2, 17, 40, 30], [1, 1, 1, 5000]])
  func momentsOfChannels(_ layout: Layout, _ shape: Shape) {
    var numbers = Numbers(9)
    let x = numbers.floats(shape.count).map { $0 + 100 }
    let source = Blob(shape, layout: layout, x)
    let (plane, count) = (shape[2] * shape[3], Double(shape.count / shape[1]))
    let channels = (0..<shape[1]).map { c in x.indices.filter { $0 / plane % shape[1] == c }.map { Double(x[$0]) } }
    let means = channels.map { $0.reduce(0, +) / count }
    let variances = zip(channels, means).map { values, mean in
      values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    }
    let before = ck_threads()
    defer { ck_set_threads(before) }
    let scratch = UnsafeMutableRawPointer.allocate(
      byteCount: ck_channel_moments_bytes(layout.kernel, ck_shape(shape)), alignment: 64)
    defer { scratch.deallocate() }
    for threads in [Int32(1), 3] {
      ck_set_threads(threads)
      var (mean, variance) = ([Float](repeating: .nan, count: shape[1]), [Float](repeating: .nan, count: shape[1]))
      ck_channel_moments(layout.kernel, ck_shape(shape), source.data.pointer, scratch, &mean, &variance)
      #expect(isClose(mean.map(Double.init), means, relative: 1e-7))
      #expect(isClose(variance.map(Double.init), variances, relative: 2e-7, absolute: 1e-11))
    }
  }

  /// <columns(x), c> = <x, image(c)>: the two maps are each other's transpose.
  @Test func loweringIsAdjoint() {
    var geometry = ck_columns(
      channels: 3, height: 7, width: 6, kernel_h: 3, kernel_w: 2, pad_h: 2, pad_w: 1, stride_h: 2, stride_w: 1,
      dilation_h: 2, dilation_w: 3, output_h: 4, output_w: 5)
    let (size, count) = (3 * 7 * 6, 3 * 3 * 2 * 4 * 5)
    var numbers = Numbers(9)
    let (image, columns) = (Blob([size], numbers.floats(size)), Blob([count], numbers.floats(count)))
    let (lowered, raised) = (Blob(shape: [count]), Blob(shape: [size]))
    ck_im2col(&geometry, image.data.pointer, lowered.mutableData.pointer)
    ck_col2im(&geometry, columns.data.pointer, raised.mutableData.pointer)
    #expect(isClose(lowered.data.dot(columns.data), image.data.dot(raised.data), absolute: 1e-5))
    #expect(lowered.data.squareSum > 0)
  }

  @Test func physicalCounts() {
    let shape = ck_shape(n: 2, c: 20, h: 3, w: 5)
    #expect(ck_physical_count(CK_PLAIN, shape) == 600)
    #expect(ck_physical_count(CK_CHANNELS_LAST, shape) == 600)
    #expect(ck_physical_count(CK_BLOCKED, shape) == 960)
    #expect(ck_physical_count(CK_PLAIN, ck_shape(n: -1, c: 1, h: 1, w: 1)) == -1)
    #expect(ck_physical_count(CK_BLOCKED, ck_shape(n: 1, c: .max, h: 1, w: 1)) == -1)
    #expect(ck_physical_count(CK_PLAIN, ck_shape(n: .max, c: 2, h: 1, w: 1)) == -1)
  }

  @Test func thePaddedBlockIsTheEngines() {
    #expect(Int(CK_CHANNEL_BLOCK) == Layout.channelBlock)
    for layout in Layout.allCases {
      let shape: Shape = [2, 20, 3, 5]
      #expect(ck_physical_count(layout.kernel, ck_shape(shape)) == layout.physicalCount(shape))
    }
  }
}
