import CaffeProto
import Glibc
import NetIO
import Testing

@Suite struct SmallFileTests {
  @Test func meanFileRoundTrip() throws {
    let scratch = try Scratch()
    var mean = BlobProto()
    (mean.num, mean.channels, mean.height, mean.width) = (1, 3, 1, 2)
    mean.data = [1, 2, 3, 4, 5, 6]
    try MeanFile.write(mean, to: scratch.file("mean.binaryproto"))
    #expect(try MeanFile.read(scratch.file("mean.binaryproto")) == mean)
    // The bytes that Caffe writes for this blob (fields 1 to 4 varints, 5 packed floats).
    let floats: [UInt8] = [1, 2, 3, 4, 5, 6].flatMap { (value: Float) in
      withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
    }
    #expect(contents(scratch.file("mean.binaryproto")) == [8, 1, 16, 3, 24, 1, 32, 2, 42, 24] + floats)
    mean.width = 3
    try MeanFile.write(mean, to: scratch.file("mean.binaryproto"))
    #expect(throws: FormatError.self) { try MeanFile.read(scratch.file("mean.binaryproto")) }
  }

  @Test func prototxtWithByteOrderMark() throws {
    let scratch = try Scratch()
    let path = scratch.file("net.prototxt")
    try put([0xef, 0xbb, 0xbf] + Array("name: \"n\u{e4}me\"\nlayer { name: \"a\" }\n".utf8), path)
    #expect(try Prototxt.net(path).net.name == "n\u{e4}me")
    try put(Array("name: 'n'\nlayer { nam: \"a\" }\n".utf8), path)
    let error = #expect(throws: TextFormatError.self) { try Prototxt.net(path) }
    #expect(error?.description.hasPrefix("\(path):2:9") == true, "\(String(describing: error))")
    #expect(throws: FileSystemError(path: scratch.file("none"), operation: .open, code: ENOENT)) {
      try Prototxt.solver(scratch.file("none"))
    }
  }

  @Test func prototxtIsUpgradedAndWritten() throws {
    let scratch = try Scratch()
    let path = scratch.file("solver.prototxt")
    try put(Array("net: \"x\"\nsolver_type: ADAM\n".utf8), path)
    let (solver, upgrades) = try Prototxt.solver(path)
    #expect(solver.type == "Adam" && upgrades == [.solverType])
    try Prototxt.write(solver, to: path)
    #expect(contents(path) == Array("net: \"x\"\ntype: \"Adam\"\n".utf8))
    #expect(try Prototxt.solver(path).upgrades == [])
  }
}
