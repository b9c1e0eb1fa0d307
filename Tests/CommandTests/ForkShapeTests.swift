import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Slimming
import TestSupport
import Testing

/// Shapes that nets of forks do not say, or that only absent data would say.
@Suite struct ForkShapeTests: ForkSuite {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

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
    try folder.write("# what Halving makes\n\n u=2x4x5x5 # halved\n", to: "shapes.txt")
    #expect(try run("summary --model net.prototxt --layer-shape shapes.txt").output.contains("2 x 6 x 5 x 5"))
    try folder.write("u=2x4x5x5\nu 2 4\n", to: "wrong.txt")
    let wrong = try run("summary --model net.prototxt --layer-shape wrong.txt", fails: true)
    #expect(wrong.errors.contains("wrong.txt:2: 'u 2 4' is no name=dims"), "\(wrong.errors)")
    let gone = try run("summary --model net.prototxt --layer-shape gone.txt", fails: true)
    #expect(gone.errors.contains("'gone.txt'"), "\(gone.errors)")
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
}
