import CaffeProto
import Layers
import NetModel
import Testing

/// What nets cost, whatever their batches.
@Suite struct CostTests {
  private func cost(_ layers: String) throws -> NetCost {
    try NetDescription(NetParameter(text: layers, file: "cost.prototxt"), state: NetState(), registry: .caffe).cost
  }

  private let data = #"layer { name: "x" type: "Input" top: "x" input_param { shape { dim: 4 dim: 6 dim: 5 } } }"#

  @Test func layersWithLargerBatchesCountAsOftenAsAnItemNeedsThem() throws {
    // 4 items of 30 values: 30 x 2. Then 4 x 6 rows of 5: 6 x 5 x 3 for each item.
    let cost = try cost(
      data + """
        layer { name: "a" type: "InnerProduct" bottom: "x" top: "a" inner_product_param { num_output: 2 } }
        layer { name: "rows" type: "Reshape" bottom: "x" top: "rows" reshape_param { shape { dim: 24 dim: 5 } } }
        layer { name: "b" type: "InnerProduct" bottom: "rows" top: "b" inner_product_param { num_output: 3 } }
        """)
    #expect(cost.items == 4)
    #expect(cost.multiplyAdds == [0, 60, 0, 90])
    #expect(cost.totalMultiplyAdds == 150)
    #expect(cost.parameters == [0, 62, 0, 18])
  }

  @Test func aBatchThatDoesNotDivideIsTheUnit() throws {
    // 3 rows of 40 values: no share of 4 items.
    let cost = try cost(
      data + """
        layer { name: "rows" type: "Reshape" bottom: "x" top: "rows" reshape_param { shape { dim: 3 dim: 40 } } }
        layer { name: "a" type: "InnerProduct" bottom: "rows" top: "a" inner_product_param { num_output: 3 axis: 1 } }
        layer { name: "b" type: "InnerProduct" bottom: "a" top: "b" inner_product_param { num_output: 1 } }
        """)
    #expect(cost.items == 1)
    #expect(cost.multiplyAdds == [0, 0, 360, 9])
  }

  /// One region out of two images: 8 and 7 inputs of 6 and 5 outputs are all the same to the unit.
  @Test(arguments: [(8, 6), (7, 6), (8, 5), (7, 5)]) func theUnitDoesNotHangOnChannels(_ channels: Int, _ outputs: Int)
    throws
  {
    let cost = try cost(
      """
      layer { name: "x" type: "Input" top: "x" input_param { shape { dim: 2 dim: 3 dim: 4 dim: 4 } } }
      layer { name: "rois" type: "Input" top: "rois" input_param { shape { dim: 1 dim: 5 } } }
      layer { name: "c" type: "Convolution" bottom: "x" top: "c" convolution_param { num_output: \(channels) kernel_size: 1 } }
      layer { name: "r" type: "ROIPooling" bottom: "c" bottom: "rois" top: "r" roi_pooling_param { pooled_h: 1 pooled_w: 1 } }
      layer { name: "f" type: "InnerProduct" bottom: "r" top: "f" inner_product_param { num_output: \(outputs) } }
      """)
    #expect(cost.items == 1)
    #expect(cost.multiplyAdds == [0, 0, 2 * 16 * 3 * channels, 0, channels * outputs])
  }

  @Test func sharedParametersCountWhereTheyAppearFirst() throws {
    let product = #"type: "InnerProduct" param { name: "w" } inner_product_param { num_output: 30 bias_term: false }"#
    let cost = try cost(
      data + """
        layer { name: "a" bottom: "x" top: "y" \(product) }
        layer { name: "b" bottom: "y" top: "z" \(product) }
        """)
    #expect(cost.parameters == [0, 900, 0])
    #expect(cost.multiplyAdds == [0, 900, 900])
  }
}
