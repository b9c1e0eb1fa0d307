/// Layers that cannot be described: unknown bottoms, fields, shapes, names.
enum NetFaultRule: CheckRule {
  static let name = "net"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let model = subject.model else { return [] }
    return subject.faults.map {
      var finding = Finding($0, rule: name, file: model.path)
      finding.line = finding.layer.flatMap(subject.line)
      return finding
    }
  }
}
