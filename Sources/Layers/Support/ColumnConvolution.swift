import Engine
import NetModel

/// A convolution, or a transposed one, over any number of axes: matrix products with the image's columns (Caffe:
/// `base_conv_layer.cpp`). Backends are faster with two spatial axes, so this is for other numbers of axes, and
/// for channels on another axis. Plain.
final class ColumnConvolutionLayer: Layer {
  let blobs: [Blob]
  private let fields: ConvolutionFields
  private let transposed: Bool
  private let topShape: (Shape) throws -> Shape
  private let backend: any Backend
  private var product: ColumnProduct?
  private var spread: ChannelSpread?
  private var images = 0

  /// - Parameter topShape: the top's shape for a bottom's
  init(
    _ fields: ConvolutionFields, transposed: Bool, blobs: [Blob], _ backend: any Backend,
    topShape: @escaping (Shape) throws -> Shape
  ) {
    self.fields = fields
    self.transposed = transposed
    self.blobs = blobs
    self.backend = backend
    self.topShape = topShape
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let axis = try fields.checkedAxis(bottom.map(\.shape))
    let shape = try topShape(bottom[0].shape)
    for blob in top { blob.reshape(shape) }
    let (wide, narrow) = transposed ? (shape, bottom[0].shape) : (bottom[0].shape, shape)
    let expected = [narrow[axis], wide[axis] / fields.group]
    guard blobs[0].shape.dims.prefix(2) == expected[...] else {
      throw LayerError.bottom(
        index: 0, shape: bottom[0].shape, "the weight \(blobs[0].shape) is for another number of channels")
    }
    images = shape.count(from: 0, to: axis)
    let window = try fields.window.resolved(axes: shape.rank - axis - 1)
    let columns = Columns(
      window, image: Array(wide.dims[(axis + 1)...]), positions: Array(narrow.dims[(axis + 1)...]))
    product = try ColumnProduct(
      columns, outputs: narrow[axis], inputs: wide[axis], group: fields.group, backend)
    spread = ChannelSpread(top[0], axis: axis, values: [fields.numOutput])
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    for (bottom, top) in zip(bottom, top) {
      for image in 0..<images {
        let (x, y) = (part(bottom.data, image), part(top.mutableData, image))
        if transposed {
          try product?.multiplyBack(x, blobs[0].data, to: y)
        } else {
          try product?.multiply(x, blobs[0].data, to: y)
        }
      }
      if blobs.count > 1 { spread?.affine(top.data, scale: nil, shift: blobs[1].data, to: top.mutableData) }
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    for (index, (bottom, top)) in zip(bottom, top).enumerated() {
      if blobs.count > 1 { spread?.add(top.diff, to: blobs[1].mutableDiff) }
      for image in 0..<images {
        let (x, dy) = (part(bottom.data, image), part(top.diff, image))
        let (wide, narrow) = transposed ? (dy, x) : (x, dy)
        try product?.addWeightGradient(wide, narrow, to: blobs[0].mutableDiff)
        guard propagateDown[index] else { continue }
        let dx = part(bottom.mutableDiff, image)
        if transposed {
          try product?.multiply(dy, blobs[0].data, to: dx)
        } else {
          try product?.multiplyBack(dy, blobs[0].data, to: dx)
        }
      }
    }
  }

  private func part(_ view: FloatView, _ image: Int) -> FloatView {
    view.part(image * (view.count / images), count: view.count / images)
  }

  private func part(_ view: MutableFloatView, _ image: Int) -> MutableFloatView {
    view.part(image * (view.count / images), count: view.count / images)
  }
}

/// The products of filters with one image's columns, group by group. The wide side is the image, the narrow one has a
/// value per window.
private struct ColumnProduct {
  private let columns: Columns
  private let group: Int
  private let operation: any InnerProductOperator
  /// One group's filters, columns and narrow side, as an inner product's bottom, transposed weight and top.
  private let filters: Blob
  private let matrix: Blob
  private let narrow: Blob
  private let inputs: Int

  init(_ columns: Columns, outputs: Int, inputs: Int, group: Int, _ backend: any Backend) throws {
    self.columns = columns
    self.group = group
    self.inputs = inputs / group
    let (m, n) = (outputs / group, columns.positions)
    let k = self.inputs * columns.size / max(1, n)
    operation = try backend.innerProduct(InnerProductShape(m: m, k: k, n: n, transposed: true, hasBias: false))
    (filters, matrix, narrow) = (Blob(shape: [m, k]), Blob(shape: [k, n]), Blob(shape: [m, n]))
  }

  /// The convolution of an image.
  func multiply(_ image: FloatView, _ weight: FloatView, to output: MutableFloatView) throws {
    for index in 0..<group {
      filters.mutableData.copy(slice(weight, index, filters))
      columns.gather(imageSlice(image, index), to: matrix.mutableData)
      try operation.forward(bottom: filters, weight: matrix, bias: nil, top: narrow)
      output.part(index * narrow.count, count: narrow.count).copy(narrow.data)
    }
  }

  /// What its gradient does to an image, which is overwritten.
  func multiplyBack(_ output: FloatView, _ weight: FloatView, to image: MutableFloatView) throws {
    image.fill(0)
    for index in 0..<group {
      filters.mutableData.copy(slice(weight, index, filters))
      narrow.mutableDiff.copy(slice(output, index, narrow))
      matrix.mutableDiff.fill(0)
      try operation.backwardParameters(bottom: filters, top: narrow, weight: matrix, bias: nil)
      let size = inputs * columns.plane
      columns.scatter(matrix.diff, addingTo: image.part(index * size, count: size))
    }
  }

  /// Adds the filters' gradient.
  func addWeightGradient(_ image: FloatView, _ output: FloatView, to gradient: MutableFloatView) throws {
    for index in 0..<group {
      columns.gather(imageSlice(image, index), to: matrix.mutableData)
      narrow.mutableDiff.copy(slice(output, index, narrow))
      try operation.backwardBottom(top: narrow, weight: matrix, bottom: filters)
      gradient.part(index * filters.count, count: filters.count).add(1, times: filters.diff)
    }
  }

  private func slice(_ view: FloatView, _ index: Int, _ blob: Blob) -> FloatView {
    view.part(index * blob.count, count: blob.count)
  }

  private func imageSlice(_ image: FloatView, _ index: Int) -> FloatView {
    image.part(index * inputs * columns.plane, count: inputs * columns.plane)
  }
}
