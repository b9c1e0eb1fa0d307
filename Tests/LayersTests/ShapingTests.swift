import CaffeProto
import Engine
import Layers
import NetModel
import Testing
import TestSupport

@Suite struct ShapingTests {
  @Test func channelMaps() throws {
    func map(_ layer: String, _ inputs: KeyValuePairs<String, [Int]>) throws -> [ChannelMap.Relation] {
      try Bench(layer, inputs: inputs).layer.described.channelMap.relations
    }
    #expect(
      try map("type: 'Concat' bottom: 'a' bottom: 'b' top: 'y'", ["a": [2, 3, 4], "b": [2, 5, 4]]) == [
        .carries(bottom: 0, bottomFirst: 0, top: 0, topFirst: 0, count: 3, spread: 1),
        .carries(bottom: 1, bottomFirst: 0, top: 0, topFirst: 3, count: 5, spread: 1),
      ])
    #expect(
      try map("type: 'Slice' bottom: 'a' top: 'x' top: 'y' slice_param { slice_point: 1 }", ["a": [2, 3, 4]]) == [
        .carries(bottom: 0, bottomFirst: 0, top: 0, topFirst: 0, count: 1, spread: 1),
        .carries(bottom: 0, bottomFirst: 1, top: 1, topFirst: 0, count: 2, spread: 1),
      ])
    let spread: [ChannelMap.Relation] = [
      .carries(bottom: 0, bottomFirst: 0, top: 0, topFirst: 0, count: 3, spread: 20)
    ]
    #expect(try map("type: 'Flatten' bottom: 'a' top: 'y'", ["a": [2, 3, 4, 5]]) == spread)
    #expect(
      try map("type: 'Reshape' bottom: 'a' top: 'y' reshape_param { shape { dim: 0 dim: -1 } }", ["a": [2, 3, 4, 5]])
        == spread)
    #expect(
      try map("type: 'Reshape' bottom: 'a' top: 'y' reshape_param { shape { dim: 0 dim: 60 } }", ["a": [2, 3, 4, 5]])
        == spread)
    for dims in ["dim: -1 dim: 20", "dim: 6 dim: 20"] {
      let relations = try map(
        "type: 'Reshape' bottom: 'a' top: 'y' reshape_param { shape { \(dims) } }", ["a": [2, 3, 4, 5]])
      guard case .holds(bottom: 0, _)? = relations.first else {
        Issue.record("\(dims): \(relations)")
        continue
      }
    }
  }

  @Test(arguments: [
    ("dim: 0 dim: -1", [2, 60]), ("dim: 6 dim: -1", [6, 20]), ("dim: 0 dim: 0 dim: 20", [2, 3, 20]),
    ("dim: -1", [120]),
  ]) func reshapeShapes(_ dims: String, _ expected: [Int]) throws {
    let bench = try Bench(
      "type: 'Reshape' bottom: 'x' top: 'y' reshape_param { shape { \(dims) } }", inputs: ["x": [2, 3, 4, 5]])
    #expect(try bench.blob("y").shape.dims == expected)
  }

  @Test(arguments: [
    ("shape { dim: 10 } axis: 1 num_axes: 0", [2, 10, 3], "elements"), ("shape { dim: 1 } axis: -1", [2, 3], ""),
    ("shape { dim: 1 dim: -1 dim: -1 }", [2, 3], "more than one -1"), ("shape { dim: 4 }", [2, 3], "elements"),
    ("shape { dim: 4 dim: -1 }", [2, 3], "divide"), ("shape { dim: 0 dim: 0 dim: 0 }", [2, 3], "no axis there"),
    ("shape { dim: 6 } axis: 4", [2, 3], "out of range"), ("shape { dim: 6 } num_axes: 3", [2, 3], "num_axes"),
    ("shape { dim: -2 }", [2, 3], "no extent"),
  ]) func reshapeErrors(_ parameters: String, _ dims: [Int], _ word: String) {
    let message = failure(
      "type: 'Reshape' bottom: 'x' top: 'y' reshape_param { \(parameters) }", inputs: ["x": dims])
    #expect(message.contains(word.isEmpty ? "no error" : word), "\(message)")
  }

  @Test(arguments: [
    ("type: 'Slice' bottom: 'x' top: 'a' top: 'b'", "equal parts"),
    ("type: 'Slice' bottom: 'x' top: 'a' top: 'b' slice_param { slice_point: 3 }", "inside axis"),
    ("type: 'Slice' bottom: 'x' top: 'a' top: 'b' slice_param { slice_point: 1 slice_point: 2 }", "2 points"),
    ("type: 'Slice' bottom: 'x' top: 'a' slice_param { axis: 1 slice_dim: 1 }", "slice_dim"),
    ("type: 'Concat' bottom: 'x' top: 'a' concat_param { axis: 1 concat_dim: 1 }", "concat_dim"),
    ("type: 'Concat' bottom: 'x' top: 'a' concat_param { axis: 7 }", "concat_param.axis"),
    ("type: 'Flatten' bottom: 'x' top: 'a' flatten_param { axis: 2 end_axis: 1 }", "end_axis"),
    ("type: 'Flatten' bottom: 'x' top: 'x'", "in place"),
    ("type: 'Dropout' bottom: 'x' top: 'a' dropout_param { dropout_ratio: 1 }", "dropout_ratio"),
    ("type: 'Input' top: 'a'", "input_param.shape"),
    ("type: 'DummyData' top: 'a'", "dummy_data_param.shape"),
    ("type: 'DummyData' top: 'a' dummy_data_param { shape { dim: 1 } num: 2 }", "dummy_data_param.shape"),
    ("type: 'DummyData' top: 'a' dummy_data_param { shape { dim: -1 } }", "dummy_data_param.shape"),
  ]) func errors(_ layer: String, _ word: String) {
    let message = failure(layer, inputs: ["x": [2, 3, 4]])
    #expect(message.contains(word), "\(message)")
  }

  @Test(arguments: [[2, 5], [2, 5, 3]]) func softmaxGradient(_ dims: [Int]) throws {
    let bench = try Bench("type: 'Softmax' bottom: 'x' top: 'y'", inputs: ["x": dims])
    try bench.randomise("x", seed: 3)
    #expect(try bench.wrongGradients().isEmpty)
  }

  @Test func dummyDataFillsConstantsOnce() throws {
    let bench = try Bench(
      "type: 'DummyData' top: 'a' top: 'b' dummy_data_param { num: 2 channels: 3 height: 1 width: 1 "
        + "data_filler { value: 5 } data_filler { type: 'uniform' } }")
    #expect(try bench.blob("b").shape == [2, 3, 1, 1])
    #expect(try bench.data("a") == [Float](repeating: 5, count: 6))
    try bench.net.forward()
    let first = try bench.data("b")
    try bench.set("a", [Float](repeating: 1, count: 6))
    try bench.net.forward()
    #expect(try bench.data("b") != first)
    #expect(try bench.data("a") == [Float](repeating: 1, count: 6))
  }

  @Test func embedGradient() throws {
    let bench = try Bench(
      "type: 'Embed' bottom: 'x' top: 'y' embed_param { num_output: 2 input_dim: 3 }", inputs: ["x": [4]])
    try bench.set("x", [2, 0, 2, 1])
    bench.layer.layer.blobs[0].setPlainData([1, 2, 3, 4, 5, 6])
    bench.layer.layer.blobs[1].setPlainData([10, 20])
    try bench.net.forward()
    #expect(try bench.data("y") == [15, 26, 11, 22, 15, 26, 13, 24])
    try bench.blob("y").setPlainDiff([1, 2, 3, 4, 5, 6, 7, 8])
    try bench.net.backward()
    #expect(bench.layer.layer.blobs[0].plainDiff == [3, 4, 7, 8, 6, 8])
    #expect(bench.layer.layer.blobs[1].plainDiff == [16, 20])
    try bench.set("x", [2, 0, 3, 1])
    #expect { try bench.net.forward() } throws: { "\($0)".contains("label 3.0 at position 2") }
  }

  @Test func parameterIsItsBlob() throws {
    let bench = try Bench(
      text: """
        layer { name: 'l' type: 'Parameter' top: 'y' parameter_param { shape { dim: 2 dim: 2 } } }
        layer { name: 's' type: 'Silence' bottom: 'y' }
        """)
    bench.net.parameters[0].blob.setPlainData([1, 2, 3, 4])
    try bench.net.forward()
    #expect(try bench.data("y") == [1, 2, 3, 4])
    #expect(bench.net.outputs.isEmpty)
    bench.layer.top[0].setPlainDiff([1, 1, 2, 2])
    bench.net.clearParameterDiffs()
    try bench.layer.backward()
    try bench.layer.backward()
    #expect(bench.net.parameters[0].blob.plainDiff == [2, 2, 4, 4])
  }
}
