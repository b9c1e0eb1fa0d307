@testable import CaffeProto
import Testing
import TestSupport

@Suite struct OldLayersTests {
  @Test(arguments: ["v0_net", "v0_ignored", "v1_net", "v1_types", "v1_inputs"])
  func asStockCaffeUpgrades(_ name: String) throws {
    let folder = TestFiles.golden + "/upgrade"
    var net = try NetParameter(textFile: "\(folder)/\(name).prototxt")
    try net.upgrade()
    let expected = try NetParameter(textFile: "\(folder)/\(name).pbtxt")
    #expect(try net.text() == expected.text())
    #expect(try net.upgrade() == [])
  }

  @Test func stepsSayWhatWasDone() throws {
    func steps(_ text: String) throws -> [UpgradeStep] {
      var net = try NetParameter(text: text)
      return try net.upgrade()
    }
    let relu = "layers { layer { name: 'r' type: 'relu' } bottom: 'x' top: 'x' } "
    let v1 = "layers { name: 'd' type: DATA top: 'x' data_param { scale: 2 } } "
    #expect(try steps(v1) == [.v1Layers(count: 1, ignored: []), .dataTransforms(count: 1)].reversed())
    #expect(
      try steps(v1 + relu) == [
        .v0Layers(count: 1, padding: 0, ignored: []), .dataTransforms(count: 1), .v1Layers(count: 1, ignored: []),
      ])
    let padded = "layers { layer { name: 'p' type: 'padding' } bottom: 'x' top: 'y' } "
    #expect(
      try steps("input: 'x' \(padded)") == [.v0Layers(count: 1, padding: 1, ignored: []), .inputFields])
  }

  @Test func whatIsIgnoredIsNamed() throws {
    var net = try NetParameter(text: "layers { layer { name: 'r' type: 'relu' num_output: 3 scale: 2 } }")
    let step = try #require(net.upgrade().first)
    #expect(step.ignored.map(\.description) == ["num_output of layer \"r\" (type relu)"])
    #expect(net.layer[0].transformParam.scale == 2)
    let notice = step.notice(source: "old.prototxt")
    #expect(notice.hasPrefix("old.prototxt: upgraded: 1 layers of the V0 format"))
    #expect(
      notice.hasSuffix(
        "; ignored: num_output of layer \"r\" (type relu). The command upgrade_net_proto_text makes this permanent."))
    #expect(step.notice(source: "x", binary: true).contains("upgrade_net_proto_binary"))
  }

  @Test func unknownFieldsOfOldLayersAreNamed() throws {
    // NetParameter.layers { name: "a" (4), field 1000: varint 1 }
    var net = try NetParameter(serialized: hex("12 06 22 01 61 c0 3e 01"))
    #expect(
      try net.upgrade() == [
        .v1Layers(count: 1, ignored: [IgnoredSetting(layer: "a", type: "", field: "unknown fields")])
      ])
    #expect(net.layer[0].unknownFields.isEmpty)
  }

  @Test func fieldsBesideV0LayersAreKept() throws {
    var net = try NetParameter(
      text: """
        debug_info: true state { level: 3 } input: 'x' input_shape { dim: 2 }
        layers { layer { name: 'a' type: 'softmax_loss' } bottom: 'x' loss_weight: 2 include { phase: TEST } }
        """)
    try net.upgrade()
    #expect(net.debugInfo && net.state.level == 3 && net.layer[0].inputParam.shape[0].dim == [2])
    #expect(net.layer[1].lossWeight == [2] && net.layer[1].include.map(\.phase) == [.test])
  }

  @Test func blobsMoveWithoutACopy() throws {
    let values: Floats = [1, 2, 3]
    var (v1, v0) = (V1LayerParameter(), V1LayerParameter())
    v1.blobs = [.with { $0.data = values }]
    v0.layer = .with { $0.blobs = v1.blobs }
    var net = NetParameter.with { $0.layers = [v1, v0] }
    try net.upgrade()
    let address = values.withUnsafeBufferPointer(\.baseAddress)
    #expect(net.layer.map { $0.blobs[0].data.withUnsafeBufferPointer(\.baseAddress) } == [address, address])
  }

  @Test(arguments: [
    (
      "layer { name: 'new' } layers { layer { name: 'old' } } layers { }",
      UpgradeError.Reason.mixedFormats(layer: 1, firstLayer: "new", layers: 2, firstLayers: "old")
    ),
    (
      "layers { layer { name: 'a' type: 'relu' } bottom: 'none' }",
      .unknownBlob(layer: "a", position: 0, blob: "none")
    ),
    (
      "input: 'x' layers { layer { name: 'p' type: 'padding' } bottom: 'x' top: 'y' } "
        + "layers { layer { name: 'fc' type: 'innerproduct' } bottom: 'y' }",
      .paddingReader(padding: "p", layer: "fc", type: "innerproduct", bottoms: 1)
    ),
    (
      "input: 'x' layers { layer { name: 'p' type: 'padding' } bottom: 'x' top: 'y' } "
        + "layers { layer { name: 'c' type: 'conv' } bottom: 'x' bottom: 'y' }",
      .paddingReader(padding: "p", layer: "c", type: "conv", bottoms: 2)
    ),
    (
      "input: 'x' layers { layer { name: 'p' type: 'padding' } bottom: 'x' top: 'y' top: 'z' } "
        + "layers { layer { name: 'c' type: 'conv' } bottom: 'z' }",
      .paddingBlobs(padding: "p", bottoms: 1, tops: 2)
    ),
  ])
  func whatCannotBeUpgraded(_ text: String, _ reason: UpgradeError.Reason) throws {
    var net = try NetParameter(text: text)
    let error: UpgradeError = try failure { try net.upgrade(source: "old.prototxt") }
    #expect(error == UpgradeError(source: "old.prototxt", reason: reason))
    #expect(error.description.hasPrefix("old.prototxt: "))
  }
}
