import CKernels
import Engine
import NetModel
import Testing

/// Batch normalisation with scale, shift and ReLU in one primitive.
@Suite(.serialized) struct KernelBatchNormTests {
  @Test(arguments: Layout.allCases, [false, true])
  func affine(_ layout: Layout, _ rectified: Bool) throws {
    let engine = try KernelEngine()
    for shape: Shape in [[3, 20, 4, 5], [2, 32, 3, 3]] {
      let naive = BatchNormShape(shape: shape, epsilon: 1e-3, layout: layout)
      var spec = ck_batch_norm_spec(
        shape: ck_shape(shape), layout: layout.kernel, epsilon: 1e-3, affine: true, fuse_relu: rectified)
      var error = ck_error()
      let made = ck_batch_norm_create(engine.handle, &spec, &error)
      let plan = try #require(made, "\(error.text)")
      defer { ck_batch_norm_free(plan) }
      var numbers = Numbers(11)
      let (x, dy) = (numbers.floats(shape.count), numbers.floats(shape.count))
      let (scale, shift) = (numbers.floats(shape[1]), numbers.floats(shape[1]))
      let channel = x.indices.map(naive.channel)
      let (source, target) = (Blob(shape, layout: layout, x), Blob(shape: shape, layout: layout))

      for given in [false, true] {
        var (mean, variance) = naive.naiveStatistics(x)
        if given {
          mean = numbers.floats(shape[1])
          variance = numbers.floats(shape[1]).map { $0 + 1.5 }
        }
        let normalised = naive.naiveForward(x, mean, variance)
        let y = x.indices.map { scale[channel[$0]] * normalised[$0] + shift[channel[$0]] }
        var (gotMean, gotVariance) = (given ? mean : [Float](repeating: 0, count: shape[1]), variance)
        let status =
          given
          ? ck_batch_norm_forward_given(
            plan, source.data.pointer, gotMean, gotVariance, scale, shift, target.mutableData.pointer, &error)
          : ck_batch_norm_forward_training(
            plan, source.data.pointer, scale, shift, target.mutableData.pointer, &gotMean, &gotVariance, &error)
        try #require(status == 0, "\(error.text)")
        expectEqual(gotMean, mean, "mean")
        expectEqual(gotVariance, variance, "variance")
        expectEqual(target.plainData, rectified ? y.map { max($0, 0) } : y, "output, given \(given)")
        #expect(target.paddingIsZero)
        // Given statistics have gradients without this primitive.
        if given { continue }

        // Through ReLU, through scale and shift, through the normalisation.
        let through = x.indices.map { rectified && y[$0] <= 0 ? 0 : dy[$0] }
        let inner = x.indices.map { scale[channel[$0]] * through[$0] }
        let dx = naive.naiveBackward(normalised, inner, variance)
        var (dScale, dShift) = ([Double](repeating: 1, count: shape[1]), [Double](repeating: 1, count: shape[1]))
        for i in x.indices {
          dScale[channel[i]] += Double(through[i]) * Double(normalised[i])
          dShift[channel[i]] += Double(through[i])
        }
        target.setPlainDiff(dy)
        var gotScale = [Float](repeating: 1, count: shape[1])
        var gotShift = gotScale
        let backward = ck_batch_norm_backward(
          plan, source.data.pointer, target.diff.pointer, gotMean, gotVariance, scale,
          source.mutableDiff.pointer, &gotScale, &gotShift, &error)
        try #require(backward == 0, "\(error.text)")
        expectEqual(source.plainDiff, dx, "gradient", 4e-5)
        expectEqual(gotScale, dScale.map(Float.init), "scale gradient", 2e-5)
        expectEqual(gotShift, dShift.map(Float.init), "shift gradient", 2e-5)
        #expect(source.paddingIsZero)
      }
    }
  }
}
