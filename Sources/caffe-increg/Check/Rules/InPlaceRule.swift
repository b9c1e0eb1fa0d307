import NetModel

/// Layers in place that Caffe computes otherwise: its LRN overwrites what it still reads.
enum InPlaceRule: CheckRule {
  static let name = "in_place"

  static func findings(in subject: CheckSubject) -> [Finding] {
    (subject.net?.layers ?? []).filter { $0.type == "LRN" && $0.top == $0.bottom }.map {
      subject.warning(
        name, layer: $0.name,
        "is in place, which works here; stock Caffe's results are others on a CPU, and its gradients everywhere",
        remedy: "give the layer a top of its own")
    }
  }
}
