import NetModel
import Solver

/// Weights that are no numbers, infinite, or so small that processors compute them slowly.
enum WeightNumberRule: CheckRule {
  static let name = "numbers"

  static func findings(in subject: CheckSubject) -> [Finding] {
    subject.weights.flatMap { weights in
      weights.set.doubts(for: nil).map {
        Finding(
          severity: .warning, rule: name, file: weights.path, layer: $0.layer, message: $0.text,
          remedy: $0.kind == .denormal
            ? "they slow computing down and are as good as 0" : "train again from a snapshot before it came up")
      }
    }
  }
}
