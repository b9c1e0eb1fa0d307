/// Settings of a solver that do nothing.
enum IdleSettingRule: CheckRule {
  static let name = "idle"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let solver = subject.solver else { return [] }
    let run = solver.parameter
    let tests = !run.testIter.isEmpty
    let settings: [(field: String, isIdle: Bool, cause: String)] = [
      (
        "test_interval", run.hasTestInterval && run.testInterval > 0 && !tests,
        "there is no test_iter, so nothing is tested"
      ),
      ("test_interval", tests && run.testInterval > run.maxIter, "\(run.testInterval) is more than max_iter"),
      ("snapshot", run.snapshot > run.maxIter, "\(run.snapshot) is more than max_iter"),
      ("stepsize", run.lrPolicy == "step" && run.stepsize >= run.maxIter, "the rate never falls within max_iter"),
      (
        "stepvalue", run.lrPolicy == "multistep" && run.stepvalue.contains { $0 >= run.maxIter },
        "the last steps lie behind max_iter"
      ),
      ("display", run.display > run.maxIter, "\(run.display) is more than max_iter"),
    ]
    return settings.filter(\.isIdle).map {
      Finding(
        severity: .warning, rule: name, file: solver.path, message: "solver: \($0.field): does nothing: \($0.cause)",
        remedy: "change it or take it away")
    }
  }
}
