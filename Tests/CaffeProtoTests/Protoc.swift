import Foundation
import TestSupport
import Testing

/// protobuf's own tool, by which the reader and the printer are judged where it is installed.
enum Protoc {
  static let path = ["/usr/bin/protoc", "/usr/local/bin/protoc"].first(
    where: FileManager.default.isExecutableFile(atPath:))

  /// Runs protoc over `input`; nil when it refuses.
  static func run(_ mode: String, _ type: String, _ input: [UInt8]) throws -> [UInt8]? {
    let outcome = try Invocation(
      try #require(path), ["-I\(TestFiles.package)/proto", "--\(mode)=caffe.\(type)", "caffe.proto"]
    ).run(input: input)
    return outcome.status == 0 ? outcome.bytes : nil
  }
}
