import CaffeProto
import NetModel

/// The kernel_size, stride, pad and dilation of a convolution's message, before the number of spatial axes is known
/// (Caffe: `BaseConvolutionLayer::LayerSetUp`).
struct WindowFields: Sendable {
  private let kernel: Field
  private let stride: Field
  private let pad: Field
  private let dilation: Field

  /// One of the four, as given.
  private struct Field: Sendable {
    /// Below `convolution_param`: kernel_size, stride, pad or dilation.
    let name: String
    /// `kernel_h` and `kernel_w`, if either is given.
    let pair: [Int]?
    let repeated: [Int]
    /// The value where none is given; nil where one must be given.
    let fallback: Int?
    let least: Int

    func check() throws {
      guard pair == nil || repeated.isEmpty else {
        throw LayerError.field(path, "is given by \(short)_h/\(short)_w and as \(short)\(suffix): give one of them")
      }
      for value in (pair ?? []) + repeated where value < least || value > Int(Int32.max) {
        throw LayerError.field(path, "is \(value), but must be \(least) to \(Int32.max)")
      }
    }

    func resolved(axes: Int) throws -> [Int] {
      if let pair {
        guard axes == 2 else {
          throw LayerError.field(path, "\(short)_h and \(short)_w need 2 spatial axes, but there are \(axes)")
        }
        return pair
      }
      if repeated.isEmpty, let fallback { return [Int](repeating: fallback, count: axes) }
      guard repeated.count == 1 || repeated.count == axes, let first = repeated.first else {
        throw LayerError.field(
          path, "must be given once or once per spatial axis: \(repeated.count) values for \(axes) axes")
      }
      return repeated.count == 1 ? [Int](repeating: first, count: axes) : repeated
    }

    private var path: String { "convolution_param.\(name)" }
    private var short: String { name.hasPrefix("kernel") ? "kernel" : name }
    private var suffix: String { name.hasPrefix("kernel") ? "_size" : "" }
  }

  /// Reads the fields.
  ///
  /// - Throws: `LayerError` where a field contradicts another or is out of range.
  init(_ parameter: ConvolutionParameter) throws {
    func pair(_ given: Bool, _ height: Int, _ width: Int) -> [Int]? { given ? [height, width] : nil }
    kernel = Field(
      name: "kernel_size",
      pair: pair(parameter.hasKernelH || parameter.hasKernelW, parameter.kernelH, parameter.kernelW),
      repeated: parameter.kernelSize, fallback: nil, least: 1)
    stride = Field(
      name: "stride",
      pair: pair(parameter.hasStrideH || parameter.hasStrideW, parameter.strideH, parameter.strideW),
      repeated: parameter.stride, fallback: 1, least: 1)
    pad = Field(
      name: "pad", pair: pair(parameter.hasPadH || parameter.hasPadW, parameter.padH, parameter.padW),
      repeated: parameter.pad, fallback: 0, least: 0)
    dilation = Field(name: "dilation", pair: nil, repeated: parameter.dilation, fallback: 1, least: 1)
    for field in [kernel, stride, pad, dilation] { try field.check() }
  }

  /// Whether any axis is padded.
  var mayPad: Bool { ((pad.pair ?? []) + pad.repeated).contains { $0 != 0 } }

  /// The window over `axes` spatial axes.
  ///
  /// - Throws: `LayerError` where the number of values does not fit the number of axes.
  func resolved(axes: Int) throws -> Window {
    try Window(
      kernel: kernel.resolved(axes: axes), stride: stride.resolved(axes: axes), pad: pad.resolved(axes: axes),
      dilation: dilation.resolved(axes: axes))
  }
}

/// A sliding window; every array has one value per spatial axis.
struct Window: Hashable, Sendable {
  let kernel: [Int]
  let stride: [Int]
  let pad: [Int]
  let dilation: [Int]

  /// What the kernel covers, its holes included.
  var reach: [Int] { zip(kernel, dilation).map { ($0 - 1) * $1 + 1 } }

  /// The number of positions along every axis of an image (Caffe: `ConvolutionLayer::compute_output_shape`).
  ///
  /// - Throws: `LayerError` where the window does not fit into the padded image.
  func positions(in image: [Int], of shape: Shape, bottom: Int) throws -> [Int] {
    try image.indices.map { axis in
      let room = image[axis] + 2 * pad[axis] - reach[axis]
      guard room >= 0 else {
        throw LayerError.bottom(
          index: bottom, shape: shape,
          "the kernel covers \(reach[axis]) positions of axis \(shape.rank - image.count + axis), which has "
            + "\(image[axis])" + (pad[axis] > 0 ? " and \(pad[axis]) of padding on either side" : ""))
      }
      return room / stride[axis] + 1
    }
  }

  /// The number of output positions along every axis of a transposed convolution.
  ///
  /// - Throws: `LayerError` where padding leaves nothing.
  func transposedPositions(in image: [Int], of shape: Shape, bottom: Int) throws -> [Int] {
    try image.indices.map { axis in
      let extent = stride[axis] * (image[axis] - 1) + reach[axis] - 2 * pad[axis]
      guard extent > 0 else {
        throw LayerError.bottom(
          index: bottom, shape: shape, "pad \(pad[axis]) leaves nothing of axis \(shape.rank - image.count + axis)")
      }
      return extent
    }
  }
}

extension LayerParameter {
  /// - Throws: `LayerError` where there are not as many tops as bottoms.
  func requireTopPerBottom() throws {
    guard bottom.count == top.count else {
      throw LayerError.field("top", "there must be one top per bottom: \(bottom.count) bottoms, \(top.count) tops")
    }
  }
}
