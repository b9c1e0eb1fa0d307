import Foundation
import TestSupport

extension TemporaryFolder {
  /// Writes images of 8 x 8 whose brighter half says their class, as MNIST's four files.
  func writeHalves(to name: String, train: Int, test: Int) throws {
    try FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
    var number: UInt32 = 1
    func random(_ bound: UInt32) -> UInt8 {
      number = number &* 1_664_525 &+ 1_013_904_223
      return UInt8((number >> 16) % bound)
    }
    for (part, count) in [("train", train), ("t10k", test)] {
      func header(_ magic: UInt8, _ axes: [Int]) -> [UInt8] {
        [0, 0, 8, magic] + axes.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] }
      }
      let labels = (0..<count).map { _ in random(2) }
      let pixels = labels.flatMap { label in (0..<64).map { random(100) + (($0 < 32) == (label == 0) ? 120 : 0) } }
      try writeBytes(header(3, [count, 8, 8]) + pixels, to: self("\(name)/\(part)-images-idx3-ubyte"))
      try writeBytes(header(1, [count]) + labels, to: self("\(name)/\(part)-labels-idx1-ubyte"))
    }
  }
}
