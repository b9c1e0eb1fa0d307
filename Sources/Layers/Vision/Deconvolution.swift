import CaffeProto
import Engine
import NetModel
import ONNX

/// The transposed convolution (Caffe: `deconv_layer.cpp`): what a convolution's gradient does to its bottom.
///
/// (N, C, H, W) becomes (N, num_output, H', W') with H' = stride (H - 1) + dilation (kernel - 1) + 1 - 2 pad. The
/// weight is (C, num_output / group, kh, kw).
struct Deconvolution: Convolving {
  static let type = "Deconvolution"
  let fields: ConvolutionFields

  init(_ fields: ConvolutionFields) { self.fields = fields }

  /// The weight is transposed.
  var filterAxis: Int { 1 }

  func extents(_ window: Window, of image: [Int], in shape: Shape, bottom: Int) throws -> [Int] {
    try window.transposedPositions(in: image, of: shape, bottom: bottom)
  }

  /// Of a depthwise deconvolution, whose blobs have one slice per channel: only zeros make a constant.
  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard values.count == 1, !blobs.isEmpty, fields.group > 1 else {
      return .inexact("deconvolutions make their own channels")
    }
    let size = blobs[0].count / fields.group
    let isZero = values[0] == 0 || blobs[0][(channel * size)..<((channel + 1) * size)].allSatisfy { $0 == 0 }
    return isZero ? .value(fields.hasBias ? blobs[1][channel] : 0) : .inexact(Self.unevenness)
  }

  private static let unevenness = "a deconvolution's outputs do not all see the same kernel positions"

  var foldObstacle: String? { Self.unevenness }

  func makePlanarLayer(_ blobs: [Blob], in context: LayerContext) throws -> any Layer {
    DeconvolutionLayer(self, blobs: blobs, context.backend)
  }

  /// The convolution that this layer runs backward: from the top to the bottom, without bias.
  func geometry(_ bottom: Shape) throws -> ConvolutionShape {
    let window = try fields.window.resolved(axes: 2)
    return ConvolutionShape(
      bottom: try topShapes([bottom])[0], top: bottom, kernel: .init(window.kernel), pad: .init(window.pad),
      stride: .init(window.stride), dilation: .init(window.dilation), group: fields.group, hasBias: false,
      training: true)
  }
}

extension Deconvolution: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    try fields.export(layer, as: "ConvTranspose")
  }
}

/// A running deconvolution, in the layout its convolution wants.
final class DeconvolutionLayer: Layer {
  let blobs: [Blob]
  private let description: Deconvolution
  private let backend: any Backend
  private var mirrors: [Mirror] = []

  /// One bottom and top as the convolution sees them: exchanged, and so are data and gradients.
  private struct Mirror {
    let convolution: any ConvolutionOperator
    let bottom = Blob()
    let top = Blob()
    let spread: ChannelSpread
  }

  init(_ description: Deconvolution, blobs: [Blob], _ backend: any Backend) {
    self.description = description
    self.blobs = blobs
    self.backend = backend
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout {
    guard let geometry = try? description.geometry(shape) else { return .plain }
    // The convolution's top is this layer's bottom; both sides get one layout.
    let wanted = backend.preferredLayouts(geometry, offered: offered)
    return wanted.bottom == wanted.top ? wanted.top : .channelsLast
  }

  var gradientNeeds: GradientNeeds { .bottom }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    guard bottom[0].shape[1] == blobs[0].shape[0] else {
      throw LayerError.bottom(
        index: 0, shape: bottom[0].shape, "the weight \(blobs[0].shape) is for \(blobs[0].shape[0]) channels")
    }
    mirrors = try zip(bottom, top).map { bottom, top in
      var geometry = try description.geometry(bottom.shape)
      (geometry.bottomLayout, geometry.topLayout) = (bottom.layout, bottom.layout)
      top.reshape(geometry.bottom, layout: bottom.layout)
      let mirror = Mirror(
        convolution: try backend.convolution(geometry),
        spread: ChannelSpread(top, axis: 1, values: [geometry.bottom[1]]))
      mirror.bottom.reshape(geometry.bottom, layout: bottom.layout)
      mirror.bottom.shareExchanged(with: top)
      mirror.top.reshape(geometry.top, layout: bottom.layout)
      mirror.top.shareExchanged(with: bottom)
      return mirror
    }
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    for (mirror, top) in zip(mirrors, top) {
      try mirror.convolution.backwardBottom(top: mirror.top, weight: blobs[0], bottom: mirror.bottom)
      if blobs.count > 1 {
        mirror.spread.affine(top.data, scale: nil, shift: blobs[1].data, to: top.mutableData)
      }
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    for (index, mirror) in mirrors.enumerated() {
      if blobs.count > 1 { mirror.spread.add(top[index].diff, to: blobs[1].mutableDiff) }
      try mirror.convolution.backwardParameters(bottom: mirror.bottom, top: mirror.top, weight: blobs[0], bias: nil)
      if propagateDown[index] {
        try mirror.convolution.forward(bottom: mirror.bottom, weight: blobs[0], bias: nil, top: mirror.top)
      }
    }
  }
}
