import CaffeProto
import NetIO
import Testing
import TestSupport

@testable import caffe_increg

/// `forward` on a net that is computed by hand: y = W x + b.
@Suite struct ForwardTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try writeText(
      """
      layer { name: "x" type: "Input" top: "x" input_param { shape { dim: 7 dim: 2 } } }
      layer { name: "ip" type: "InnerProduct" bottom: "x" top: "y" inner_product_param { num_output: 2 } }
      layer { name: "part/a" type: "ReLU" bottom: "y" top: "part/a" }
      layer { name: "y/b" type: "Power" bottom: "y" top: "y/b" power_param { scale: 2 } }
      """, to: folder("net.prototxt"))
    let blobs = [BlobProto(shape: [2, 2], data: [1, 2, 3, 4]), BlobProto(shape: [2], data: [0.5, -20])]
    try CaffeModel.write(
      WeightSet(layers: [WeightSet.Layer(name: "ip", blobs: blobs)]), to: folder("net.caffemodel"))
  }

  private func writeInputs(_ body: (HDF5Writer) throws -> Void) throws {
    try HDF5Writer.write(to: folder("in.h5")) { try body($0) }
  }

  private func run(_ flags: String...) throws {
    let command = try ForwardCommand.parse(
      [
        "--model", folder("net.prototxt"), "--weights", folder("net.caffemodel"), "--inputs", folder("in.h5"),
        "--outputs", folder("out.h5"),
      ] + flags)
    try command.run()
  }

  private func output(_ name: String) throws -> [Float] {
    Array(try HDF5File(reading: folder("out.h5")).dataset(name).values)
  }

  /// The batch of one is the file's, not the prototxt's seven.
  @Test func data() throws {
    try writeInputs { try $0.write([10, 1], shape: [1, 2], to: "/x") }
    try run()
    let file = try HDF5File(reading: folder("out.h5"))
    #expect(try file.dataset("/data/y").shape == [1, 2])
    #expect(try file.dataset("/data/y").values == [12.5, 14])
    #expect(try file.dataset("/data/x").values == [10, 1])
    #expect(try file.dataset("/data/part/a").values == [12.5, 14])
    #expect(try file.dataset("/data/y:b").values == [25, 28])
    #expect(try file.object(at: "/diff") == nil)
  }

  /// The second unit is off, so that only the first row passes its gradient on.
  @Test func gradients() throws {
    try writeInputs { file in
      try file.write([1, 1], shape: [1, 2], to: "/x")
      try file.makeGroup("/diff/part")
      try file.write([2, 3], shape: [1, 2], to: "/diff/part/a")
    }
    try run("--backward")
    #expect(try output("/data/y") == [3.5, -13])
    #expect(try output("/diff/y") == [2, 0])
    #expect(try output("/diff/x") == [2, 4])
    #expect(try output("/param/ip/0") == [1, 2, 3, 4])
    #expect(try output("/param_diff/ip/0") == [2, 2, 0, 0])
    #expect(try output("/param_diff/ip/1") == [2, 0])
  }

  @Test func missingInput() throws {
    try writeInputs { try $0.write([10, 1], shape: [1, 2], to: "/z") }
    let error = #expect(throws: FormatError.self) { try run() }
    #expect(error?.place == "/x")
  }

  @Test(arguments: [("y", [1, 2]), ("part/a", [2, 1])]) func wrongGradient(name: String, shape: [Int]) throws {
    try writeInputs { file in
      try file.write([1, 1], shape: [1, 2], to: "/x")
      try file.makeGroup("/diff/part")
      try file.write([2, 3], shape: shape, to: "/diff/\(name)")
    }
    let error = #expect(throws: FormatError.self) { try run("--backward") }
    #expect(error?.place == "/diff/\(name)")
  }
}
