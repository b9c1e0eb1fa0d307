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

  func run() throws {
    let weights = try CaffeModel.read(source, log: .standardError)
    let hasGradients = weights.layers.contains { $0.blobs.contains { !$0.diff.isEmpty } }
    try CaffeModel.write(
      weights, to: target, includingDiff: hasGradients, progress: ProgressLine.bytes("convert", of: weights.byteCount))
  }
}
