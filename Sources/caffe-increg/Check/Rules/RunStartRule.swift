import Base
import Engine
import IncRegSolver
import Layers
import Solver

/// What a training run refuses before its first iteration: fields, folders, nets, data and weights. It is set up and
/// then left.
enum RunStartRule: CheckRule {
  static let name = "run"

  static func findings(in subject: CheckSubject) -> [Finding] {
    // The run has both phases: it is set up once.
    guard let solver = subject.solver, subject.state.phase == .train else { return [] }
    var parameter = solver.parameter
    if !subject.weights.isEmpty { parameter.weights = subject.weights.map(\.path) }
    do {
      let hook = try PruningMethods.hook(for: parameter, output: PruneOutput(onlyApp: true, write: { _ in }))
      // The policy has a rule of its own.
      guard (try? LearningRatePolicy(parameter)) != nil else { return [] }
      _ = try Solver(
        parameter, registry: .caffe, backend: ReferenceBackend(), hook: hook, decayTypes: PruningMethods.decayTypes,
        log: RunLog { _ in })
      return []
    } catch {
      let finding = Finding(error, rule: name, file: solver.path)
      // Said already, with the file that it is in.
      return subject.faults.contains { "\($0)" == finding.message } ? [] : [finding]
    }
  }
}
