import CaffeProto
import Layers
import NetModel
import Testing

/// What layers read at a position. Places are counted by hand.
@Suite struct PatchTests {
  private func patches(_ layer: String, _ shape: Shape) throws -> Patches? {
    let dims = shape.dims.map { "dim: \($0)" }.joined(separator: " ")
    let net = try NetDescription(
      NetParameter(
        text: "layer { name: 'x' type: 'Input' top: 'x' input_param { shape { \(dims) } } }\n" + layer,
        file: "patches.prototxt"), state: NetState(), registry: .caffe)
    return (net.layers[1].description as? any PatchReading)?.patches(shape)
  }

  /// A 2 x 2 kernel over 4 x 5 with one row of padding, steps of (2, 1) and rows two apart: 2 x 4 positions.
  @Test func ofConvolutions() throws {
    let shape: Shape = [1, 4, 4, 5]
    let patches = try #require(
      try patches(
        """
        layer { name: 'c' type: 'Convolution' bottom: 'x' top: 'c' convolution_param { num_output: 4 group: 2
          kernel_size: 2 stride: 2 stride: 1 pad: 1 pad: 0 dilation: 2 dilation: 1 } }
        """, shape))
    #expect(patches.blocks == 2 && patches.area == 4 && !patches.isTransposed)
    #expect(patches.positions(shape) == [2, 4])
    #expect(patches.places(0, in: shape) == [nil, nil, 5, 6])
    #expect(patches.places(3, in: shape) == [nil, nil, 8, 9])
    #expect(patches.places(5, in: shape) == [6, 7, 16, 17])
  }

  @Test func ofInnerProducts() throws {
    let layer = "layer { name: 'p' type: 'InnerProduct' bottom: 'x' top: 'p' inner_product_param { num_output: 3 %@ } }"
    let shape: Shape = [2, 4, 2, 3]
    let whole = try #require(try patches(layer.replacing("%@", with: "transpose: true"), shape))
    #expect(whole.isTransposed && whole.positions(shape) == [1, 1])
    #expect(whole.places(0, in: shape) == [0, 1, 2, 3, 4, 5])
    let flat = try #require(try patches(layer.replacing("%@", with: ""), [2, 4]))
    #expect(flat.area == 1 && flat.places(0, in: [2, 4]) == [0] && !flat.isTransposed)
    #expect(try patches(layer.replacing("%@", with: "axis: 2"), shape) == nil)
  }
}
