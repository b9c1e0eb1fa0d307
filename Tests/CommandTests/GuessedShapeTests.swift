import TestSupport
import Testing

/// Shapes of blobs in nets of forks and nets without their data, which `summary` finds or asks for.
@Suite struct GuessedShapeTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func summary(_ net: String, _ flags: String = "", fails: Bool = false) throws -> Invocation.Outcome {
    try folder.write(net, to: "net.prototxt")
    let outcome = try ProgramRun.run("summary --model net.prototxt \(flags)", in: folder)
    #expect((outcome.status != 0) == fails, "\(outcome.output)\(outcome.errors)")
    return outcome
  }

  private static let input =
    "layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: [2, 3, 8, 8] } } }\n"

  /// A pair of images is cut before layers read it that need more than channels: the cut says how many these are, and the
  /// user is asked for the rest.
  @Test(arguments: [(1, 2), (3, 6)]) func pairsOfImages(_ point: Int, _ channels: Int) throws {
    let net = """
      layer { name: "in" type: "Data" top: "pair" top: "label" data_param { source: "gone" batch_size: 4 } }
      layer { name: "cut" type: "Slice" bottom: "pair" top: "a" top: "b" slice_param { slice_point: \(point) } }
      layer { name: "quiet" type: "Silence" bottom: "b" }
      layer { name: "c" type: "Convolution" bottom: "a" top: "c" convolution_param { num_output: 5 kernel_size: 3 } }
      layer { name: "r" type: "ReLU" bottom: "c" top: "c" }
      layer { name: "p" type: "Pooling" bottom: "c" top: "p" pooling_param { kernel_size: 2 stride: 2 } }
      """
    let asked = try summary(net, fails: true)
    #expect(
      asked.errors.contains("nothing says the shape of 'pair': give it, as in --shape pair=1x\(channels)x224x224"),
      "\(asked.errors)")
    #expect(try summary(net, "--shape pair=4x\(channels)x8x6").output.contains("4 x 5 x 3 x 2"))
  }

  /// A loss behind a cut says what the uncut target is.
  @Test func targetsThatAreCut() throws {
    let found = try summary(
      Self.input + """
        layer { name: "targets" type: "PoseData" top: "t" }
        layer { name: "cut" type: "Slice" bottom: "t" top: "vectors" top: "maps" slice_param { slice_point: 3 } }
        layer { name: "c" type: "Convolution" bottom: "data" top: "c" convolution_param { num_output: 3 kernel_size: 3 } }
        layer { name: "l" type: "EuclideanLoss" bottom: "c" bottom: "vectors" top: "l" }
        """)
    #expect(found.errors.contains("t=2x6x6x6"), "\(found.errors)")
  }

  /// An error behind a guess names the blob of which nothing says the shape, not what was made of it.
  @Test func whatRestsOnAGuess() throws {
    let asked = try summary(
      Self.input + """
        layer { name: "m" type: "Mystery" bottom: "data" top: "m" }
        layer { name: "s" type: "Sigmoid" bottom: "m" top: "s" }
        layer { name: "r" type: "Reshape" bottom: "s" top: "r" reshape_param { shape { dim: [2, 7] } } }
        """, fails: true)
    #expect(asked.errors.contains("nothing says the shape of 'm': give it, as in --shape m="), "\(asked.errors)")
  }

  /// A database has one label for each image, but those of forks have more.
  @Test func severalLabelsForAnImage() throws {
    let found = try summary(
      """
      layer { name: "in" type: "ImageData" top: "data" top: "label"
        image_data_param { source: "gone" batch_size: 2 new_height: 4 new_width: 4 } }
      layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip" inner_product_param { num_output: 21 } }
      layer { name: "l" type: "SigmoidCrossEntropyLoss" bottom: "ip" bottom: "label" top: "l" }
      """)
    #expect(found.errors.contains("label=2x21"), "\(found.errors)")
  }

  /// Continuation markers are as the recurrent layer needs them, which has parameters.
  @Test func continuations() throws {
    let found = try summary(
      """
      layer { name: "in" type: "HDF5Data" top: "x" top: "cont" hdf5_data_param { source: "gone" batch_size: 5 } }
      layer { name: "lstm" type: "LSTM" bottom: "x" bottom: "cont" top: "y" recurrent_param { num_output: 4 } }
      """, "--shape x=5x2x3")
    #expect(found.errors.contains("cont=5x2"), "\(found.errors)")
  }

  /// What is as its reader needs it is not to blame.
  @Test func whatFitsIsNotDoubted() throws {
    let failed = try summary(
      """
      layer { name: "in" type: "HDF5Data" top: "cont" top: "x" hdf5_data_param { source: "gone" batch_size: 5 } }
      layer { name: "static" type: "Input" top: "s" input_param { shape { dim: [4, 3] } } }
      layer { name: "lstm" type: "LSTM" bottom: "x" bottom: "cont" bottom: "s" top: "y" recurrent_param { num_output: 4 } }
      """, "--shape x=5x2x3", fails: true)
    #expect(failed.errors.contains("with 2 streams") && !failed.errors.contains("nothing says"), "\(failed.errors)")
  }

  @Test func memoryWithoutItsMean() throws {
    let net = """
      layer { name: "in" type: "MemoryData" top: "data" top: "label"
        memory_data_param { batch_size: 2 channels: 1 height: 5 width: 6 } transform_param { mean_file: "gone" } }
      """
    #expect(try summary(net).errors.contains("'gone' is not there; taken without it"))
  }

  /// Layers of forks that have a built-in name, but more tops or bottoms, are other layers.
  @Test(arguments: [
    "type: 'BN' top: 'y' top: 'mean' top: 'variance'", "type: 'Normalize' top: 'y' top: 'norm'",
    "type: 'InnerProduct' bottom: 'data' top: 'y' inner_product_param { num_output: 2 }",
    "type: 'Convolution' bottom: 'data' top: 'y' convolution_param { num_output: 2 kernel_size: 1 }",
  ])
  func variants(_ layer: String) throws {
    let net = Self.input + "layer { name: 'v' bottom: 'data' \(layer) }"
    let found = try summary(net)
    #expect(found.errors.contains("bottoms and") && found.errors.contains("not built in"), "\(found.errors)")
    let time = try ProgramRun.run("time --model net.prototxt --iterations 1", in: folder)
    #expect(time.status != 0 && time.errors.contains("layer 'v'"), "\(time.errors)")
  }

  /// One fork's layer has as many filters as its bottom has channels, whatever is written; the other is a convolution with
  /// the groups that are given.
  @Test(arguments: [
    ("ConvolutionDepthwise", "num_output: 7", "2 x 3 x 8 x 8", 3),
    ("DepthwiseConvolution", "num_output: 6 group: 3", "2 x 6 x 8 x 8", 6),
    ("DepthwiseConvolution", "num_output: 6 group: 1", "2 x 6 x 8 x 8", 18),
  ])
  func depthwise(_ type: String, _ counts: String, _ top: String, _ weights: Int) throws {
    let found = try summary(
      Self.input + """
        layer { name: "d" type: "\(type)" bottom: "data" top: "d"
          convolution_param { \(counts) kernel_size: 1 bias_term: false } }
        """)
    let total = found.output.split(separator: "\n").first { $0.hasPrefix("total") }?.split(separator: " ")
    #expect(found.output.contains(top) && total?[1] == "\(weights)", "\(found.output)")
  }

  /// Layers that the current schema has, but the old format's does not.
  @Test func oldLayersWithTheirSettings() throws {
    let found = try summary(
      """
      input: "x" input_dim: 1 input_dim: 2 input_dim: 8 input_dim: 8
      input: "rois" input_dim: 3 input_dim: 5 input_dim: 1 input_dim: 1
      layers { name: "p" type: ROI_POOLING bottom: "x" bottom: "rois" top: "p" roi_pooling_param { pooled_h: 2 pooled_w: 4 } }
      """)
    #expect(found.output.contains("3 x 2 x 2 x 4"), "\(found.output)\(found.errors)")
    _ = try ProgramRun.run("upgrade_net_proto_text net.prototxt new.prototxt", in: folder)
    #expect(try readText(folder("new.prototxt")).contains("type: \"ROIPooling\""))
  }

  /// The oldest format's types of forks, too, get names of the current one.
  @Test func oldestTypesOfForks() throws {
    let found = try summary(
      """
      input: "x" input_dim: 1 input_dim: 2 input_dim: 4 input_dim: 4
      layers { layer { name: "l" type: "locally_connected" } bottom: "x" top: "y" }
      layers { layer { name: "r" type: "relu" } bottom: "y" top: "y" }
      """)
    #expect(found.errors.contains("type 'LocallyConnected' is not built in"), "\(found.errors)")
    let time = try ProgramRun.run("time --model net.prototxt --iterations 1", in: folder)
    #expect(time.status != 0 && time.errors.contains("LocallyConnected"), "\(time.errors)")
  }

  /// Parts of a guess that are added say how long its last part is, also through a Concat of copies of it.
  @Test(arguments: [
    ("b", "d", ""), ("c", "k", "layer { name: 'k' type: 'Concat' bottom: 'd' bottom: 'd' top: 'k' }"),
  ])
  func partsThatAreAdded(_ first: String, _ second: String, _ concat: String) throws {
    let asked = try summary(
      """
      layer { name: "targets" type: "PoseData" top: "t" }
      layer { name: "cut" type: "Slice" bottom: "t" top: "a" top: "b" top: "c" top: "d"
        slice_param { slice_point: 2 slice_point: 3 slice_point: 5 } }
      \(concat)
      layer { name: "sum" type: "Eltwise" bottom: "\(first)" bottom: "\(second)" top: "sum" }
      layer { name: "p" type: "Pooling" bottom: "sum" top: "p" pooling_param { kernel_size: 2 } }
      """, fails: true)
    #expect(asked.errors.contains("--shape t=1x6x224x224"), "\(asked.errors)")
  }

  /// A Reshape that infers the batch says what is reshaped, any other one does not.
  @Test func whatIsReshaped() throws {
    func net(_ dims: String) -> String {
      """
      layer { name: "in" type: "VideoData" top: "x" }
      layer { name: "r" type: "Reshape" bottom: "x" top: "r" reshape_param { shape { dim: \(dims) } } }
      """
    }
    #expect(try summary(net("[-1, 6, 4, 5]")).errors.contains("x=1x6x4x5"))
    #expect(try summary(net("[0, -1]"), fails: true).errors.contains("nothing says the shape of top 'x'"))
  }

  /// The size of its images may be in a fork's field.
  @Test func memoryWithoutASize() throws {
    let net = """
      layers { layer { name: "in" type: "memory_data" datum_dims { channels: 1 height: 28 width: 28 } } top: "data" }
      layers { layer { name: "c" type: "conv" num_output: 5 kernelsize: 5 } bottom: "data" top: "c" }
      """
    #expect(try summary(net, fails: true).errors.contains("--shape data=1x3x224x224"))
    #expect(try summary(net, "--shape data=1x1x28x28").output.contains("1 x 5 x 24 x 24"))
  }

  /// NVIDIA's BatchNorm has scale and shift behind the statistics where a filler for them is given, too.
  @Test(arguments: [
    ("scale_filler { value: 2 }", 13), ("bias_filler { value: 2 }", 13), ("scale_bias: true", 13), ("", 7),
  ])
  func scaleOfABatchNorm(_ fields: String, _ weights: Int) throws {
    let found = try summary(
      Self.input + "layer { name: 'b' type: 'BatchNorm' bottom: 'data' top: 'b' batch_norm_param { \(fields) } }")
    let total = found.output.split(separator: "\n").first { $0.hasPrefix("total") }?.split(separator: " ")
    #expect(total?[1] == "\(weights)", "\(found.output)")
  }
}
