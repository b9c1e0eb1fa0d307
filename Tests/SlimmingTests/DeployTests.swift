import CaffeProto
import Layers
import NetModel
import Slimming
import Testing

/// What is left of a net for inference.
@Suite struct DeployTests {
  private func deploy(_ text: String, _ phase: Phase = .test) throws -> NetParameter {
    var state = NetState()
    state.phase = phase
    return try NetDescription(NetParameter(text: data + text), state: state, registry: .caffe).deploy
  }

  private let data = """
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 8 dim: 8 } } }
    layer { name: "label" type: "Input" top: "label" input_param { shape { dim: 2 } } }
    layer { name: "c" type: "Convolution" bottom: "data" top: "c" convolution_param { num_output: 4 kernel_size: 3 } }

    """
  private let head = """
    layer { name: "fc" type: "InnerProduct" bottom: "c" top: "fc" inner_product_param { num_output: 2 } }

    """

  @Test func whatOnlyFedASilenceGoesWithIt() throws {
    let net = try deploy(
      """
      layer { name: "u" type: "Convolution" bottom: "c" top: "u" convolution_param { num_output: 6 kernel_size: 3 } }
      layer { name: "ur" type: "ReLU" bottom: "u" top: "u" }
      layer { name: "up" type: "Pooling" bottom: "u" top: "up" pooling_param { global_pooling: true } }
      layer { name: "quiet" type: "Silence" bottom: "up" }
      """ + head)
    #expect(net.layer.map(\.name) == ["data", "c", "fc"])
  }

  /// The score stays where only an accuracy looks at it, and what a second loss looks at, too.
  @Test func whatIsJudgedStays() throws {
    let judged = """
      layer { name: "aux" type: "InnerProduct" bottom: "c" top: "aux" inner_product_param { num_output: 2 } }
      layer { name: "loss" type: "SoftmaxWithLoss" bottom: "aux" bottom: "label" top: "loss" loss_weight: 0.3 }
      layer { name: "twice" type: "Power" bottom: "loss" top: "twice" power_param { scale: 2 } }
      layer { name: "accuracy" type: "Accuracy" bottom: "fc" bottom: "label" top: "accuracy" }
      """
    #expect(try deploy(head + judged).layer.map(\.name) == ["data", "c", "fc", "aux"])
  }

  /// The rectifier behind the branch that goes would change what stays if it stayed alone, and nobody needs it.
  @Test func whatWorksInPlaceForNobodyGoes() throws {
    let net = try deploy(
      head + """
        layer { name: "late" type: "ReLU" bottom: "c" top: "c" }
        layer { name: "quiet" type: "Silence" bottom: "c" }
        """)
    #expect(net.layer.map(\.name) == ["data", "c", "fc"])
  }

  @Test func constantsAreNoData() throws {
    let ones = """
      layer { name: "ones" type: "DummyData" top: "ones"
        dummy_data_param { shape { dim: 2 dim: 2 } data_filler { type: "constant" value: 1 } } }
      layer { name: "sum" type: "Eltwise" bottom: "fc" bottom: "ones" top: "sum" }
      """
    let net = try deploy(head + ones)
    #expect(net.layer.map(\.type) == ["Input", "Convolution", "InnerProduct", "DummyData", "Eltwise"])
    // With random numbers they are; and a net that has nothing else has these as its data.
    #expect(
      try deploy(head + ones.replacing("\"constant\" value: 1", with: "\"uniform\"")).layer.map(\.type) == [
        "Input", "Convolution", "InnerProduct", "Input", "Eltwise",
      ])
    let only = try NetDescription(
      NetParameter(
        text: """
          layer { name: "d" type: "DummyData" top: "d" dummy_data_param {
            shape { dim: 2 dim: 2 } data_filler { type: "constant" value: 1 } } }
          layer { name: "fc" type: "InnerProduct" bottom: "d" top: "fc" inner_product_param { num_output: 2 } }
          """), state: NetState(), registry: .caffe)
    #expect(only.deploy.layer.map(\.type) == ["Input", "InnerProduct"])
  }
}
