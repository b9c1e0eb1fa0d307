import NetModel

/// How active the channels of blobs were in some passes. A channel is an index on axis 1.
public struct ChannelActivity: Sendable {
  /// Sums over images and positions.
  private struct Sums {
    var magnitudes: [Double]
    var living: [Double]
    var elements = 0.0
  }

  private var sums: [String: Sums] = [:]

  /// Activity of no pass yet.
  public init() {}

  /// The mean magnitude of every channel of a blob; nil where the blob was not seen.
  public func magnitudes(of blob: String) -> [Double]? {
    sums[blob].map { sums in sums.magnitudes.map { $0 / sums.elements } }
  }

  /// The share of elements that are not zero, of every channel of a blob; nil where the blob was not seen.
  public func livingShares(of blob: String) -> [Double]? {
    sums[blob].map { sums in sums.living.map { $0 / sums.elements } }
  }

  /// The sums over all ranks, which have seen the same blobs.
  public func ofAll(_ communicator: any Communicator) throws -> ChannelActivity {
    guard communicator.count > 1 else { return self }
    var total = self
    for (name, own) in sums.sorted(by: { $0.key < $1.key }) {
      let all = try communicator.gather(own.magnitudes + own.living)
      let added = all.dropFirst().reduce(all[0]) { zip($0, $1).map(+) }
      total.sums[name] = Sums(
        magnitudes: Array(added.prefix(own.magnitudes.count)), living: Array(added.suffix(own.living.count)),
        elements: own.elements * Double(all.count))
    }
    return total
  }

  /// Adds what a blob holds now, in double precision.
  fileprivate mutating func add(_ blob: Blob, as name: String) {
    guard blob.shape.rank > 1, blob.count > 0 else { return }
    let (channels, area) = (blob.shape[1], blob.shape.count(from: 2))
    let zeros = [Double](repeating: 0, count: channels)
    var sums = self.sums[name] ?? Sums(magnitudes: zeros, living: zeros)
    blob.plainData.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for plane in 0..<blob.shape[0] * channels {
        let elements = FloatView(base + plane * area, count: area)
        sums.magnitudes[plane % channels] += elements.magnitudeSum
        sums.living[plane % channels] += Double(elements.count { $0 != 0 })
      }
    }
    sums.elements += Double(blob.shape[0] * area)
    self.sums[name] = sums
  }
}

extension Net {
  /// Runs all layers, and adds what some blobs hold behind the last layer that writes them.
  ///
  /// - Parameters:
  ///   - blobs: their names
  ///   - activity: gets the sums
  public func forward(observing blobs: Set<String>, _ activity: inout ChannelActivity) throws {
    // Blobs between layers may share memory, so each is read when its last writer has run.
    var last: [String: ObjectIdentifier] = [:]
    for layer in layers where layer.absorbed == .nothing {
      for name in observed(layer, blobs) { last[name] = ObjectIdentifier(layer) }
    }
    try forward { layer in
      for name in observed(layer, blobs) where last[name] == ObjectIdentifier(layer) {
        if let blob = blob(name) { activity.add(blob, as: name) }
      }
    }
  }

  /// The blobs among `names` whose final form the layer has its hand on.
  private func observed(_ layer: RunningLayer, _ names: Set<String>) -> [String] {
    zip(layer.described.top, layer.top).compactMap { index, top in
      let name = description.blobs[index].name
      return names.contains(name) && blob(name) === top ? name : nil
    }
  }
}
