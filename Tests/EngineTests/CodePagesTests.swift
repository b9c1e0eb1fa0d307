import Engine
import Glibc
import Testing

struct CodePagesTests {
  /// Resident pages of files, in KiB.
  private func filePages() throws -> Int {
    let file = try #require(fopen("/proc/self/status", "r"))
    defer { fclose(file) }
    var piece = [CChar](repeating: 0, count: 8192)
    let count = fread(&piece, 1, piece.count, file)
    let text = String(decoding: piece[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
    return try #require(line.split(separator: " ").compactMap { Int($0) }.first)
  }

  /// Most of it goes, and what runs on finds everything again.
  @Test func pagesGoAndComeBack() throws {
    let numbers = (0..<1000).map { "\($0)" }
    let before = try filePages()
    releaseCodePages()
    #expect(try filePages() < before)
    #expect((0..<1000).map { "\($0)" } == numbers)
  }
}
