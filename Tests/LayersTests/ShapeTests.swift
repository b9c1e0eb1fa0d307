import CaffeProto
import Engine
import Layers
import NetModel
import TestSupport
import Testing

/// Shapes, parameters, costs and what a wrong message or bottom says.
@Suite struct ShapeTests {
  /// Layer, bottoms, and the top as Caffe's rules give it.
  static let shapes: [(String, [[Int]], [Int])] = [
    ("type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 }", [[2, 3, 7, 6]], [2, 4, 5, 4]),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 kernel_size: 2 stride: 2 dilation: 2 }",
      [[2, 3, 7, 6]], [2, 4, 2, 2]
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_h: 3 kernel_w: 1 pad_h: 1 pad_w: 0 stride_h: 2 stride_w: 3 }",
      [[2, 3, 7, 6]], [2, 4, 4, 2]
    ),
    ("type: 'Convolution' convolution_param { num_output: 4 kernel_size: 2 }", [[2, 3, 4, 5, 6]], [2, 4, 3, 4, 5]),
    ("type: 'Convolution' convolution_param { num_output: 4 kernel_size: 2 axis: -2 }", [[2, 3, 4, 5]], [2, 3, 4, 4]),
    (
      "type: 'Deconvolution' convolution_param { num_output: 4 kernel_size: 4 stride: 2 pad: 1 }", [[2, 3, 4, 5]],
      [2, 4, 8, 10]
    ),
    ("type: 'InnerProduct' inner_product_param { num_output: 7 }", [[2, 3, 4, 5]], [2, 7]),
    ("type: 'InnerProduct' inner_product_param { num_output: 7 axis: -1 }", [[2, 3, 4, 5]], [2, 3, 4, 7]),
    ("type: 'InnerProduct' inner_product_param { num_output: 7 axis: 0 }", [[2, 3]], [7]),
    // Rounded up, and down.
    ("type: 'Pooling' pooling_param { kernel_size: 3 stride: 2 }", [[1, 2, 6, 7]], [1, 2, 3, 3]),
    ("type: 'Pooling' pooling_param { kernel_size: 3 stride: 2 round_mode: FLOOR }", [[1, 2, 6, 7]], [1, 2, 2, 3]),
    // A window that would begin in the padding is left out.
    ("type: 'Pooling' pooling_param { kernel_size: 2 stride: 2 pad: 1 }", [[1, 2, 3, 4]], [1, 2, 2, 3]),
    (
      "type: 'Pooling' pooling_param { kernel_h: 2 kernel_w: 3 stride_h: 1 stride_w: 3 }", [[1, 2, 6, 7]], [1, 2, 5, 3]
    ),
    ("type: 'Pooling' pooling_param { kernel_size: 3 stride: 2 }", [[1, 2, 2, 2]], [1, 2, 1, 1]),
    // Where one axis is padded, the other one loses its window outside the image, too.
    ("type: 'Pooling' pooling_param { kernel_size: 1 stride: 2 }", [[1, 2, 6, 6]], [1, 2, 4, 4]),
    (
      "type: 'Pooling' pooling_param { kernel_h: 2 kernel_w: 1 stride: 2 pad_h: 1 pad_w: 0 }", [[1, 2, 6, 6]],
      [1, 2, 4, 3]
    ),
    ("type: 'Pooling' pooling_param { global_pooling: true pool: AVE }", [[1, 2, 6, 7]], [1, 2, 1, 1]),
    ("type: 'Crop' crop_param { axis: 2 offset: 1 }", [[1, 2, 6, 7], [5, 5, 3, 4]], [1, 2, 3, 4]),
    ("type: 'Tile' tile_param { axis: 0 tiles: 3 }", [[2, 3]], [6, 3]),
    ("type: 'Reduction'", [[2, 3]], []),
    ("type: 'Im2col' convolution_param { kernel_size: 3 pad: 1 stride: 2 }", [[2, 3, 5, 4]], [2, 27, 3, 2]),
    ("type: 'SPP' spp_param { pyramid_height: 3 }", [[2, 3, 8, 8]], [2, 63]),
    ("type: 'SPP' spp_param { pyramid_height: 1 }", [[2, 3, 8, 8]], [2, 3, 1, 1]),
  ]

  @Test(arguments: shapes)
  func shapesFollowCaffe(_ layer: String, _ bottoms: [[Int]], _ top: [Int]) throws {
    #expect(try describe(layer, bottoms).topShapes == [Shape(top)])
  }

  @Test func parametersAndCost() throws {
    let convolution = try describe(
      "type: 'Convolution' convolution_param { num_output: 6 kernel_size: 3 group: 3 }", [[2, 9, 5, 5]])
    #expect(convolution.blobs.map(\.shape) == [[6, 3, 3, 3], [6]])
    #expect(convolution.blobs.map(\.role) == [.weight, .bias])
    #expect(convolution.cost.multiplyAdds == 2 * 6 * 9 * 27)
    let transposed = try describe(
      "type: 'Deconvolution' convolution_param { num_output: 6 kernel_size: 2 group: 3 bias_term: false }",
      [[2, 9, 5, 5]])
    #expect(transposed.blobs.map(\.shape) == [[9, 2, 2, 2]])
    #expect(transposed.cost.multiplyAdds == 2 * 9 * 25 * 8)
    let product = try describe(
      "type: 'InnerProduct' inner_product_param { num_output: 6 transpose: true }", [[2, 3, 4]])
    #expect(product.blobs.map(\.shape) == [[12, 6], [6]])
    #expect(product.cost.multiplyAdds == 2 * 12 * 6)

    let norm = try describe("type: 'BatchNorm' param { lr_mult: 0 }", [[2, 3, 4, 5]])
    #expect(norm.blobs.map(\.shape) == [[3], [3], [1]])
    #expect((0..<3).map(norm.lrMult) == [0, 0, 0])
    #expect(try describe("type: 'BatchNorm'", [[4]]).blobs.map(\.shape) == [[1], [1], [1]])

    let scale = try describe("type: 'Scale' scale_param { axis: 1 num_axes: 2 bias_term: true }", [[2, 3, 4, 5]])
    #expect(scale.blobs.map(\.shape) == [[3, 4], [3, 4]])
    #expect(scale.blobs.map(\.filler.value) == [1, 0])
    #expect(
      try describe("type: 'Scale' scale_param { num_axes: -1 axis: 2 }", [[2, 3, 4, 5]]).blobs[0].shape == [4, 5])
    #expect(try describe("type: 'Scale' scale_param { num_axes: 0 }", [[2, 3]]).blobs[0].shape == [])
    #expect(
      try describe("type: 'Scale' scale_param { bias_term: true axis: 0 }", [[2, 3, 4], [2, 3]]).blobs.map(\.shape)
        == [[2, 3]])
    #expect(try describe("type: 'PReLU'", [[2, 3, 4]]).blobs.map(\.filler.value) == [0.25])
  }
}
