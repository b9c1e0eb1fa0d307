import CaffeProto
import Glibc
import NetIO
import Testing
import TestSupport

@Suite struct SmallFileTests {
  @Test func meanFileRoundTrip() throws {
    let scratch = try TemporaryFolder()
    var mean = BlobProto()
    (mean.num, mean.channels, mean.height, mean.width) = (1, 3, 1, 2)
    mean.data = [1, 2, 3, 4, 5, 6]
    try MeanFile.write(mean, to: scratch("mean.binaryproto"))
    #expect(try MeanFile.read(scratch("mean.binaryproto")) == mean)
    // The bytes that Caffe writes for this blob (fields 1 to 4 varints, 5 packed floats).
    let floats: [UInt8] = [1, 2, 3, 4, 5, 6].flatMap { (value: Float) in
      withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
    }
    #expect(try readBytes(scratch("mean.binaryproto")) == [8, 1, 16, 3, 24, 1, 32, 2, 42, 24] + floats)
    mean.width = 3
    try MeanFile.write(mean, to: scratch("mean.binaryproto"))
    #expect(throws: FormatError.self) { try MeanFile.read(scratch("mean.binaryproto")) }
  }

  @Test func prototxtWithByteOrderMark() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("net.prototxt")
    try writeBytes([0xef, 0xbb, 0xbf] + Array("name: \"n\u{e4}me\"\nlayer { name: \"a\" }\n".utf8), to: path)
    #expect(try Prototxt.net(path).net.name == "n\u{e4}me")
    try writeText("name: 'n'\nlayer { nam: \"a\" }\n", to: path)
    let error = #expect(throws: UnknownNetFields.Refusal.self) { try Prototxt.net(path) }
    #expect(error?.description.hasPrefix("\(path):2:9") == true, "\(String(describing: error))")
    #expect(throws: FileSystemError(path: scratch("none"), operation: .open, code: ENOENT)) {
      try Prototxt.solver(scratch("none"))
    }
  }

  @Test func prototxtIsUpgradedAndWritten() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("solver.prototxt")
    try writeText("net: \"x\"\nsolver_type: ADAM\n", to: path)
    let (solver, upgrades) = try Prototxt.solver(path)
    #expect(solver.type == "Adam" && upgrades == [.solverType])
    try Prototxt.write(solver, to: path)
    #expect(try readBytes(path) == Array("net: \"x\"\ntype: \"Adam\"\n".utf8))
    #expect(try Prototxt.solver(path).upgrades == [])
  }
}
