import Solver

/// Fields that the learning rate's policy needs and does not get, or gets and does not need.
enum LearningRateRule: CheckRule {
  static let name = "lr_policy"

  /// What every policy reads besides base_lr.
  private static let fields = [
    "fixed": [], "step": ["gamma", "stepsize"], "exp": ["gamma"], "inv": ["gamma", "power"],
    "multistep": ["gamma", "stepvalue"], "poly": ["power"], "sigmoid": ["gamma", "stepsize"],
  ]

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let solver = subject.solver else { return [] }
    let parameter = solver.parameter
    do { _ = try LearningRatePolicy(parameter) } catch {
      return [Finding(error, rule: name, file: solver.path)]
    }
    var findings: [Finding] = []
    func warn(_ message: String, _ remedy: String) {
      findings.append(
        Finding(severity: .warning, rule: name, file: solver.path, message: "solver: \(message)", remedy: remedy))
    }
    if !parameter.hasBaseLr { warn("base_lr: missing, so the learning rate is 0", "set base_lr") }
    guard let read = fields[parameter.lrPolicy] else { return findings }
    let given = [
      ("gamma", parameter.hasGamma), ("power", parameter.hasPower), ("stepsize", parameter.hasStepsize),
      ("stepvalue", !parameter.stepvalue.isEmpty),
    ]
    for (field, isSet) in given where isSet != read.contains(field) {
      if isSet {
        warn("\(field): lr_policy '\(parameter.lrPolicy)' does not read it", "take it away, or choose another policy")
      } else {
        warn("\(field): missing, and lr_policy '\(parameter.lrPolicy)' reads it", "set it")
      }
    }
    if parameter.stepvalue != parameter.stepvalue.sorted() {
      warn("stepvalue: the values do not rise, so that some steps come late", "sort them")
    }
    return findings
  }
}
