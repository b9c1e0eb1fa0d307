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

  /// The layout the backend asks for has optimised code for the common convolutions, in every direction but the first
  /// layer's gradient of the input, which nobody asks for.
  @Test(
    .enabled(if: ck_has_wide_vectors(), "checked on AVX-512 only"),
    arguments: [
      ConvolutionShape([64, 1, 28, 28], outputs: 20, (5, 5)),
      ConvolutionShape([64, 20, 12, 12], outputs: 50, (5, 5)),
      ConvolutionShape([8, 3, 32, 32], outputs: 32, (5, 5), pad: (2, 2)),
      ConvolutionShape([2, 96, 27, 27], outputs: 256, (5, 5), pad: (2, 2), group: 2),
      ConvolutionShape([2, 20, 9, 9], outputs: 50, (3, 3), group: 2),
      ConvolutionShape([2, 64, 14, 14], outputs: 64, (3, 3), pad: (2, 2), dilation: (2, 2)),
      ConvolutionShape([2, 64, 14, 14], outputs: 256, (1, 1), stride: (2, 2)),
      ConvolutionShape([2, 13, 9, 9], outputs: 7, (3, 3), pad: (1, 1)),
    ])
  func preferredLayoutIsOptimised(_ plain: ConvolutionShape) throws {
    var shape = plain
    (shape.bottomLayout, shape.topLayout) = try DNNLBackend().preferredLayouts(shape, offered: .plain)
    let convolution = try KernelConvolution(shape.spec, try KernelEngine())
    // What is added to the output is no reason for other code.
    var adding = shape.spec
    (adding.adds, adding.fuse_relu, adding.training) = (true, true, false)
    let alike = try KernelConvolution(adding, try KernelEngine()).implementation(CK_FORWARD)
    #expect(try alike == convolution.implementation(CK_FORWARD))
    // Nobody asks for the gradient of an image that is read plain.
    let first = shape.bottomLayout == .plain
    for direction in [CK_FORWARD, CK_BACKWARD_DATA, CK_BACKWARD_WEIGHTS] where !first || direction != CK_BACKWARD_DATA {
      let found = try convolution.implementation(direction)
      #expect(found.optimised, "direction \(direction.rawValue): \(found.name)")
    }
  }

  @Test func impossibleSpecs() throws {
    let engine = try KernelEngine()
    let good = ConvolutionShape([1, 4, 8, 8], outputs: 4, (3, 3), group: 2).spec
    let mistakes: [(String, (inout ck_convolution_spec) -> Void)] = [
      ("group", { $0.group = 3 }), ("zero group", { $0.group = 0 }), ("kernel", { $0.kernel_h = 9 }),
      ("stride", { $0.stride_w = 0 }), ("dilation", { $0.dilation_w = 0 }), ("pad", { $0.pad_h = -1 }),
      ("batch", { $0.source.n = 0 }), ("outputs", { $0.output_channels = 0 }), ("size", { $0.source.h = .max }),
      ("winograd of 5x5", { ($0.kernel_h, $0.kernel_w, $0.algorithm.0) = (5, 5, CK_WINOGRAD) }),
    ]
    for (name, spoil) in mistakes {
      var (spec, error) = (good, ck_error())
      spoil(&spec)
      let plan = ck_convolution_create(engine.handle, &spec, &error)
      #expect(plan == nil && error.status != 0 && error.text.hasPrefix("convolution"), "\(name): \(error.text)")
      ck_convolution_free(plan)
    }
  }

  /// Plans share one scratch buffer, which grows when a larger one runs.
  @Test(.enabled(if: ck_has_wide_vectors(), "Winograd needs AVX-512")) func sharedScratch() throws {
    let engine = try KernelEngine()
    #expect(ck_engine_scratch_bytes(engine.handle) == 0)
    var sizes: [Int] = []
    for size in [14, 28, 14] {
      var shape = ConvolutionShape([1, 32, size, size], outputs: 32, (3, 3), pad: (1, 1))
      (shape.bottomLayout, shape.topLayout) = (.channelBlocked, .channelBlocked)
      var spec = shape.spec
      spec.algorithm.0 = CK_WINOGRAD
      let convolution = try KernelConvolution(spec, engine)
      let (bottom, top) = (
        Blob(shape: shape.bottom, layout: .channelBlocked), Blob(shape: shape.top, layout: .channelBlocked)
      )
      let weight = Blob(shape: shape.weightShape)
      let bias = Blob(shape: [32])
      var error = ck_error()
      let status = ck_convolution_forward(
        convolution.plan, bottom.data.pointer, ck_weights(values: weight.data.pointer, tiled: false),
        bias.data.pointer, top.mutableData.pointer, &error)
      #expect(status == 0, "\(error.text)")
      sizes.append(ck_engine_scratch_bytes(engine.handle))
    }
    #expect(sizes[0] > 0 && sizes[1] >= sizes[0] && sizes[2] == sizes[1])
  }
}
