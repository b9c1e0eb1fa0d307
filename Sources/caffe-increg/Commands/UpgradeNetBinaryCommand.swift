import ArgumentParser
import Base
import NetIO
import Solver

/// Writes an older caffemodel in the current format (Caffe: `upgrade_net_proto_binary`).
struct UpgradeNetBinaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upgrade_net_proto_binary", abstract: "Writes a caffemodel in the current format.",
    discussion: "V0 and V1 layers, input fields, old data transforms and BatchNorm rates. Weights stay as they are.")

  @OptionGroup var files: UpgradeOptions

  func run() throws {
    try AtomicFile.probe(files.target)
    let (net, upgrades) = try CaffeModel.net(files.source)
    let weights = WeightSet(net)
    RunLog.standardError.report(weights.doubts(for: nil), of: files.source)
    let progress = ProgressLine.bytes("upgrade_net_proto_binary", of: weights.byteCount)
    try CaffeModel.write(net, to: files.target, progress: progress)
    try UpgradeReport(files, steps: upgrades)
      .finish("NetParameter binary proto", log: .standardError)
  }
}
