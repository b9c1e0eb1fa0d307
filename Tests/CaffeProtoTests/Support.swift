import CaffeProto
import Foundation
import Testing

/// The package's folder.
let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

/// The prototxt files written for these tests.
let goldenNames = [
  "digits_train", "residual", "old_deploy", "strings", "incremental_solver", "inline_solver",
]

func golden(_ name: String) -> String { packageRoot.appending(path: "Tests/Golden/prototxt/\(name)").path }

/// Bytes given as hexadecimal digits and spaces.
func hex(_ digits: String) -> [UInt8] {
  let nibbles = digits.filter { $0 != " " }.compactMap(\.hexDigitValue)
  return stride(from: 0, to: nibbles.count, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
}

/// The error of the expected type that `body` throws.
func failure<E: Error>(_: E.Type = E.self, _ body: () throws -> Void) throws -> E {
  try #require(#expect(throws: E.self, performing: body))
}

/// protobuf's own tool, by which the reader and the printer are judged where it is installed.
enum Protoc {
  static let path = ["/usr/bin/protoc", "/usr/local/bin/protoc"].first(
    where: FileManager.default.isExecutableFile(atPath:))

  /// Runs protoc over `input`; nil when it refuses.
  static func run(_ mode: String, _ type: String, _ input: [UInt8]) throws -> [UInt8]? {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (from, to) = (folder.appending(path: "in"), folder.appending(path: "out"))
    try Data(input).write(to: from)
    try Data().write(to: to)
    let process = Process()
    process.executableURL = URL(filePath: try #require(path))
    process.arguments = ["-I\(packageRoot.path)/proto", "--\(mode)=caffe.\(type)", "caffe.proto"]
    process.standardInput = try FileHandle(forReadingFrom: from)
    process.standardOutput = try FileHandle(forWritingTo: to)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? Array(try Data(contentsOf: to)) : nil
  }
}
