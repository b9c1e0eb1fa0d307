import Foundation
import NetIO
import Testing

@Suite struct FileHashTests {
  /// The first digest is the example of FIPS 180-2, B.1; the second is coreutils' sha256sum of the same million bytes.
  @Test func sha256() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/file"
    try Data("abc".utf8).write(to: URL(filePath: path))
    #expect(try FileHash.sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    try Data(repeating: UInt8(ascii: "a"), count: 1_000_000).write(to: URL(filePath: path))
    #expect(try FileHash.sha256(path) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    #expect(throws: FileSystemError.self) { _ = try FileHash.sha256(scratch.path + "/none") }
  }
}
