/// Layers that cannot be described: unknown bottoms, fields, shapes, names.
enum NetFaultRule: CheckRule {
  static let name = "net"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let model = subject.model else { return [] }
    if model.net.layer.isEmpty {
      return [
        Finding(
          severity: .error, rule: name, file: model.path, message: "the net has no layers",
          remedy: "give the file that has them")
      ]
    }
    return subject.faults.map {
      var finding = Finding($0, rule: name, file: model.path)
      finding.line = finding.layer.flatMap(subject.line)
      return finding
    }
  }
}
