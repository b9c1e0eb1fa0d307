import ArgumentParser
import Base
import CaffeProto
import NetIO
import NetModel
import Solver

/// Looks for what is wrong with a net, its weights or its solver before anything runs.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says what is wrong with a net, its weights or its solver, before anything runs.",
    discussion: """
      Errors are what commands would refuse; warnings are what they take and what is probably not meant. Each finding is \
      a line with file, line, severity, the rule in brackets, and what helps. The exit code is 0 without errors, and 1 \
      with some (with --strict, with warnings too). Rules and fields of --json: docs/check.md.
      """)

  @Option(help: ArgumentHelp("The net; without it the solver's.", valueName: "prototxt"), completion: .file())
  var model: String?

  @Option(help: ArgumentHelp("Weights, separated by commas.", valueName: "caffemodels"), completion: .file())
  var weights: String?

  @Option(help: ArgumentHelp("The solver of a run that is to begin.", valueName: "prototxt"), completion: .file())
  var solver: String?

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  @Flag(help: "Take warnings for errors.")
  var strict = false

  @OptionGroup var part: StateOptions

  @OptionGroup var look: LookOptions

  func validate() throws {
    guard model != nil || weights != nil || solver != nil else {
      throw ValidationError("Give --model, --weights or --solver.")
    }
  }

  func run() throws {
    var unread: [Finding] = []
    /// Reads a file, or finds out why it cannot be read.
    func reading<Content>(_ path: String?, _ read: (String) throws -> Content) -> Content? {
      guard let path else { return nil }
      do { return try read(path) } catch {
        unread.append(Finding(error, rule: "read", file: path))
        return nil
      }
    }
    let log = RunLog { _ in }
    let solver = reading(solver) {
      CheckSubject.Solver(path: $0, parameter: try SolverParameter(readingFrom: $0, log: log))
    }
    let named = solver.flatMap { $0.parameter.hasNet ? $0.parameter.net : nil }
    let model = reading(model ?? named) { path in
      let text = try? MappedFile(path).withBytes { Array($0) }
      let (net, _, unknown) = try Prototxt.anyNet(path)
      return CheckSubject.Model(
        path: path, net: net, lines: text.flatMap { try? LayerLines(text: $0, file: path) }, unknown: unknown.refusals)
    }
    let weights = (weights ?? "").listedFiles.compactMap { path in
      reading(path) { CheckSubject.Weights(path: $0, set: try CaffeModel.read($0, log: log)) }
    }
    let registry = try look.registry()
    let phases: [Phase] = part.phase == nil || solver != nil ? [.train, .test] : [part.phase(or: .test)]
    let subjects = phases.map {
      CheckSubject(model: model, weights: weights, solver: solver, state: part.state($0), registry: registry)
    }
    try tell(unread + CheckRules.findings(in: subjects))
  }

  /// Prints what was found.
  ///
  /// - Throws: ``CheckFailure`` where that is to end the program with exit code 1
  private func tell(_ findings: [Finding]) throws {
    let errors = findings.count { $0.severity == .error }
    let report = Report(errors: errors, warnings: findings.count - errors, findings: findings)
    if json {
      say(String(decoding: try JSON.encode(report), as: UTF8.self))
    } else {
      for finding in findings { say(finding.text) }
      if findings.isEmpty { say("nothing found") }
    }
    guard errors == 0, !strict || findings.isEmpty else {
      throw CheckFailure(errors: errors, warnings: report.warnings)
    }
  }

  private struct Report: Encodable {
    let errors: Int
    let warnings: Int
    let findings: [Finding]
  }
}

/// Something is wrong with what was checked; standard output says what.
struct CheckFailure: Error, Equatable, CustomStringConvertible {
  let errors: Int
  let warnings: Int

  var description: String { "check: errors: \(errors), warnings: \(warnings)" }
}
