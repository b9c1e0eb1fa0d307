/// Which gradients use the same floats as another gradient: the bottom of a sum has the gradient of its top, and a
/// Split can add up in the gradient of one of its tops. Without an alias the layers copy, so an alias only saves time.
struct GradientAliases {
  private var targets: [ObjectIdentifier: ObjectIdentifier] = [:]
  /// Storages that have aliases.
  private var shared: Set<ObjectIdentifier> = []
  /// How many layers write a gradient in the backward pass.
  private var writers: [ObjectIdentifier: Int] = [:]

  /// - Parameter layers: in running order, connected
  init(_ layers: [RunningLayer]) {
    let active = layers.filter { $0.needsBackward && $0.absorbed != .everything }
    for layer in active {
      for (index, wanted) in layer.propagateDown.enumerated() where wanted {
        writers[key(layer.bottom[index]), default: 0] += 1
      }
    }
    // Backward, so that what a top is an alias of is known before its bottoms become aliases of it.
    for layer in active.reversed() {
      for (index, bottom) in layer.bottom.enumerated() where layer.propagateDown[index] {
        switch layer.layer.gradientFlow(toBottom: index) {
        case .computed: break
        case .copied: share(bottom, with: layer.top[0])
        case .added: addUp(layer.top, in: bottom)
        }
      }
    }
  }

  /// The storage that stands for `storage`.
  func resolved(_ storage: Storage) -> ObjectIdentifier {
    var key = ObjectIdentifier(storage)
    while let target = targets[key] { key = target }
    return key
  }

  private func key(_ blob: Blob) -> ObjectIdentifier { resolved(blob.diffStorage) }

  private func fits(_ a: Blob, _ b: Blob) -> Bool { a.layout == b.layout && a.physicalCount == b.physicalCount }

  /// No other layer may write the bottom's gradient, as readers of the top's gradient still need it.
  private mutating func share(_ bottom: Blob, with top: Blob) {
    guard fits(bottom, top), writers[key(bottom)] == 1, key(bottom) != key(top) else { return }
    shared.insert(key(top))
    targets[key(bottom)] = key(top)
  }

  /// The sum may replace a top's gradient that has no other reader.
  private mutating func addUp(_ tops: [Blob], in bottom: Blob) {
    let free = tops.first {
      fits($0, bottom) && writers[key($0)] == 1 && !shared.contains(key($0)) && key($0) != key(bottom)
    }
    guard let free else { return }
    targets[key(bottom)] = key(free)
  }
}
