import ArgumentParser
import Base
import NetIO

/// Rewrites weights in the other of Caffe's two formats.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Converts weights between caffemodel and caffemodel.h5.",
    discussion: "The source's format is told from its content, the target's from its name: HDF5 if it ends in .h5.")

  @Argument(help: "The weights to read.")
  var source: String

  @Argument(help: "The file to write.")
  var target: String

  @Flag(help: "Write 16-bit floats, in the fields of NVIDIA's Caffe, which OpenCV reads too; not in HDF5.")
  var half = false

  func validate() throws {
    if half, case .hdf5 = ModelFormat(of: target) {
      throw ValidationError("--half: \(target) would be HDF5, which has no 16-bit floats in Caffe's layout")
    }
  }

  func run() throws {
    var weights = try CaffeModel.read(source, log: .standardError)
    if half { weights = try weights.halved(for: target) }
    let hasGradients = weights.layers.contains { $0.blobs.contains { !$0.diff.isEmpty } }
    try CaffeModel.write(
      weights, to: target, includingDiff: hasGradients, progress: ProgressLine.bytes("convert", of: weights.byteCount))
  }
}
