import ArgumentParser
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

  func run() throws { try CaffeModel.write(CaffeModel.read(source), to: target, includingDiff: true) }
}
