import CaffeProto
import NetIO
import TestSupport
import Testing

/// Arrays that nets do not take are blamed on their file, not on the net or its weights.
@Suite struct GivenArrayTests {
  private static let net = """
    layer { name: "x" type: "Input" top: "x" input_param { shape { dim: 2 dim: 1 dim: 4 dim: 4 } } }
    layer { name: "conv" type: "Convolution" bottom: "x" top: "conv"
      convolution_param { num_output: 2 kernel_size: 3 } }
    layer { name: "ip" type: "InnerProduct" bottom: "conv" top: "ip" inner_product_param { num_output: 2 } }
    """

  private static let lines = [
    "slim --model n.prototxt --weights w.caffemodel --out-model o.prototxt --out-weights o.caffemodel",
    "compare --model n.prototxt --weights w.caffemodel --other-model n.prototxt --other-weights w.caffemodel",
    "forward --model n.prototxt --weights w.caffemodel --outputs o.h5",
  ]

  private func folder(_ name: String, _ shape: [Int], value: Float = 1) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.net, to: "n.prototxt")
    func blob(_ shape: [Int]) -> BlobProto {
      let count = shape.reduce(1, *)
      return BlobProto(shape: shape, data: Floats((0..<count).map { Float($0 + 1) }))
    }
    let layers = [
      WeightSet.Layer(name: "conv", blobs: [blob([2, 1, 3, 3]), blob([2])]),
      WeightSet.Layer(name: "ip", blobs: [blob([2, 8]), blob([2])]),
    ]
    try CaffeModel.write(WeightSet(layers: layers), to: folder("w.caffemodel"))
    let values = [Float](repeating: value, count: shape.reduce(1, *))
    try HDF5Writer.write(to: folder("in.h5")) { try $0.write(Floats(values), shape: shape, to: "/" + name) }
    return folder
  }

  @Test(
    arguments: lines,
    [
      ([2, 1, 5, 5], "2 1 5 5 (50)", "'ip'"), ([2, 3, 4, 4], "2 3 4 4 (96)", "'conv'"),
      ([2, 16], "2 16 (32)", "'conv'"),
      ([2, 1, 2, 2], "2 1 2 2 (8)", "'conv'"), ([0, 1, 4, 4], "0 1 4 4 (0)", "convolution"), ([3], "3 (3)", "'conv'"),
    ])
  func shapesThatDoNotFitAreNamed(_ line: String, _ array: (shape: [Int], text: String, layer: String)) throws {
    let folder = try folder("x", array.shape)
    let run = try ProgramRun.run(line + " --inputs in.h5", in: folder)
    let start = "caffe-increg: in.h5: array 'x' has the shape \(array.text), the net's input 2 1 4 4 (32): "
    #expect(run.status == 1 && run.errors.contains(start) && run.errors.contains(array.layer), "\(run)")
    #expect(!folder.entries().contains { $0.hasPrefix("o.") })
  }

  /// Another batch is no fault.
  @Test(arguments: lines) func anotherBatchIsTaken(_ line: String) throws {
    let run = try ProgramRun.run(line + " --inputs in.h5", in: folder("x", [3, 1, 4, 4]))
    #expect(run.status == 0, "\(run)")
  }

  @Test(arguments: lines[..<2]) func otherNamesAndNumbersAreBlamedOnTheFile(_ line: String) throws {
    let other = try ProgramRun.run(line + " --inputs in.h5", in: folder("y", [2, 1, 4, 4]))
    let words = "caffe-increg: in.h5: there are values for 'y', but the inputs of the net are 'x'\n"
    #expect(other.status == 1 && other.errors.contains(words), "\(other)")
    let none = try ProgramRun.run(line + " --inputs in.h5", in: folder("x", [2, 1, 4, 4], value: .nan))
    #expect(
      none.status == 1 && none.errors.contains("caffe-increg: in.h5: blob 'conv': the net computes NaN"), "\(none)")
  }
}
