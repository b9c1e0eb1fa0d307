import NetModel
import Solver

/// What a type finds strange about weights that can be computed with: negative variances.
enum VarianceRule: CheckRule {
  static let name = "variance"

  static func findings(in subject: CheckSubject) -> [Finding] {
    subject.weights.flatMap { weights in
      weights.set.doubts(for: subject.net).filter { $0.kind == .statistics }.map {
        Finding(
          severity: .warning, rule: name, file: weights.path, layer: $0.layer, message: $0.text,
          remedy: "compute the statistics again, or raise eps")
      }
    }
  }
}
