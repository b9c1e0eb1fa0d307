/// Data that is not there, and layers of types that are not built in: what a look at the net takes for granted.
enum AbsentDataRule: CheckRule {
  static let name = "assumption"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let model = subject.model, let net = subject.net else { return [] }
    return net.assumptions.filter { !$0.contains("'(faulty)'") }.map {
      Finding(
        severity: .warning, rule: name, file: model.path, message: $0,
        remedy: "a run needs the data or the type: see that it is there")
    }
  }
}
