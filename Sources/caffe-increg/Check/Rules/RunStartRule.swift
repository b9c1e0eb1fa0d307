import Base
import Engine
import IncRegSolver
import Layers
import Solver

/// What a training run refuses before its first iteration: fields, folders, nets, data and weights. The run is set up,
/// but not started.
enum RunStartRule: CheckRule {
  static let name = "run"

  static func findings(in subject: CheckSubject) -> [Finding] {
    // The run has both phases: it is set up once.
    guard let solver = subject.solver, subject.state.phase == .train else { return [] }
    var parameter = solver.parameter
    if !subject.weights.isEmpty { parameter.weights = subject.weights.map(\.path) }
    do {
      let hook = try PruningMethods.hook(for: parameter, output: PruneOutput(onlyApp: true, write: { _ in }))
      // There is another rule for the policy.
      guard (try? LearningRatePolicy(parameter)) != nil else { return [] }
      _ = try Solver(
        parameter, registry: .caffe, backend: ReferenceBackend(), hook: hook, decayTypes: PruningMethods.decayTypes,
        log: RunLog { _ in })
      return []
    } catch {
      let finding = Finding(error, rule: name, file: solver.path)
      // This fault has been found already, with its file.
      return subject.faults.contains { "\($0)" == finding.message } ? [] : [finding]
    }
  }
}
