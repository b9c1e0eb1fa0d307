import NetModel

/// Blobs that Caffe changes where this program does not: its Reshape and Flatten, its Split, and a Concat or Slice of one
/// blob, make tops that lie where their bottom lies (`ShareData`), and who then works in place changes the bottom, too.
enum SharedMemoryRule: CheckRule {
  static let name = "shared_memory"

  static func findings(in subject: CheckSubject) -> [Finding] {
    guard let net = subject.net else { return [] }
    // Where each blob lies, by the first blob that lay there.
    var place = Array(net.blobs.indices)
    return net.layers.indices.flatMap { index -> [Finding] in
      let layer = net.layers[index]
      var found: [Finding] = []
      for (position, blob) in layer.top.enumerated() {
        guard layer.bottom.indices.contains(position), layer.bottom[position] == blob else {
          if let bottom = layer.bottom.first, sharesMemory(layer) { place[blob] = place[bottom] }
          continue
        }
        // Where somebody else reads it before, Caffe puts a Split between, and the layer has a top of its own.
        if readers(of: blob, before: index, in: net) > 1 {
          place[blob] = blob
          continue
        }
        for other in net.blobs.indices where other != blob && place[other] == place[blob] {
          guard let reader = net.blobs[other].readers.first(where: { $0 > index }) else { continue }
          found.append(
            subject.warning(
              name, layer: layer.name,
              "changes '\(net.blobs[blob].name)' in place, which in Caffe lies where '\(net.blobs[other].name)' lies; "
                + "layer '\(net.layers[reader].name)' reads that behind it, and gets the changed values there, but not here",
              remedy: "give the layer a top of its own"))
        }
      }
      return found
    }
  }

  private static func sharesMemory(_ layer: DescribedLayer) -> Bool {
    switch layer.type {
    case "Reshape", "Flatten", "Split": true
    case "Concat": layer.bottom.count == 1
    case "Slice": layer.top.count == 1
    default: false
    }
  }

  /// How many layers read what a blob holds when a layer changes it, that layer among them.
  private static func readers(of blob: Int, before index: Int, in net: NetDescription) -> Int {
    let until = net.blobs[blob].readers.filter { $0 <= index }
    let changed = until.lastIndex { $0 < index && net.layers[$0].top.contains(blob) }
    return until.count - (changed.map { $0 + 1 } ?? 0)
  }
}
