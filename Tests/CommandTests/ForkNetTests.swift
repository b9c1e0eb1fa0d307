import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Slimming
import TestSupport
import Testing

/// Nets of forks of Caffe through the commands, as a user runs them.
@Suite struct ForkNetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Random weights for a net; layers of unknown types get one blob.
  private func write(_ net: String, phase: Phase = .test) throws {
    try folder.write(net, to: "net.prototxt")
    let parameter = try Prototxt.anyNet(folder("net.prototxt")).net
    let description = try NetDescription(
      parameter, state: .with { $0.phase = phase }, registry: .caffe.looking())
    let random = RandomSource(seed: 3)
    var blobs: [String: [WeightBlob]] = [:]
    for layer in description.layers where !layer.blobs.isEmpty {
      blobs[layer.name] = layer.blobs.map { spec in
        let least: Float = spec.defaultMultiplier == 0 ? 0.5 : -1
        return WeightBlob(
          shape: spec.shape, data: Floats((0..<spec.shape.count).map { _ in random.uniform(least, 1) }))
      }
    }
    for layer in description.passedThrough {
      blobs[layer.name] = [WeightBlob(shape: [2, 3], data: [1, 2, 3, 4, 5, 6])]
    }
    try CaffeModel.write(WeightSet(description, blobs: blobs), to: folder("w.caffemodel"))
  }

  private func run(_ line: String, fails: Bool = false) throws -> Invocation.Outcome {
    let outcome = try ProgramRun.run(line, in: folder)
    #expect((outcome.status != 0) == fails, "\(line): \(outcome.output)\(outcome.errors)")
    return outcome
  }

  /// Prunes, slims and compares; returns what slim printed.
  @discardableResult private func slim(_ flags: String = "") throws -> String {
    _ = try run(
      "prune --model net.prototxt --weights w.caffemodel --ratio 0.5 --round 1 --out-weights m.caffemodel \(flags)")
    let slim = try run(
      "slim --model net.prototxt --weights m.caffemodel --out-model s.prototxt --out-weights s.caffemodel "
        + "--out-deploy d.prototxt \(flags)")
    _ = try run(
      "compare --model net.prototxt --weights m.caffemodel --other-model s.prototxt --other-weights s.caffemodel \(flags)"
    )
    return slim.output
  }

  private static let input = """
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 8 dim: 8 } } }

    """

  private static func convolution(_ name: String, _ bottom: String, _ outputs: Int, _ more: String = "") -> String {
    """
    layer { name: "\(name)" type: "Convolution" bottom: "\(bottom)" top: "\(name)"
      convolution_param { num_output: \(outputs) kernel_size: 3 pad: 1 \(more) } }

    """
  }

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

  @Test func theirShapesCanBeDeclared() throws {
    let net =
      Self.input + Self.convolution("c", "data", 8)
      + "layer { name: 'u' type: 'Halving' bottom: 'c' top: 'u' }\n" + Self.convolution("d", "u", 6)
    try folder.write(net, to: "net.prototxt")
    #expect(try run("summary --model net.prototxt").output.contains("2 x 6 x 8 x 8"))
    let declared = try run("summary --model net.prototxt --layer-shape u=2x4x5x5")
    #expect(declared.output.contains("2 x 6 x 5 x 5"), "\(declared.output)")
    #expect(try run("summary --model net.prototxt --layer-shape v=1x1", fails: true).errors.contains("'v'"))
    #expect(try run("summary --model net.prototxt --layer-shape u=2x", fails: true).errors.contains("--layer-shape"))
    try folder.write(
      "layer { name: 'p' type: 'Python' top: 'p' }\n" + Self.convolution("c", "p", 2), to: "net.prototxt")
    #expect(try run("summary --model net.prototxt", fails: true).errors.contains("--layer-shape p="))
    #expect(try run("summary --model net.prototxt --layer-shape p=1x3x4x4").output.contains("1 x 2 x 4 x 4"))
  }

  /// The list of boxes that the proposals of a region net are has the shape that their reader needs.
  @Test func theirReadersMayDetermineShapes() throws {
    try write(
      Self.input + Self.convolution("c", "data", 8) + """
        layer { name: "rois" type: "Python" bottom: "c" top: "rois" python_param { module: "m" layer: "Proposal" } }
        layer { name: "p" type: "ROIPooling" bottom: "c" bottom: "rois" top: "p" roi_pooling_param { pooled_h: 2 pooled_w: 2 } }
        layer { name: "f" type: "InnerProduct" bottom: "p" top: "f" inner_product_param { num_output: 6 } }
        layer { name: "g" type: "InnerProduct" bottom: "f" top: "g" inner_product_param { num_output: 3 } }

        """)
    #expect(try run("summary --model net.prototxt").output.contains("1 x 8 x 2 x 2"))
    try slim()
    let net = try Prototxt.net(folder("s.prototxt")).net
    #expect(net.layer.first { $0.name == "f" }?.innerProductParam.numOutput == 3)
  }

  /// Labels of a data layer of a fork are as the loss reads them; what no reader determines has to be declared.
  @Test func labelsAreAsTheirReadersNeedThem() throws {
    let net = """
      layer { name: "in" type: "PairedData" top: "data" top: "label" }
      layer { name: "c" type: "Convolution" bottom: "data" top: "c" convolution_param { num_output: 4 kernel_size: 3 } }
      layer { name: "loss" type: "SoftmaxWithLoss" bottom: "c" bottom: "label" top: "loss" }

      """
    try folder.write(net, to: "net.prototxt")
    let unknown = try run("summary --model net.prototxt", fails: true)
    #expect(unknown.errors.contains("--layer-shape data="), "\(unknown.errors)")
    let summary = try run("summary --model net.prototxt --shape data=2x3x6x5")
    #expect(summary.errors.contains("label=2x1x4x3"), "\(summary.errors)")
    // A reader that wants another shape than the first one did is not satisfied with a guess.
    try folder.write(
      net + "layer { name: \"e\" type: \"EuclideanLoss\" bottom: \"data\" bottom: \"label\" top: \"e\" }",
      to: "net.prototxt")
    let torn = try run("summary --model net.prototxt --shape data=2x3x6x5", fails: true)
    #expect(torn.errors.contains("layer 'e' (EuclideanLoss)") || torn.errors.contains("layer 'loss'"), "\(torn.errors)")
  }

  /// A label that is cut before it is read has two parts of one, and the batch of the data.
  @Test func cutLabels() throws {
    try folder.write(
      """
      layer { name: "in" type: "PairedData" top: "data" top: "labels" }
      layer { name: "cut" type: "Slice" bottom: "labels" top: "a" top: "b" slice_param { slice_point: 1 } }
      layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip" inner_product_param { num_output: 4 } }
      layer { name: "la" type: "SoftmaxWithLoss" bottom: "ip" bottom: "a" top: "la" }
      layer { name: "lb" type: "SoftmaxWithLoss" bottom: "ip" bottom: "b" top: "lb" }
      """, to: "net.prototxt")
    let summary = try run("summary --model net.prototxt --shape data=3x2x4x4")
    #expect(summary.errors.contains("labels=3x2"), "\(summary.errors)")
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

  /// The weights say how many channels an absent database has, and where it is the only one, the size.
  @Test func shapesFromTheWeights() throws {
    func net(_ kernel: String) -> String {
      """
      layer { name: "data" type: "Data" top: "data" top: "label" data_param { source: "gone" batch_size: 2 } }
      layer { name: "c" type: "Convolution" bottom: "data" top: "c" convolution_param { num_output: 4 \(kernel) } }
      layer { name: "ip" type: "InnerProduct" bottom: "c" top: "ip" inner_product_param { num_output: 3 } }
      layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }

      """
    }
    func weights(_ kernel: String) throws {
      try write(
        "layer { name: \"data\" type: \"Input\" top: \"data\" input_param { shape { dim: [1, 5, 11, 11] } } }\n"
          + net(kernel).split(separator: "\n").dropFirst().dropLast().joined(separator: "\n"))
    }
    try weights("kernel_size: 3")
    try folder.write(net("kernel_size: 3"), to: "net.prototxt")
    let summary = try run("summary --model net.prototxt --weights w.caffemodel")
    #expect(summary.errors.contains("the weights fit data=1x5x11x11 only"), "\(summary.errors)")
    _ = try run("summary --model net.prototxt", fails: true)
    try slim()
    try weights("kernel_size: 3 stride: 2")
    try folder.write(net("kernel_size: 3 stride: 2"), to: "net.prototxt")
    let torn = try run(
      "prune --model net.prototxt --weights w.caffemodel --ratio 0.5 --out-weights m.caffemodel", fails: true)
    #expect(torn.errors.contains("5 channels with sides of 11 to 12: give it"), "\(torn.errors)")
    _ = try run("summary --model net.prototxt --weights w.caffemodel --shape data=1x5x12x11")
  }

  @Test func aGuessIsSaidToBeOne() throws {
    try folder.write(
      Self.input + """
        layer { name: "m" type: "Mystery" bottom: "data" top: "m" }
        layer { name: "r" type: "Reshape" bottom: "m" top: "r" reshape_param { shape { dim: [2, 7] } } }
        """, to: "net.prototxt")
    let summary = try run("summary --model net.prototxt", fails: true)
    #expect(summary.errors.contains("nothing says the shape of 'm': give it, as in --shape m="), "\(summary.errors)")
    _ = try run("summary --model net.prototxt --shape m=2x7x1x1")
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

  @Test func netsWithoutTheirData() throws {
    let data = """
      layer { name: "data" type: "Data" top: "data" top: "label" data_param { source: "none_lmdb" batch_size: 2 backend: LMDB }
        transform_param { crop_size: 8 mean_value: 1 mean_value: 2 mean_value: 3 } }

      """
    let rest =
      Self.convolution("c", "data", 8) + """
        layer { name: "fc" type: "InnerProduct" bottom: "c" top: "fc" inner_product_param { num_output: 3 } }
        layer { name: "loss" type: "SoftmaxWithLoss" bottom: "fc" bottom: "label" top: "loss" }

        """
    try write(data + rest)
    let summary = try run("summary --model net.prototxt")
    #expect(summary.output.contains("2 x 8 x 8 x 8"))
    #expect(
      summary.errors.contains("'none_lmdb' is not there") && summary.errors.contains("--shape"), "\(summary.errors)")
    #expect(try run("summary --model net.prototxt --shape data=4x1x6x6").output.contains("4 x 8 x 6 x 6"))
    try slim()
    #expect(try readText(folder("s.prototxt")).contains("source: \"none_lmdb\""))
    _ = try run("time --model net.prototxt --iterations 1")
    #expect(try run("test --model net.prototxt --weights w.caffemodel", fails: true).errors.contains("none_lmdb"))

    let h5 =
      "layer { name: 'data' type: 'HDF5Data' top: 'data' top: 'label' hdf5_data_param { source: 'none.txt' batch_size: 2 } }\n"
    try folder.write(h5 + rest, to: "net.prototxt")
    #expect(try run("summary --model net.prototxt", fails: true).errors.contains("--shape data=1x3x224x224"))
    #expect(
      try run("summary --model net.prototxt --shape data=2x3x8x8 --shape label=2").output.contains("2 x 8 x 8 x 8"))
    for source in [
      "type: 'ImageData' image_data_param { source: 'none.txt' batch_size: 2 new_height: 8 new_width: 8 is_color: false }",
      "type: 'WindowData' window_data_param { source: 'none.txt' batch_size: 2 } transform_param { crop_size: 8 }",
    ] {
      try folder.write("layer { name: 'data' top: 'data' top: 'label' \(source) }\n" + rest, to: "net.prototxt")
      #expect(try run("summary --model net.prototxt").output.contains("2 x 8 x 8 x 8"))
    }
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
