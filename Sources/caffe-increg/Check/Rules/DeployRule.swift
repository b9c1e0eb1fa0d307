import Base

/// Phase rules in a net that is called a deploy net, which has one phase.
enum DeployRule: CheckRule {
  static let name = "deploy"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let model = subject.model, model.path.lastComponent.lowercased().contains("deploy") else { return [] }
    return model.net.layer.filter { !$0.include.isEmpty || !$0.exclude.isEmpty }.map {
      subject.warning(
        name, layer: $0.name, "has rules of phases in a net that is called deploy",
        remedy: "take the rules, or the layer, out of the deploy net")
    }
  }
}
