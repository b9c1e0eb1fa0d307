import Base
import NetModel

/// Weights that do not fit, and layers that only one of net and weights has.
enum WeightFitRule: CheckRule {
  static let name = "weights"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let net = subject.net, let model = subject.model else { return [] }
    var missing = net.layers.filter { !$0.blobs.isEmpty }.map(\.name)
    let learners = Set(missing)
    let others = Set(model.net.layer.map(\.name))
    var findings: [Finding] = []
    for weights in subject.weights {
      let names = weights.set.layers.filter { !$0.blobs.isEmpty }.map(\.name)
      for layer in weights.set.layers where !layer.blobs.isEmpty {
        guard let index = net.index(ofLayer: layer.name), learners.contains(layer.name) else {
          // Another phase may have it.
          guard !others.contains(layer.name) else { continue }
          let near = closestName(to: layer.name, among: Array(learners)).map { "; the net has '\($0)'" } ?? ""
          findings.append(
            Finding(
              severity: .warning, rule: name, file: weights.path, layer: layer.name,
              message: "layer '\(layer.name)' has weights, but the net has no such layer with weights\(near)",
              remedy: "rename one of them, or leave it: the weights are not used"))
          continue
        }
        do { _ = try net.match(layer.blobs, layer: index) } catch {
          findings.append(
            Finding(
              severity: .error, rule: name, file: model.path, line: subject.line(of: layer.name), layer: layer.name,
              message: "layer '\(layer.name)': \(error.description(in: weights.path))",
              remedy: "take the net that the weights were trained with, or rename the layer to begin it anew"))
        }
      }
      missing.removeAll(where: Set(names).contains)
    }
    guard !subject.weights.isEmpty else { return [] }
    return findings
      + missing.map {
        subject.warning(name, layer: $0, "the weights have none for it", remedy: "it begins with its fillers")
      }
  }
}
