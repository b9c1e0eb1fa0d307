import CaffeProto

extension NetParameter {
  /// This net with a Split layer behind every blob that several bottoms read, so that each gradient has one writer
  /// (Caffe: `InsertSplits`, and its names). The net must be phase-filtered.
  public func insertingSplits() -> NetParameter {
    var uses = BlobUses()
    for layer in layer {
      for name in layer.bottom { uses.read(name) }
      for (index, name) in layer.top.enumerated() {
        uses.make(name)
        // A loss with a weight is also read by the objective.
        if index < layer.lossWeight.count, layer.lossWeight[index] != 0 { uses.read(name) }
      }
    }

    var net = self
    net.layer = []
    var making = BlobUses()
    for original in layer {
      var layer = original
      for (index, name) in original.bottom.enumerated() {
        let version = making.version(name)
        let position = making.read(name)
        if uses.readers(name, version) > 1, let maker = making.maker(name, version) {
          layer.bottom[index] = splitBlobName(maker.layer, name, maker.top, position)
        }
      }
      let place = net.layer.count
      net.layer.append(layer)
      for (index, name) in original.top.enumerated() {
        making.make(name, by: (original.name, index))
        let version = making.version(name)
        let readers = uses.readers(name, version)
        guard readers > 1 else { continue }
        var split = LayerParameter()
        split.name = splitLayerName(original.name, name, index)
        split.type = "Split"
        split.bottom = [name]
        split.top = (0..<readers).map { splitBlobName(original.name, name, index, $0) }
        if index < original.lossWeight.count, original.lossWeight[index] != 0 {
          // The weight moves to the first copy; the objective reads that one.
          split.lossWeight = (0..<readers).map { $0 == 0 ? original.lossWeight[index] : 0 }
          net.layer[place].lossWeight[index] = 0
          _ = making.read(name)
        }
        net.layer.append(split)
      }
    }
    return net
  }
}

private func splitLayerName(_ layer: String, _ blob: String, _ top: Int) -> String {
  "\(blob)_\(layer)_\(top)_split"
}

private func splitBlobName(_ layer: String, _ blob: String, _ top: Int, _ position: Int) -> String {
  "\(splitLayerName(layer, blob, top))_\(position)"
}

/// Counts the readers of every version of a blob name: an in-place layer makes a new version.
private struct BlobUses {
  private var versions: [String: Int] = [:]
  private var counts: [String: [Int: Int]] = [:]
  private var makers: [String: [Int: (layer: String, top: Int)]] = [:]

  func version(_ name: String) -> Int { versions[name, default: 0] }
  func readers(_ name: String, _ version: Int) -> Int { counts[name]?[version] ?? 0 }
  func maker(_ name: String, _ version: Int) -> (layer: String, top: Int)? { makers[name]?[version] }

  @discardableResult mutating func read(_ name: String) -> Int {
    let position = counts[name]?[version(name)] ?? 0
    counts[name, default: [:]][version(name)] = position + 1
    return position
  }

  mutating func make(_ name: String, by maker: (layer: String, top: Int)? = nil) {
    versions[name, default: 0] += 1
    makers[name, default: [:]][version(name)] = maker
  }
}
