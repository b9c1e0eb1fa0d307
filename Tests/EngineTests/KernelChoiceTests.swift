import CKernels
import NetModel
import Testing

/// oneDNN computes what it computes exactly as Caffe and fast; our loops do the rest.
@Suite(.enabled(if: ck_has_wide_vectors(), "checked on AVX-512 only")) struct KernelChoiceTests {
  private func pooling(
    average: Bool, size: Int, kernel: Int, pad: Int, stride: Int, output: Int
  ) throws -> String {
    let engine = try KernelEngine()
    var spec = ck_pooling_spec(
      source: ck_shape(n: 2, c: 20, h: size, w: size), output_h: output, output_w: output, kernel_h: kernel,
      kernel_w: kernel, pad_h: pad, pad_w: pad, stride_h: stride, stride_w: stride, average: average,
      layout: CK_CHANNELS_LAST, training: true)
    var error = ck_error()
    let made = ck_pooling_create(engine.handle, &spec, &error)
    let plan = try #require(made, "\(error.text)")
    defer { ck_pooling_free(plan) }
    return String(cString: ck_pooling_implementation(plan))
  }

  @Test(arguments: [false, true]) func pooling(average: Bool) throws {
    let lenet = try pooling(average: average, size: 24, kernel: 2, pad: 0, stride: 2, output: 12)
    #expect(lenet.hasPrefix("jit"))
    let overhang = try pooling(average: average, size: 32, kernel: 3, pad: 0, stride: 2, output: 16)
    #expect(overhang.hasPrefix("jit"))
    // A window over the padding: Caffe counts the padding and not what is beyond it, which oneDNN cannot.
    let padded = try pooling(average: average, size: 8, kernel: 3, pad: 1, stride: 2, output: 5)
    #expect(padded == "loops" || !average)
    #expect(padded.hasPrefix("jit") || average)
  }

  @Test func impossibleShapes() throws {
    let engine = try KernelEngine()
    var error = ck_error()
    var even = ck_lrn(shape: ck_shape(n: 1, c: 4, h: 2, w: 2), layout: CK_PLAIN, size: 4, alpha: 1, beta: 1, k: 1)
    let source = [Float](repeating: 0, count: 16)
    var target = source
    #expect(ck_lrn_forward(&even, source, &target, &error) != 0 && error.text.contains("odd"))
    var empty = ck_pooling_spec()
    #expect(ck_pooling_create(engine.handle, &empty, &error) == nil && error.text.hasPrefix("pooling"))
    var none = ck_batch_norm_spec()
    #expect(ck_batch_norm_create(engine.handle, &none, &error) == nil && error.text.hasPrefix("batch norm"))
    let hollow = ck_shape(n: 1, c: 0, h: 2, w: 2)
    #expect(ck_reorder_create(engine.handle, hollow, CK_PLAIN, CK_BLOCKED, &error) == nil)
    #expect(error.status != 0 && error.text.hasPrefix("reorder"))
  }
}
