import ArgumentParser
import Base
import NetIO

/// Writes an older caffemodel in the current format (Caffe: `upgrade_net_proto_binary`).
struct UpgradeNetBinaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upgrade_net_proto_binary", abstract: "Writes a caffemodel in the current format.",
    discussion: "V0 and V1 layers, input fields, old data transforms and BatchNorm rates. Weights stay as they are.")

  @Argument(help: "The caffemodel to read.", completion: .file())
  var source: String

  @Argument(help: "The file to write; may be the same.", completion: .file())
  var target: String

  func run() throws {
    try AtomicFile.probe(target)
    let (net, upgrades) = try CaffeModel.net(source)
    let progress = ProgressLine.bytes("upgrade_net_proto_binary", of: WeightSet(net).byteCount)
    try CaffeModel.write(net, to: target, progress: progress)
    try UpgradeReport(source: source, target: target, steps: upgrades)
      .finish("NetParameter binary proto", log: .standardError)
  }
}
