import CaffeProto
import Engine
import NetModel

/// Every window of an image as a column, over any number of spatial axes (Caffe: `im2col_layer.cpp`).
///
/// (N, C, spatial...) becomes (N, C x kernel positions, window positions...).
struct Im2col: RunnableDescription {
  static let type = "Im2col"
  private let axis: Int
  private let window: WindowFields

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    try layer.refuseInPlace()
    axis = layer.convolutionParam.axis
    window = try WindowFields(layer.convolutionParam)
  }

  let arity = Arity.oneToOne

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let (axis, window) = try resolved(bottom[0])
    let image = Array(bottom[0].dims[(axis + 1)...])
    var channels = bottom[0][axis]
    for extent in window.kernel {
      let (product, overflow) = channels.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw LayerError.field("convolution_param.kernel_size", "is too large") }
      channels = product
    }
    let positions = try window.positions(in: image, of: bottom[0], bottom: 0)
    return [
      try Shape(checking: bottom[0].dims[..<axis] + [channels] + positions, field: "convolution_param.kernel_size")
    ]
  }

  /// The channel axis and the window over the axes behind it.
  func resolved(_ shape: Shape) throws -> (axis: Int, window: Window) {
    let axis = try shape.axis(axis, field: "convolution_param.axis")
    guard axis + 1 < shape.rank else {
      throw LayerError.bottom(index: 0, shape: shape, "has no axis behind the channels")
    }
    return (axis, try window.resolved(axes: shape.rank - axis - 1))
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    guard let (axis, window) = try? resolved(bottom[0]), axis == 1 else {
      return .holdsAll(bottom, "the channels are not on axis 1")
    }
    return ChannelMap([
      .carries(
        bottom: 0, bottomFirst: 0, top: 0, topFirst: 0, count: bottom[0][1], spread: window.kernel.reduce(1, *))
    ])
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    value == 0 || !window.mayPad ? .value(value) : .inexact("zero padding makes the border differ from the inside")
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { Im2colLayer(self) }
}

/// The running layer, plain.
final class Im2colLayer: Layer {
  private let description: Im2col
  private var columns: Columns?

  init(_ description: Im2col) { self.description = description }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let shape = bottom[0].shape
    let (axis, window) = try description.resolved(shape)
    top[0].reshape(try description.topShapes([shape])[0])
    columns = Columns(
      window, image: Array(shape.dims[(axis + 1)...]), positions: Array(top[0].shape.dims[(axis + 1)...]))
  }

  func forward(bottom: [Blob], top: [Blob]) throws { columns?.gather(bottom[0].data, to: top[0].mutableData) }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    guard propagateDown[0] else { return }
    bottom[0].mutableDiff.fill(0)
    columns?.scatter(top[0].diff, addingTo: bottom[0].mutableDiff)
  }
}
