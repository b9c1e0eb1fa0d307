import CaffeProto
import Layers
import NetModel
import Testing

@testable import caffe_increg

/// Zero groups, counted by hand.
@Suite struct WeightSparsityTests {
  /// The last layer of a net whose input is called `x`.
  private func layer(_ shape: String, _ layer: String) throws -> DescribedLayer {
    let net = try NetParameter(
      text: """
        layer { name: "x" type: "Input" top: "x" input_param { shape { \(shape) } } }
        layer { name: "l" bottom: "x" top: "y" \(layer) }
        """)
    return try #require(try NetDescription(net, state: NetState(), registry: .caffe).layers.last)
  }

  @Test func convolution() throws {
    let layer = try layer(
      "dim: 1 dim: 2 dim: 4 dim: 4",
      #"type: "Convolution" convolution_param { num_output: 3 kernel_h: 1 kernel_w: 2 bias_term: false }"#)
    // Filters x (channel, position): the second filter and the last column are zero.
    let sparsity = try #require(WeightSparsity(layer, blobs: [[1, 0, 2, 0, 0, 0, 0, 0, 0, 3, 0, 0]]))
    #expect(sparsity.rows.counts == [1, 3])
    #expect(sparsity.columns.counts == [1, 4])
    #expect(sparsity.channels.counts == [0, 2])
  }

  /// Each group has its own channels: a slice that is zero in one group is a zero column of that group only.
  @Test func groups() throws {
    let layer = try layer(
      "dim: 1 dim: 4 dim: 4 dim: 4",
      #"type: "Convolution" convolution_param { num_output: 2 kernel_size: 1 group: 2 bias_term: false }"#)
    let sparsity = try #require(WeightSparsity(layer, blobs: [[5, 0, 0, 6]]))
    #expect(sparsity.rows.counts == [0, 2])
    #expect(sparsity.columns.counts == [2, 4])
    #expect(sparsity.channels.counts == [2, 4])
  }

  /// Three channels of two positions; the channel in the middle is not read.
  @Test(arguments: [false, true]) func innerProduct(transposed: Bool) throws {
    let layer = try layer(
      "dim: 1 dim: 3 dim: 1 dim: 2",
      #"type: "InnerProduct" inner_product_param { num_output: 2 bias_term: false transpose: \#(transposed) }"#)
    let rows: Floats = [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0]
    let columns: Floats = [1, 0, 0, 0, 0, 0, 0, 0, 0, 3, 2, 0]
    let sparsity = try #require(WeightSparsity(layer, blobs: [transposed ? columns : rows]))
    #expect(sparsity.rows.counts == [0, 2])
    #expect(sparsity.columns.counts == [3, 6])
    #expect(sparsity.channels.counts == [1, 3])
  }

  @Test func layersWithoutWeight() throws {
    #expect(WeightSparsity(try layer("dim: 1 dim: 3", #"type: "ReLU""#), blobs: []) == nil)
  }
}

extension WeightSparsity.Group {
  fileprivate var counts: [Int] { [zero, total] }
}
