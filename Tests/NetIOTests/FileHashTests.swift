import NetIO
import Testing
import TestSupport

@Suite struct FileHashTests {
  /// The first digest is the example of FIPS 180-2, B.1; the second is coreutils' sha256sum of the same million bytes.
  @Test func sha256() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("file")
    try writeText("abc", to: path)
    #expect(try FileHash.sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    try writeBytes([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000), to: path)
    #expect(try FileHash.sha256(path) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    #expect(throws: FileSystemError.self) { _ = try FileHash.sha256(scratch("none")) }
  }
}
