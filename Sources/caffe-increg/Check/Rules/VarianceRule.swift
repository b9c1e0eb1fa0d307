import NetModel

/// What a type finds strange about weights that can be computed with: negative variances.
enum VarianceRule: CheckRule {
  static let name = "variance"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let net = subject.net else { return [] }
    return subject.weights.flatMap { weights in
      weights.set.layers.flatMap { layer -> [Finding] in
        guard let index = net.index(ofLayer: layer.name),
          let type = net.layers[index].description as? any ParameterNormalizing,
          layer.blobs.map(\.data.count) == net.layers[index].blobs.map(\.shape.count)
        else { return [] }
        return type.doubts(layer.blobs.map(\.data)).map {
          Finding(
            severity: .warning, rule: name, file: weights.path, layer: layer.name,
            message: "layer '\(layer.name)': \($0)", remedy: "compute the statistics again, or raise eps")
        }
      }
    }
  }
}
