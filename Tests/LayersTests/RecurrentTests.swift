import Engine
import Glibc
import NetModel
import Testing
import TestSupport

@Suite struct RecurrentTests {
  static let fillers =
    "weight_filler { type: 'uniform' min: -0.8 max: 0.8 } bias_filler { type: 'uniform' min: -0.5 max: 0.5 }"

  func layer(_ type: String, _ parameters: String = "", bottoms: String = "", tops: String = "") -> String {
    "type: '\(type)' bottom: 'x' bottom: 'cont' \(bottoms) top: 'y' \(tops) "
      + "recurrent_param { num_output: 2 \(Self.fillers) \(parameters) }"
  }

  /// A sequence begins in the first step of every stream, so that no state comes from an earlier pass.
  func setContinuations(_ bench: Bench) throws { try bench.set("cont", [0, 0, 1, 0, 1, 1]) }

  @Test(arguments: ["LSTM", "RNN"]) func gradients(_ type: String) throws {
    let bench = try Bench(layer(type), inputs: ["x": [3, 2, 3], "cont": [3, 2]])
    try bench.randomise("x", seed: 1)
    try setContinuations(bench)
    #expect(try bench.wrongGradients(constants: ["cont"]).isEmpty)
    #expect(bench.net.parameters.count == (type == "LSTM" ? 3 : 5))
  }

  @Test(arguments: ["LSTM", "RNN"]) func gradientsWithStaticInput(_ type: String) throws {
    let bench = try Bench(
      layer(type, bottoms: "bottom: 's'"), inputs: ["x": [3, 2, 1, 3], "cont": [3, 2], "s": [2, 2]])
    try bench.randomise("x", seed: 2)
    try bench.randomise("s", seed: 3)
    try setContinuations(bench)
    #expect(try bench.wrongGradients(constants: ["cont"]).isEmpty)
    #expect(bench.net.parameters.count == (type == "LSTM" ? 4 : 6))
  }

  @Test func lstmUnitGradient() throws {
    let bench = try Bench(
      "type: 'LSTMUnit' bottom: 'c' bottom: 'g' bottom: 'cont' top: 'c1' top: 'h1'",
      inputs: ["c": [1, 2, 3], "g": [1, 2, 12], "cont": [1, 2]])
    try bench.randomise("c", seed: 4)
    try bench.randomise("g", seed: 5)
    try bench.set("cont", [1, 0])
    #expect(try bench.wrongGradients(constants: ["cont"]).isEmpty)
  }

  /// The equations of Caffe's lstm_layer.cpp, written out for one stream and one cell.
  @Test func lstmFollowsItsEquations() throws {
    let bench = try Bench(
      "type: 'LSTM' bottom: 'x' bottom: 'cont' top: 'y' recurrent_param { num_output: 1 }",
      inputs: ["x": [2, 1, 1], "cont": [2, 1]])
    try bench.set("x", [0.5, -0.25])
    try bench.set("cont", [1, 1])
    let (wx, bias, wh) = (
      [0.1, 0.2, 0.3, 0.4] as [Float], [0.5, -0.5, 0.25, 1] as [Float], [1, -1, 0.5, 2] as [Float]
    )
    for (blob, values) in zip(bench.layer.layer.blobs, [wx, bias, wh]) { blob.setPlainData(values) }
    var (c, h): (Float, Float) = (0, 0)
    func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
    // States go on from pass to pass.
    for _ in 0..<3 {
      try bench.net.forward()
      var expected: [Float] = []
      for x in [0.5, -0.25] as [Float] {
        let gate = (0..<4).map { wx[$0] * x + bias[$0] + wh[$0] * h }
        c = sigmoid(gate[1]) * c + sigmoid(gate[0]) * tanh(gate[3])
        h = sigmoid(gate[2]) * tanh(c)
        expected.append(h)
      }
      #expect(try isClose(bench.data("y"), expected, relative: 1e-5))
    }
  }

  @Test(arguments: ["LSTM", "RNN"]) func exposedStatesGoOn(_ type: String) throws {
    let states = type == "LSTM" ? ["h", "c"] : ["h"]
    let bottoms = states.map { "bottom: '\($0)0'" }.joined(separator: " ")
    let tops = states.map { "top: '\($0)1'" }.joined(separator: " ")
    let text =
      input("x", [2, 2, 3]) + input("cont", [2, 2]) + states.map { input("\($0)0", [1, 2, 2]) }.joined()
    let exposed = try Bench(
      text: text + "layer { name: 'l' \(layer(type, "expose_hidden: true", bottoms: bottoms, tops: tops)) }")
    let plain = try Bench(layer(type), inputs: ["x": [2, 2, 3], "cont": [2, 2]])
    for (a, b) in zip(exposed.layer.layer.blobs, plain.layer.layer.blobs) { a.setPlainData(b.plainData) }
    for pass in 0..<3 {
      for bench in [exposed, plain] {
        try bench.randomise("x", seed: pass)
        try bench.set("cont", [1, 1, 1, 0])
        try bench.net.forward()
      }
      #expect(try exposed.data("y") == plain.data("y"))
      for state in states { try exposed.set("\(state)0", exposed.data("\(state)1")) }
    }
  }

  @Test func sharesParametersByName() throws {
    let bench = try Bench(
      text: """
        layer { name: 'in' type: 'Input' top: 'x' input_param { shape { dim: 2 dim: 1 dim: 2 } } }
        layer { name: 'in2' type: 'Input' top: 'cont' input_param { shape { dim: 2 dim: 1 } } }
        layer { name: 'a' type: 'LSTM' bottom: 'x' bottom: 'cont' top: 'ya'
          param { name: 'w' } param { name: 'b' } param { name: 'r' } recurrent_param { num_output: 2 \(Self.fillers) } }
        layer { name: 'l' type: 'LSTM' bottom: 'x' bottom: 'cont' top: 'yb'
          param { name: 'w' } param { name: 'b' } param { name: 'r' } recurrent_param { num_output: 2 } }
        """)
    try bench.set("x", [1, 2, 3, 4])
    try bench.set("cont", [0, 1])
    try bench.net.forward()
    #expect(try bench.data("ya") == bench.data("yb"))
    #expect(try bench.data("ya").contains { $0 != 0 })
    #expect(bench.net.parameters.count == 3)
  }

  @Test func errors() {
    #expect(
      failure("type: 'LSTM' bottom: 'x' bottom: 'cont' top: 'y'", inputs: ["x": [2, 1, 1], "cont": [2, 1]])
        .contains("recurrent_param.num_output"))
    #expect(failure(layer("LSTM"), inputs: ["x": [2, 1, 1], "cont": [1, 2]]).contains("bottom 1"))
    #expect(failure(layer("RNN"), inputs: ["x": [2], "cont": [2]]).contains("bottom 0"))
    #expect(
      failure(layer("RNN", bottoms: "bottom: 's'"), inputs: ["x": [2, 1, 1], "cont": [2, 1], "s": [3, 1]])
        .contains("bottom 2"))
  }
}
