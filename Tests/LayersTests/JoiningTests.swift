import Base
import CaffeProto
import Engine
@testable import Layers
import NetModel
import Testing

/// Layers that put blobs together and take them apart.
@Suite struct JoiningTests {
  @Test(arguments: [0, 1, 2, -1]) func concatGradient(_ axis: Int) throws {
    var other = [2, 3, 4]
    other[axis < 0 ? axis + 3 : axis] = 2
    let bench = try Bench(
      "type: 'Concat' bottom: 'a' bottom: 'b' top: 'y' concat_param { axis: \(axis) }",
      inputs: ["a": [2, 3, 4], "b": other])
    try bench.randomise("a", seed: 1)
    try bench.randomise("b", seed: 2)
    #expect(try bench.wrongGradients().isEmpty)
  }

  @Test func concatAndSliceUndoEachOther() throws {
    let bench = try Bench(
      text: """
        layer { name: 'in' type: 'Input' top: 'x' input_param { shape { dim: 2 dim: 5 dim: 2 } } }
        layer { name: 's' type: 'Slice' bottom: 'x' top: 'a' top: 'b' top: 'c'
          slice_param { slice_point: 1 slice_point: 4 } }
        layer { name: 'l' type: 'Concat' bottom: 'a' bottom: 'b' bottom: 'c' top: 'y' }
        """)
    try bench.randomise("x", seed: 1)
    try bench.net.forward()
    #expect(try bench.blob("b").shape == [2, 3, 2])
    #expect(try bench.data("y") == bench.data("x"))
    try bench.blob("y").setPlainDiff((0..<20).map(Float.init))
    try bench.net.backward()
    #expect(try bench.blob("x").plainDiff == (0..<20).map(Float.init))
  }

  @Test(arguments: [(Layout.channelsLast, 3), (.channelBlocked, 16), (.channelBlocked, 8)])
  func concatKeepsLayouts(_ layout: Layout, _ channels: Int) throws {
    let shapes: [Shape] = [[2, 16, 2, 3], [2, channels, 2, 3]]
    let bottom = shapes.map { Blob(shape: $0, layout: layout) }
    let random = RandomSource(seed: 4)
    for blob in bottom { blob.setPlainData((0..<blob.count).map { _ in random.uniform() }) }
    var parameter = LayerParameter()
    parameter.bottom = ["a", "b"]
    parameter.top = ["y"]
    let layer = try Concat(parameter, in: DescriptionContext(phase: .test)).makeLayer(
      shapes,
      in: LayerContext(backend: ReferenceBackend(), random: random, phase: .test, needsBackward: true))
    let wanted = shapes.indices.map { layer.layout(ofBottom: $0, shape: shapes[$0], offered: layout) }
    guard channels % 16 == 0 || layout == .channelsLast else {
      #expect(wanted == [.plain, .plain])
      return
    }
    #expect(wanted == [layout, layout])
    let top = Blob()
    try layer.reshape(bottom: bottom, top: [top])
    try layer.forward(bottom: bottom, top: [top])
    #expect(top.layout == layout)
    let values = top.plainData
    for n in 0..<2 {
      #expect(
        Array(values[n * (16 + channels) * 6..<(n * (16 + channels) + 16) * 6])
          == Array(bottom[0].plainData[n * 96..<(n + 1) * 96]))
    }
    top.setPlainDiff(values)
    try layer.backward(top: [top], propagateDown: [true, true], bottom: bottom)
    #expect(bottom.allSatisfy { $0.plainDiff == $0.plainData })
  }

  @Test func splitSumsGradients() throws {
    let bench = try Bench(
      text: """
        layer { name: 'l' type: 'Input' top: 'x' input_param { shape { dim: 2 dim: 2 } } }
        layer { name: 'a' type: 'Flatten' bottom: 'x' top: 'a' }
        layer { name: 'b' type: 'Flatten' bottom: 'x' top: 'b' }
        layer { name: 'c' type: 'Flatten' bottom: 'x' top: 'c' }
        """)
    for (name, value) in [("a", Float(1)), ("b", 2), ("c", 4)] {
      try bench.blob(name).setPlainDiff([value, 0, value, 1])
    }
    try bench.net.forward()
    try bench.net.backward()
    #expect(try bench.blob("x").plainDiff == [7, 0, 7, 3])
  }

  @Test func filterTakesSelectedImages() throws {
    let bench = try Bench(
      "type: 'Filter' bottom: 'x' bottom: 's' top: 'y'", inputs: ["x": [4, 2], "s": [4, 1, 1, 1]])
    try bench.set("x", [0, 1, 2, 3, 4, 5, 6, 7])
    try bench.set("s", [0, 1, 0, 1])
    try bench.net.forward()
    #expect(try bench.blob("y").shape == [2, 2])
    #expect(try bench.data("y") == [2, 3, 6, 7])
    try bench.blob("y").setPlainDiff([1, 2, 3, 4])
    try bench.net.backward()
    #expect(try bench.blob("x").plainDiff == [0, 0, 1, 2, 0, 0, 3, 4])
  }
}
