/// Fields and values that the schema does not have, which runs refuse: those of forks, or slips of the pen.
enum UnknownFieldRule: CheckRule {
  static let name = "field"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let model = subject.model else { return [] }
    return model.unknown.map {
      Finding(
        severity: .warning, rule: name, file: model.path, line: $0.error.line, layer: $0.layer,
        message: "\($0.error.reason)",
        remedy: "train, test, time and forward refuse it: mend it, or take it out where nothing depends on it")
    }
  }
}
