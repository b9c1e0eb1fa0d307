import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Slimming
import TestSupport
import Testing

/// Nets of forks of Caffe: their fields, types and layers.
@Suite struct ForkNetTests: ForkSuite {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func unknownFieldsAreToldOnceAndWrittenBack() throws {
    try write(
      Self.input + Self.convolution("c", "data", 8, "fancy: 1 mode { a: [1, 2] }")
        + Self.convolution("d", "c", 4, "fancy: 2"))
    let summary = try run("summary --model net.prototxt")
    #expect(
      summary.errors.contains("net.prototxt:3: unknown fields: fancy, mode; kept as they are"), "\(summary.errors)")
    #expect(summary.errors.split(separator: "\n").count == 1)
    _ = try run("draw_net net.prototxt n.dot")
    _ = try run("upgrade_net_proto_text net.prototxt u.prototxt")
    #expect(try readText(folder("u.prototxt")).contains("    fancy: 1\n    mode {\n      a: [1, 2]\n    }\n"))
    try slim()
    for name in ["s.prototxt", "d.prototxt"] {
      let text = try readText(folder(name))
      #expect(
        text.contains("    num_output: 4\n") && text.contains("    fancy: 1\n") && text.contains("    fancy: 2\n"))
    }
  }

  @Test func whatRunsRefusesThem() throws {
    try write(Self.input + Self.convolution("c", "data", 8, "fancy: 1"))
    try folder.write(
      "net: 'net.prototxt' base_lr: 0 lr_policy: 'fixed' max_iter: 0 snapshot_prefix: 'x'", to: "solver.prototxt")
    for line in [
      "train --solver solver.prototxt", "time --model net.prototxt", "test --model net.prototxt --weights w.caffemodel",
    ] {
      let outcome = try run(line, fails: true)
      #expect(
        outcome.errors.contains("net.prototxt:3:") && outcome.errors.contains("no field \"fancy\"")
          && outcome.errors.contains("layer 'c' cannot be run"), "\(outcome.errors)")
    }
    // Which implementation computes changes nothing.
    try write(Self.input + Self.convolution("c", "data", 8, "engine: MKL2017"))
    _ = try run("time --model net.prototxt --iterations 1")
  }

  /// Among them others of the names of types that are built in: with more bottoms, with fields that change how their bottoms
  /// must fit, or with other blobs.
  @Test(
    arguments: ["top: \"u\"", "top: \"c\""],
    [
      ("Mystery", "", ""), ("Normalize", "bottom: 'c'", " with 2 bottoms and 1 tops"),
      (
        "Reshape", "reshape_param { shape { dim: [2, 7] } fused: true }",
        " with fields that are not known (without them: "
      ),
      (
        "BatchNorm", "param { lr_mult: 1 } batch_norm_param { scale_filler { value: 1 } }",
        " with scale and shift before the statistics"
      ),
    ])
  func unknownTypesArePassedThrough(_ top: String, _ layer: (type: String, more: String, difference: String)) throws {
    let behind = top == "top: \"u\"" ? "u" : "c"
    try write(
      Self.input + Self.convolution("b", "data", 6) + Self.convolution("c", "b", 8)
        + "layer { name: 'u' type: '\(layer.type)' bottom: 'c' \(layer.more) \(top) mystery_param { depth: 3 } }\n"
        + Self.convolution("d", behind, 6) + Self.convolution("e", "d", 4))
    let summary = try run("summary --model net.prototxt")
    #expect(summary.errors.contains("type '\(layer.type)'\(layer.difference)"), "\(summary.errors)")
    #expect(summary.errors.contains("is not built in and passed through"), "\(summary.errors)")
    let printed = try slim()
    #expect(printed.contains("not proven: what layer 'u' (\(layer.type)) makes"), "\(printed)")
    // Around it channels are held, elsewhere they go.
    let net = try Prototxt.anyNet(folder("s.prototxt")).net
    #expect(net.layer.filter { $0.type == "Convolution" }.map(\.convolutionParam.numOutput) == [3, 8, 3, 4])
    #expect(try readText(folder("s.prototxt")).contains("  mystery_param {\n    depth: 3\n  }\n"))
    #expect(
      try CaffeModel.read(folder("s.caffemodel"))["u"]?.blobs[0] == BlobProto(shape: [2, 3], data: [1, 2, 3, 4, 5, 6]))
    let time = try run("time --model net.prototxt", fails: true)
    #expect(time.errors.contains("layer 'u' cannot be run"), "\(time.errors)")
  }

  /// Channels that a shuffle ties over the blocks of one group convolution, and which lie in one block of the next one: by its own
  /// layer, or by layers for axes with numbers that are given or inferred. Where somebody else reads a part, they are held.
  @Test(arguments: [
    ("layer { name: 's' type: 'ShuffleChannel' bottom: 'g1' top: 's' shuffle_channel_param { group: 2 } }", 4),
    (axes("[2, 2, 4, 6, 6]", "[2, 8, 6, 6]"), 4), (axes("[0, 2, -1, 36]", "[0, -1, 6, 6]"), 4),
    (axes("[0, 2, 4, -1]", "[0, 8, 6, 6]") + "layer { name: 'other' type: 'Silence' bottom: 'swapped' }", 8),
  ])
  func shufflesBetweenGroupConvolutions(_ shuffle: String, _ left: Int) throws {
    func convolution(_ name: String, _ bottom: String, _ settings: String) -> String {
      "layer { name: \"\(name)\" type: \"Convolution\" bottom: \"\(bottom)\" top: \"\(name)\" convolution_param { \(settings) "
        + "weight_filler { type: \"xavier\" } } }\n"
    }
    try write(
      Self.input + convolution("c0", "data", "num_output: 8 kernel_size: 3")
        + convolution("g1", "c0", "num_output: 8 kernel_size: 1 group: 2")
        + shuffle + "\n" + convolution("dw", "s", "num_output: 8 kernel_size: 3 group: 8")
        + convolution("g2", "dw", "num_output: 8 kernel_size: 1 group: 2")
        + convolution("c3", "g2", "num_output: 4 kernel_size: 1"))
    try slim()
    let net = try NetParameter(textFile: folder("s.prototxt"))
    func outputs(_ name: String) -> Int? { net.layer.first { $0.name == name }?.convolutionParam.numOutput }
    #expect(outputs("g1") == left && outputs("dw") == left && outputs("g2") == 4 && outputs("c0") == 4)
  }

  private static func axes(_ split: String, _ join: String) -> String {
    """
    layer { name: "split" type: "Reshape" bottom: "g1" top: "split" reshape_param { shape { dim: \(split) } } }
    layer { name: "swap" type: "Permute" bottom: "split" top: "swapped" permute_param { order: [0, 2, 1] } }
    layer { name: "join" type: "Reshape" bottom: "swapped" top: "s" reshape_param { shape { dim: \(join) } } }

    """
  }

  /// The old format's types of forks get names of the current one, and training refuses them.
  @Test func oldTypesOfForks() throws {
    try folder.write(
      """
      layers { name: "data" type: DUMMY_DATA top: "data" dummy_data_param { num: 1 channels: 2 height: 4 width: 4 } }
      layers { name: "top" type: TOP_K_BN bottom: "data" top: "k" blobs_lr: 1 blobs_lr: 2 }
      """, to: "net.prototxt")
    let summary = try run("summary --model net.prototxt")
    #expect(summary.errors.contains("type 'TopKBN' is not built in"), "\(summary.errors)")
    _ = try run("upgrade_net_proto_text net.prototxt new.prototxt")
    #expect(try readText(folder("new.prototxt")).contains("type: \"TopKBN\""))
    let time = try run("time --model net.prototxt --iterations 1", fails: true)
    #expect(time.errors.contains("type cannot be TOP_K_BN"), "\(time.errors)")
  }

  /// RefineDet's DetectionOutput reads five blobs.
  @Test func otherLayersOfTheSameName() throws {
    let bottoms = String(repeating: "bottom: \"data\" ", count: 5)
    try folder.write(
      Self.input
        + "layer { name: \"d\" type: \"DetectionOutput\" \(bottoms) top: \"d\" detection_output_param { num_classes: 2 } }",
      to: "net.prototxt")
    #expect(try run("summary --model net.prototxt").errors.contains("type 'DetectionOutput' with 5 bottoms"))
  }

  @Test func channelsGoThroughLayersOfForks() throws {
    try write(
      Self.input + Self.convolution("c", "data", 8) + """
        layer { name: "b" type: "BatchNorm" bottom: "c" top: "c" batch_norm_param { scale_bias: true } }
        layer { name: "r" type: "ReLU6" bottom: "c" top: "c" }
        layer { name: "w" type: "ConvolutionDepthwise" bottom: "c" top: "w" convolution_param { num_output: 8 kernel_size: 3 } }
        layer { name: "n" type: "BN" bottom: "w" top: "w" bn_param { slope_filler { value: 1 } } }
        layer { name: "v" type: "DepthwiseConvolution" bottom: "w" top: "v"
          convolution_param { num_output: 8 group: 8 kernel_size: 1 } }
        layer { name: "s" type: "ShuffleChannel" bottom: "v" top: "s" shuffle_channel_param { group: 2 } }
        layer { name: "p" type: "Pooling" bottom: "s" top: "p" top: "mask" pooling_param { kernel_size: 2 stride: 2 } }
        layer { name: "up" type: "Upsample" bottom: "p" bottom: "mask" top: "up" }
        layer { name: "i" type: "Interp" bottom: "up" top: "i" interp_param { zoom_factor: 2 } }
        layer { name: "g" type: "Pooling" bottom: "i" top: "g" pooling_param { pool: AVE global_pooling: true } }
        layer { name: "f" type: "Convolution" bottom: "g" top: "f" convolution_param { num_output: 8 kernel_size: 1 } }
        layer { name: "h" type: "Sigmoid" bottom: "f" top: "f" }
        layer { name: "x" type: "Axpy" bottom: "f" bottom: "i" bottom: "i" top: "x" }

        """ + Self.convolution("e", "x", 4))
    let printed = try slim()
    let net = try Prototxt.net(folder("s.prototxt")).net
    let depthwise = try #require(net.layer.first { $0.type == "ConvolutionDepthwise" })
    #expect(depthwise.convolutionParam.numOutput == 4 && !depthwise.convolutionParam.hasGroup, "\(printed)")
    let other = try #require(net.layer.first { $0.type == "DepthwiseConvolution" })
    #expect(other.convolutionParam.numOutput == 4 && other.convolutionParam.group == 4)
    #expect(net.layer.first { $0.name == "f" }?.convolutionParam.numOutput == 4)
    #expect(try CaffeModel.read(folder("s.caffemodel"))["b"]?.blobs.map(\.extents) == [[4], [4], [1], [4], [4]])
  }

  @Test func aDetectorIsSlimmed() throws {
    try write(
      Self.input + Self.convolution("c1", "data", 8) + Self.convolution("c2", "c1", 8) + """
        layer { name: "norm" type: "Normalize" bottom: "c2" top: "norm" norm_param { across_spatial: false } }

        """ + Self.convolution("loc", "norm", 16) + Self.convolution("conf", "norm", 12) + """
          layer { name: "lp" type: "Permute" bottom: "loc" top: "lp" permute_param { order: [0, 2, 3, 1] } }
          layer { name: "lf" type: "Flatten" bottom: "lp" top: "lf" }
          layer { name: "cp" type: "Permute" bottom: "conf" top: "cp" permute_param { order: [0, 2, 3, 1] } }
          layer { name: "cf" type: "Flatten" bottom: "cp" top: "cf" }
          layer { name: "prior" type: "PriorBox" bottom: "c1" bottom: "data" top: "prior"
            prior_box_param { min_size: 2 max_size: 4 aspect_ratio: 2 } }
          layer { name: "out" type: "DetectionOutput" bottom: "lf" bottom: "cf" bottom: "prior" top: "out"
            detection_output_param { num_classes: 3 code_type: CENTER_SIZE keep_top_k: 20 save_output_param { output_format: "VOC" } } }
          """)
    try slim()
    let net = try Prototxt.anyNet(folder("s.prototxt")).net
    // The boxes' layer reads no element of c1; Normalize holds what it divides.
    #expect(net.layer.filter { $0.type == "Convolution" }.map(\.convolutionParam.numOutput) == [4, 8, 16, 12])
  }

  @Test func whatLeavesAMakerOutIsNamed() throws {
    let rules = [
      "include { phase: TEST stage: 'deploy' }": "include { phase: TEST stage: \"deploy\" }",
      "exclude { phase: TEST not_stage: 'deploy' }": "exclude { phase: TEST not_stage: \"deploy\" }",
      "include { min_level: 2 max_level: 3 }": "include { min_level: 2 max_level: 3 }",
    ]
    for (rule, printed) in rules {
      let input = Self.input.replacing(" } } }", with: " } } \(rule) }")
      try folder.write(input + Self.convolution("c", "data", 2), to: "net.prototxt")
      let errors = try run("summary --model net.prototxt", fails: true).errors
      #expect(errors.contains("layer 'data' makes it") && errors.contains(printed), "\(errors)")
      #expect(errors.contains("--stage"))
    }
  }

  @Test func halvedWeights() throws {
    try write(Self.input + Self.convolution("c", "data", 8))
    _ = try run("convert --half w.caffemodel h.caffemodel")
    #expect(try fileSize("h.caffemodel") < 7 * (try fileSize("w.caffemodel")) / 10)
    _ = try run("summary --model net.prototxt --weights h.caffemodel")
    _ = try run("convert h.caffemodel f.caffemodel")
    let (half, whole) = (try CaffeModel.read(folder("f.caffemodel")), try CaffeModel.read(folder("w.caffemodel")))
    let values = (Array(try #require(half["c"]).blobs[0].data), Array(try #require(whole["c"]).blobs[0].data))
    #expect(mismatch(values.0, values.1, within: 1e-3, "weights") == nil)
    #expect(try run("convert --half w.caffemodel h.caffemodel.h5", fails: true).errors.contains("--half"))
  }

  private func fileSize(_ name: String) throws -> Int { try readBytes(folder(name)).count }
}
