import CKernels
import Engine
import NetModel
import Testing

/// What the convolution kernels offer beyond the backends' operators.
@Suite(.serialized) struct KernelConvolutionTests {
  /// Runs all directions of a plan on random numbers and compares with the definition.
  private func check(
    _ shape: ConvolutionShape, _ tolerance: Double = 1e-5, _ adapt: (inout ck_convolution_spec) -> Void = { _ in }
  ) throws {
    var spec = shape.spec
    adapt(&spec)
    let convolution = try KernelConvolution(spec, try KernelEngine())
    var numbers = Numbers(7)
    let (x, dy) = (numbers.floats(shape.bottom.count), numbers.floats(shape.top.count))
    let (w, b) = (numbers.floats(shape.weightShape.count), numbers.floats(shape.top[1]))
    let bottom = Blob(shape.bottom, layout: shape.bottomLayout, x)
    let old = numbers.floats(spec.adds ? shape.top.count : 0)
    let top = Blob(shape: shape.top, layout: shape.topLayout)
    if spec.adds { top.setPlainData(old) }
    var error = ck_error()

    var y = shape.naiveForward(x, w, b)
    if spec.adds { y = zip(y, old).map(+) }
    if spec.fuse_relu { y = y.map { $0 > 0 ? $0 : spec.negative_slope * $0 } }
    let expected = shape.naiveGradients(x, w, dy)
    top.setPlainDiff(dy)
    var db = [Float](repeating: 0, count: b.count)
    var passes = 0
    for tiles in convolution.wantsTiles ? [nil, shape.tiles] : [nil] {
      let what = tiles == nil ? "plain" : "tiled"
      let weights = Blob(shape: [w.count])
      if let tiles { ck_tile(tiles, w, weights.mutableData.pointer) } else { weights.setPlainData(w) }
      let given = ck_weights(values: weights.data.pointer, tiled: tiles != nil)
      ck_convolution_weights_changed(convolution.plan)

      if spec.adds { top.setPlainData(old) }
      var status = ck_convolution_forward(
        convolution.plan, bottom.data.pointer, given, b, top.mutableData.pointer, &error)
      try #require(status == 0, "\(error.text)")
      expectEqual(top.plainData, y, "output, \(what)", tolerance)

      status = ck_convolution_backward_data(
        convolution.plan, top.diff.pointer, given, bottom.mutableDiff.pointer, &error)
      try #require(status == 0, "\(error.text)")
      expectEqual(bottom.plainDiff, expected.x, "bottom gradient, \(what)", tolerance)

      weights.setPlainDiff([Float](repeating: .nan, count: w.count))
      for adds in [false, true, false] {
        let gradient = ck_weights_gradient(values: weights.mutableDiff.pointer, tiled: tiles != nil, adds: adds)
        status = ck_convolution_backward_weights(
          convolution.plan, bottom.data.pointer, top.diff.pointer, gradient, &db, &error)
        try #require(status == 0, "\(error.text)")
        var dw = weights.plainDiff
        if let tiles { ck_untile(tiles, weights.diff.pointer, &dw) }
        expectEqual(dw, expected.w.map { (adds ? 2 : 1) * $0 }, "weight gradient, adds \(adds), \(what)", tolerance)
        passes += 1
        expectEqual(db, expected.bias.map { Float(passes) * $0 }, "bias gradient, pass \(passes)", tolerance)
      }
    }
    #expect(top.paddingIsZero && bottom.paddingIsZero)
  }

  @Test(arguments: Layout.allCases, Layout.allCases) func layoutPairs(_ from: Layout, _ to: Layout) throws {
    for channels in [1, 3, 16] {
      var shape = ConvolutionShape([2, channels, 7, 6], outputs: 20, (3, 3), pad: (1, 1))
      (shape.bottomLayout, shape.topLayout) = (from, to)
      try check(shape)
    }
  }

  /// Vectorised kernels read weights in tiles and leave their gradient so; others say that they do not.
  @Test(.enabled(if: ck_has_wide_vectors(), "there are tiles with AVX-512")) func tiles() throws {
    var shapes = [
      ConvolutionShape([2, 32, 6, 6], outputs: 48, (3, 3), pad: (1, 1)),
      ConvolutionShape([2, 32, 6, 6], outputs: 64, (3, 3), pad: (1, 1), group: 2),
      ConvolutionShape([2, 48, 5, 5], outputs: 32, (1, 1)),
    ]
    for index in shapes.indices {
      (shapes[index].bottomLayout, shapes[index].topLayout) = (.channelBlocked, .channelBlocked)
      #expect(try wantsTiles(shapes[index]))
      try check(shapes[index])
    }
    for other in [
      ConvolutionShape([2, 20, 6, 6], outputs: 32, (3, 3)),
      ConvolutionShape([2, 32, 6, 6], outputs: 48, (3, 3), group: 4),
    ] {
      #expect(try !wantsTiles(other))
      try check(other)
    }
    var untrained = shapes[0]
    untrained.training = false
    #expect(try !wantsTiles(untrained))
    // Winograd transforms weights in tiles at each pass of training. Without it the transform is kept, and takes none.
    var square = ConvolutionShape([1, 32, 14, 14], outputs: 32, (3, 3), pad: (1, 1))
    (square.bottomLayout, square.topLayout) = (.channelBlocked, .channelBlocked)
    for training in [true, false] {
      square.training = training
      var spec = square.spec
      spec.algorithm = (CK_WINOGRAD, CK_WINOGRAD, CK_WINOGRAD)
      let convolution = try KernelConvolution(spec, try KernelEngine())
      #expect(convolution.wantsTiles == training)
      #expect(convolution.readsTiles(CK_FORWARD) == training)
    }
  }

  private func wantsTiles(_ shape: ConvolutionShape) throws -> Bool {
    try KernelConvolution(shape.spec, try KernelEngine()).wantsTiles
  }

  @Test(arguments: Layout.allCases) func fusedRectifier(_ layout: Layout) throws {
    var shape = ConvolutionShape([2, 20, 6, 6], outputs: 32, (3, 3))
    (shape.bottomLayout, shape.topLayout) = (layout, layout)
    for slope in [Float(0), 0.1] {
      try check(shape) {
        $0.fuse_relu = true
        $0.negative_slope = slope
      }
    }
  }

  /// F(4x4,3x3) rounds more coarsely than the direct algorithm, which is why it must be asked for.
  @Test(.enabled(if: ck_has_wide_vectors(), "Winograd needs AVX-512")) func winograd() throws {
    var shape = ConvolutionShape([1, 32, 14, 14], outputs: 32, (3, 3), pad: (1, 1))
    (shape.bottomLayout, shape.topLayout) = (.channelBlocked, .channelBlocked)
    try check(shape, 1e-4) { $0.algorithm = (CK_WINOGRAD, CK_WINOGRAD, CK_WINOGRAD) }
    for rectifies in [false, true] {
      try check(shape, 1e-4) {
        $0.algorithm = (CK_WINOGRAD, CK_WINOGRAD, CK_WINOGRAD)
        ($0.adds, $0.fuse_relu) = (true, rectifies)
      }
    }
    var spec = shape.spec
    spec.algorithm = (CK_WINOGRAD, CK_DIRECT, CK_WINOGRAD)
    let mixed = try KernelConvolution(spec, try KernelEngine())
    #expect(try mixed.implementation(CK_FORWARD).name.contains("wino"))
    #expect(try !mixed.implementation(CK_BACKWARD_DATA).name.contains("wino"))
    #expect(try mixed.implementation(CK_BACKWARD_WEIGHTS).name.contains("wino"))
  }
}
