/// Something that can be wrong with a net, its weights or its solver.
protocol CheckRule: Sendable {
  /// The rule's name in findings.
  static var name: String { get }
  /// Looks for it.
  static func findings(in subject: CheckSubject) -> [Finding]
}

/// The rules there are.
enum CheckRules {
  static let all: [any CheckRule.Type] = [
    NetFaultRule.self, EmptyNetRule.self, UnknownFieldRule.self, AbsentDataRule.self, UnreadTopRule.self,
    LayerNameRule.self, SharedMemoryRule.self,
    InPlaceRule.self, DeployRule.self, WeightFitRule.self, WeightNumberRule.self, VarianceRule.self,
    LearningRateRule.self,
    IdleSettingRule.self, PruneRatioRule.self, RunStartRule.self,
  ]

  /// What all rules find in the phases of a net, each thing once.
  static func findings(in subjects: [CheckSubject]) -> [Finding] {
    var seen: Set<Finding> = []
    return all.flatMap { rule in subjects.flatMap { rule.findings(in: $0) } }.filter { seen.insert($0).inserted }
  }
}
