import ArgumentParser
import Base
import NetIO
import Solver

/// Writes an older net in the current format (Caffe: `upgrade_net_proto_text`).
struct UpgradeNetTextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upgrade_net_proto_text", abstract: "Writes a net's prototxt in the current format.",
    discussion: "V0 and V1 layers, input fields, old data transforms and BatchNorm rates. Comments are lost.")

  @OptionGroup var files: UpgradeOptions

  func run() throws {
    try AtomicFile.probe(files.target)
    let (net, upgrades, unknown) = try Prototxt.anyNet(files.source)
    if let notice = unknown.notice { RunLog.standardError.warning(notice) }
    RunLog.standardError.warn(ifEmpty: net.layer, of: files.source)
    try Prototxt.write(net, to: files.target)
    try UpgradeReport(files, steps: upgrades)
      .finish("NetParameter text proto", log: .standardError)
  }
}
