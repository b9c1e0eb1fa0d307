import CKernels

/// A convolution as a matrix product per image and group (Caffe: `base_conv_layer.cpp`).
final class ReferenceConvolution: ConvolutionOperator {
  private let shape: ConvolutionShape
  private var geometry: ck_columns
  private let columns: Blob
  /// Rows of the weight per group, columns of the weight, and positions in the output plane.
  private let (rows, depth, positions): (Int, Int, Int)

  init(_ shape: ConvolutionShape) {
    self.shape = shape
    geometry = ck_columns(
      channels: shape.bottom[1], height: shape.bottom[2], width: shape.bottom[3], kernel_h: shape.kernel.height,
      kernel_w: shape.kernel.width, pad_h: shape.pad.height, pad_w: shape.pad.width,
      stride_h: shape.stride.height, stride_w: shape.stride.width, dilation_h: shape.dilation.height,
      dilation_w: shape.dilation.width, output_h: shape.top[2], output_w: shape.top[3])
    rows = shape.top[1] / shape.group
    depth = shape.bottom[1] / shape.group * shape.kernel.height * shape.kernel.width
    positions = shape.top[2] * shape.top[3]
    columns = Blob(shape: [shape.group, depth, positions])
  }

  private var images: Range<Int> { 0..<shape.bottom[0] }
  private var imageSize: Int { shape.bottom.count(from: 1) }
  private var topSize: Int { shape.top.count(from: 1) }

  var plan: String { "matrix product" }

  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws {
    let (x, w, y) = (bottom.data.pointer, weight.data.pointer, top.mutableData.pointer)
    let lowered = columns.mutableData.pointer
    for n in images {
      ck_im2col(&geometry, x + n * imageSize, lowered)
      for g in 0..<shape.group {
        ck_sgemm(
          false, false, rows, positions, depth, 1, w + g * rows * depth, lowered + g * depth * positions,
          shape.adds ? 1 : 0, y + n * topSize + g * rows * positions)
      }
      guard let bias = bias?.data else { continue }
      for (channel, value) in bias.enumerated() {
        let plane = y + n * topSize + channel * positions
        for i in 0..<positions { plane[i] += value }
      }
    }
    if let slope = shape.negativeSlope {
      for i in 0..<top.count where y[i] < 0 { y[i] *= slope }
    }
  }

  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws {
    let (dy, w, dx) = (top.diff.pointer, weight.data.pointer, bottom.mutableDiff.pointer)
    let lowered = columns.mutableData.pointer
    for n in images {
      for g in 0..<shape.group {
        ck_sgemm(
          true, false, depth, positions, rows, 1, w + g * rows * depth,
          dy + n * topSize + g * rows * positions, 0, lowered + g * depth * positions)
      }
      ck_col2im(&geometry, lowered, dx + n * imageSize)
    }
  }

  func backwardParameters(bottom: Blob, top: Blob, weight: Blob?, bias: Blob?) throws {
    let (x, dy) = (bottom.data.pointer, top.diff.pointer)
    let lowered = columns.mutableData.pointer
    for n in images {
      if let dw = weight?.mutableDiff.pointer {
        ck_im2col(&geometry, x + n * imageSize, lowered)
        for g in 0..<shape.group {
          ck_sgemm(
            false, true, rows, depth, positions, 1, dy + n * topSize + g * rows * positions,
            lowered + g * depth * positions, 1, dw + g * rows * depth)
        }
      }
      guard let db = bias?.mutableDiff.pointer else { continue }
      for channel in 0..<shape.top[1] {
        let plane = dy + n * topSize + channel * positions
        var total: Float = 0
        for i in 0..<positions { total += plane[i] }
        db[channel] += total
      }
    }
  }
}
