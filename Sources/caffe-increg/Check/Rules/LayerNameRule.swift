/// Layers of one name in a phase. Where both have weights the net is refused anyway.
enum LayerNameRule: CheckRule {
  static let name = "name"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let net = subject.net else { return [] }
    return Dictionary(grouping: net.layers, by: \.name).filter { $0.value.count > 1 }.keys.sorted().map {
      subject.warning(name, layer: $0, "another layer of the phase has this name", remedy: "rename one of them")
    }
  }
}
