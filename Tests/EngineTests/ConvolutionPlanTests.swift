import CKernels
import Engine
import NetModel
import Testing

/// Which code plans of convolutions have, which there are none of, and the memory they share.
@Suite(.serialized) struct ConvolutionPlanTests {
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
