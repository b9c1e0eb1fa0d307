/// Weights that are no numbers, infinite, or so small that processors compute them slowly.
enum WeightNumberRule: CheckRule {
  static let name = "numbers"

  static func findings(in subject: CheckSubject) -> [Finding] {
    subject.weights.flatMap { weights in
      weights.set.layers.flatMap { layer in
        layer.blobs.enumerated().flatMap { index, blob -> [Finding] in
          var (nans, infinite, tiny) = (0, 0, 0)
          for value in blob.data {
            if value.isNaN {
              nans += 1
            } else if value.isInfinite {
              infinite += 1
            } else if value.isSubnormal {
              tiny += 1
            }
          }
          return [
            (nans, "NaN", "train again from a snapshot before it came up"),
            (infinite, "infinite", "train again from a snapshot before it came up"),
            (tiny, "denormal", "they slow computing down and are as good as 0"),
          ].filter { $0.0 > 0 }.map { count, kind, remedy in
            Finding(
              severity: .warning, rule: name, file: weights.path, layer: layer.name,
              message: "layer '\(layer.name)', blob \(index): \(count) of \(blob.data.count) values are \(kind)",
              remedy: remedy)
          }
        }
      }
    }
  }
}
