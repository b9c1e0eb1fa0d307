import Foundation
import TestSupport

/// A net that learns halves, in both phases, from LMDBs: convolutions of 3 x 3 named conv, conv2 and so on.
///
/// - Parameters:
///   - train: the database to train on
///   - test: the one to test on
///   - widths: the filters of every convolution
func halvesNet(train: String, test: String, widths: [Int]) -> String {
  var (text, bottom) = ("", "data")
  for (phase, source) in [("TRAIN", train), ("TEST", test)] {
    text += """
      layer { name: "data" type: "Data" top: "data" top: "label" include { phase: \(phase) } transform_param { scale: 0.01 }
        data_param { source: "\(source)" batch_size: 10 backend: LMDB } }

      """
  }
  for (index, width) in widths.enumerated() {
    let number = index == 0 ? "" : "\(index + 1)"
    text += """
      layer { name: "conv\(number)" type: "Convolution" bottom: "\(bottom)" top: "conv\(number)"
        convolution_param { num_output: \(width) kernel_size: 3 weight_filler { type: "msra" } } }
      layer { name: "relu\(number)" type: "ReLU" bottom: "conv\(number)" top: "conv\(number)" }

      """
    bottom = "conv\(number)"
  }
  return text + """
    layer { name: "ip" type: "InnerProduct" bottom: "\(bottom)" top: "ip"
      inner_product_param { num_output: 2 weight_filler { type: "xavier" } } }
    layer { name: "accuracy" type: "Accuracy" bottom: "ip" bottom: "label" top: "accuracy" include { phase: TEST } }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }

    """
}

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
