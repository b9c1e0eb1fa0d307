import Base
import CaffeProto
import Layers
import NetIO
import NetModel
import Slimming
import TestSupport
import Testing

/// Compact weights through the commands, and in OpenCV's hands.
@Suite struct CompactCommandTests {
  private let folder: TemporaryFolder
  private static let net = """
    name: "small"
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 4 dim: 9 dim: 9 } } }
    layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
      convolution_param { num_output: 40 kernel_size: 3 } }
    layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
    layer { name: "conv2" type: "Convolution" bottom: "conv1" top: "conv2"
      convolution_param { num_output: 32 kernel_size: 3 group: 2 } }
    layer { name: "ip" type: "InnerProduct" bottom: "conv2" top: "ip" inner_product_param { num_output: 6 } }
    """

  /// Nine of ten columns of the convolutions are zero, in every group others; some of the zeros are -0, as masks leave them.
  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Self.net, to: "net.prototxt")
    let description = try NetDescription(
      NetParameter(text: Self.net), state: .with { $0.phase = .test }, registry: .caffe)
    let random = RandomSource(seed: 5)
    var blobs: [String: [WeightBlob]] = [:]
    for layer in description.layers where !layer.blobs.isEmpty {
      blobs[layer.name] = layer.blobs.enumerated().map { position, spec in
        let columns = spec.shape.count / spec.shape[0]
        let values = (0..<spec.shape.count).map { index -> Float in
          let (row, column, value) = (index / columns, index % columns, random.uniform(-1, 1))
          let live = layer.name == "conv2" && 2 * row >= spec.shape[0] ? 7 : 3
          let lives = layer.name == "ip" || position > 0 || column % 10 == live
          return lives ? value : value * 0
        }
        return WeightBlob(shape: spec.shape, data: Floats(values))
      }
    }
    try CaffeModel.write(WeightSet(description, blobs: blobs), to: folder("masked.caffemodel"))
  }

  @discardableResult private func run(_ line: String, fails: Bool = false) throws -> Invocation.Outcome {
    let outcome = try ProgramRun.run(line, in: folder)
    #expect((outcome.status != 0) == fails, "\(line): \(outcome.output)\(outcome.errors)")
    return outcome
  }

  private func slim(_ name: String, _ flags: String = "") throws {
    try run(
      "slim --model net.prototxt --weights masked.caffemodel --out-model \(name).prototxt "
        + "--out-weights \(name).caffemodel \(flags)")
  }

  @Test func slimWritesAFileThatConvertTakesBack() throws {
    try slim("dense")
    try slim("compact", "--compact")
    try run("convert compact.caffemodel back.caffemodel")
    #expect(try readBytes(folder("back.caffemodel")) == readBytes(folder("dense.caffemodel")))
    try run("convert --compact dense.caffemodel again.caffemodel")
    #expect(try readBytes(folder("again.caffemodel")) == readBytes(folder("compact.caffemodel")))
    // With 8 % to 11 % of the columns left, lists and all.
    let layers = ["conv1", "conv2"]
    func bytes(_ name: String) throws -> Int {
      let net = try NetParameter(serialized: readBytes(folder(name)))
      return try net.layer.filter { layers.contains($0.name) }.reduce(0) { try $0 + $1.serialized().count }
    }
    #expect(try 4 * bytes("compact.caffemodel") < bytes("dense.caffemodel"))
    try run("convert --compact --half dense.caffemodel half.caffemodel")
    #expect(try readBytes(folder("half.caffemodel")).count < readBytes(folder("compact.caffemodel")).count)
    try run("convert half.caffemodel rounded.caffemodel")
    try run("convert compact.caffemodel dense.h5")
    try run("convert dense.h5 third.caffemodel")
    #expect(
      try CaffeModel.read(folder("third.caffemodel")).layers.flatMap(\.blobs)
        == CaffeModel.read(folder("dense.caffemodel")).layers.flatMap(\.blobs))
  }

  /// Where zeros are left out, `time` says so, and what comes out is the same but for rounding.
  @Test func zerosAreLeftOutOfThePasses() throws {
    try HDF5Writer.write(to: folder("in.h5")) { file in
      try file.write(Floats((0..<648).map { Float($0 % 7) }), shape: [2, 4, 9, 9], to: "/data")
    }
    let given = "--model net.prototxt --weights masked.caffemodel --conv-algorithm direct"
    var results: [[Float]] = []
    for use in ["off", "auto", "on"] {
      try run("forward \(given) --compact \(use) --inputs in.h5 --outputs \(use).h5")
      results.append(try Array(HDF5File(reading: folder("\(use).h5")).dataset("/data/ip").1))
      let lines = try run("time \(given) --compact \(use) --phase TEST --forward-only --iterations 1").errors.split(
        separator: "\n")
      let plans = lines.filter { $0.contains("compact, ") }
      #expect(plans.count { $0.contains("conv1") } == (use == "off" ? 0 : 1), "\(use): \(lines)")
      #expect(plans.count { $0.contains("conv2") } == (use == "off" ? 0 : 1), "\(use): \(lines)")
    }
    for other in results.dropFirst() {
      let difference = mismatch(other, results[0], within: 1e-5)
      #expect(difference == nil, "\(String(describing: difference))")
    }
    #expect(try run("time \(given) --compact sometimes", fails: true).errors.contains("--compact"))
  }

  @Test func everyCommandReadsIt() throws {
    try run("convert --compact masked.caffemodel c.caffemodel")
    let given = "--model net.prototxt --weights c.caffemodel"
    let summary = try run("summary \(given)").output
    #expect(summary == (try run("summary --model net.prototxt --weights masked.caffemodel").output))
    try run("time \(given) --phase TEST --iterations 1")
    try run("compare \(given) --other-model net.prototxt --other-weights masked.caffemodel")
    try run("prune \(given) --ratio 0.5 --round 1 --out-weights p.caffemodel")
    try run("slim \(given) --out-model s.prototxt --out-weights s.caffemodel")
    try run("convert c.caffemodel --model net.prototxt n.onnx")
    try HDF5Writer.write(to: folder("in.h5")) { file in
      try file.write(Floats((0..<648).map { Float($0 % 7) }), shape: [2, 4, 9, 9], to: "/data")
    }
    for name in ["c", "masked"] {
      try run("forward --model net.prototxt --weights \(name).caffemodel --inputs in.h5 --outputs \(name).h5")
    }
    let results = try ["c", "masked"].map { try Array(HDF5File(reading: folder("\($0).h5")).dataset("/data/ip").1) }
    #expect(results[0] == results[1])
    let training =
      Self.net + """

        layer { name: "label" type: "DummyData" top: "label" dummy_data_param { shape { dim: 2 } } }
        layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }
        """
    try folder.write(training, to: "train.prototxt")
    try folder.write(
      "net: 'train.prototxt' base_lr: 0 lr_policy: 'fixed' max_iter: 1 snapshot_prefix: 't'", to: "solver.prototxt")
    try run("train --solver solver.prototxt --weights c.caffemodel")
    #expect(
      try CaffeModel.read(folder("t_iter_1.caffemodel"))["conv2"]?.blobs
        == CaffeModel.read(folder("c.caffemodel"))["conv2"]?.blobs)
    try run("test --model train.prototxt --weights c.caffemodel --iterations 1")
  }

  @Test func whatCannotBeIsNamed() throws {
    for line in [
      "convert --compact masked.caffemodel c.h5", "convert --compact masked.caffemodel c.onnx --model net.prototxt",
      "slim --compact --model net.prototxt --weights masked.caffemodel --out-model s.prototxt --out-weights s.h5",
    ] {
      #expect(try run(line, fails: true).errors.contains("--compact"))
    }
    try run("convert --compact masked.caffemodel c.caffemodel")
    try folder.write(Self.net.replacing("num_output: 40", with: "num_output: 48"), to: "other.prototxt")
    let errors = try run("summary --model other.prototxt --weights c.caffemodel", fails: true).errors
    #expect(errors.contains("'conv1'") && errors.contains("[1440, 40]") && errors.contains("[1728, 48]"), "\(errors)")
    let whole = try readBytes(folder("c.caffemodel"))
    try writeBytes(Array(whole.prefix(whole.count / 2)), to: folder("cut.caffemodel"))
    #expect(
      try run("summary --model net.prototxt --weights cut.caffemodel", fails: true).errors.contains("cut.caffemodel"))
  }

  @Test func thatNothingIsLeftOutIsSaid() throws {
    var weights = try CaffeModel.read(folder("masked.caffemodel"))
    weights.layers = weights.layers.map { layer in
      var layer = layer
      layer.blobs = layer.blobs.map { BlobProto(shape: $0.extents, data: Floats($0.data.map { $0 + 2 })) }
      return layer
    }
    try CaffeModel.write(weights, to: folder("full.caffemodel"))
    #expect(try run("convert --compact full.caffemodel c.caffemodel").errors.contains("no layer has enough columns"))
    #expect(try readBytes(folder("c.caffemodel")) == readBytes(folder("full.caffemodel")))
  }

  /// OpenCV reads the whole file, and refuses the compact ones instead of computing with zeros.
  @Test func openCVRefusesIt() throws {
    try run("convert --compact masked.caffemodel compact.caffemodel")
    try run("convert --compact --half masked.caffemodel half.caffemodel")
    let output = try python(
      """
      import cv2, numpy
      for name in ['masked', 'compact', 'half']:
        try:
          net = cv2.dnn.readNetFromCaffe('\(folder.path)/net.prototxt', '\(folder.path)/' + name + '.caffemodel')
          net.setInput(numpy.ones((2, 4, 9, 9), 'f4'))
          net.forward()
          print(name, 'computes')
        except cv2.error as error:
          print(name, 'refused', str(error).replace(chr(10), ' '))
      """, needs: "cv2, numpy")
    guard let lines = output?.split(separator: "\n").map(String.init) else { return }
    #expect(lines.count == 3 && lines[0] == "masked computes", "\(lines)")
    #expect(lines.dropFirst().allSatisfy { $0.contains("refused") }, "\(lines)")
  }
}
