/// Layers in place whose top has another shape than the bottom that it replaces.
enum InPlaceRule: CheckRule {
  static let name = "in-place"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let net = subject.net else { return [] }
    return net.layers.flatMap { layer in
      zip(layer.top, layer.topShapes).filter { top, shape in
        layer.bottom.contains(top) && net.blobs[top].shape != shape
      }.map { top, shape in
        subject.warning(
          name, layer: layer.name,
          "works in place on '\(net.blobs[top].name)' (\(net.blobs[top].shape)), but makes \(shape)",
          remedy: "give its top a name of its own")
      }
    }
  }
}
