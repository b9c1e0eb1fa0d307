import ArgumentParser
import Base
import NetIO

/// Writes an older solver in the current format (Caffe: `upgrade_solver_proto_text`).
struct UpgradeSolverTextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upgrade_solver_proto_text", abstract: "Writes a solver's prototxt in the current format.",
    discussion: "The number solver_type becomes the name type. Comments are lost.")

  @Argument(help: "The prototxt to read.", completion: .file())
  var source: String

  @Argument(help: "The file to write; may be the same.", completion: .file())
  var target: String

  func run() throws {
    try AtomicFile.probe(target)
    let (solver, upgrades) = try Prototxt.solver(source)
    try Prototxt.write(solver, to: target)
    try UpgradeReport(source: source, target: target, steps: upgrades)
      .finish("SolverParameter text proto", log: .standardError)
  }
}
