import NetModel

/// What a type finds strange about weights that can be computed with: negative variances.
enum VarianceRule: CheckRule {
  static let name = "variance"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let net = subject.net else { return [] }
    return subject.weights.flatMap { weights in
      weights.set.layers.flatMap { WeightDoubt.statistics(of: $0.name, $0.blobs.map(\.data), in: net) }.map {
        Finding(
          severity: .warning, rule: name, file: weights.path, layer: $0.layer, message: $0.text,
          remedy: "compute the statistics again, or raise eps")
      }
    }
  }
}
