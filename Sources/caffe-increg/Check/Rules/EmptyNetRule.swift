/// A net without a layer in a phase: an empty file, or rules that leave none.
enum EmptyNetRule: CheckRule {
  static let name = "empty"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let model = subject.model, let net = subject.net, net.layers.isEmpty, subject.faults.isEmpty else {
      return []
    }
    guard !model.net.layer.isEmpty else {
      return [
        Finding(
          severity: .error, rule: name, file: model.path, message: "the net has no layers",
          remedy: "give the file that has them")
      ]
    }
    return [
      Finding(
        severity: .warning, rule: name, file: model.path,
        message: "the net has no layers in phase \(subject.state.phase == .train ? "TRAIN" : "TEST")",
        remedy: "see that it is the right file, and that include and exclude leave some")
    ]
  }
}
