import ArgumentParser
import Base
import NetIO

/// Writes an older solver in the current format (Caffe: `upgrade_solver_proto_text`).
struct UpgradeSolverTextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upgrade_solver_proto_text", abstract: "Writes a solver's prototxt in the current format.",
    discussion: "The number solver_type becomes the name type. Comments are lost.")

  @OptionGroup var files: UpgradeOptions

  func run() throws {
    try AtomicFile.probe(files.target)
    let (solver, upgrades) = try Prototxt.solver(files.source)
    try Prototxt.write(solver, to: files.target)
    try UpgradeReport(files, steps: upgrades)
      .finish("SolverParameter text proto", log: .standardError)
  }
}
