import NetModel

/// Which parameter blobs are one blob: those that name the same `param`.
struct SharedParameters {
  /// A parameter blob of a layer.
  struct Place: Hashable {
    let layer: Int
    let blob: Int
  }

  private var users: [Place: [Place]] = [:]
  private var owners: [Place: Place] = [:]

  init(_ net: NetDescription) {
    var named: [String: Place] = [:]
    for (index, layer) in net.layers.enumerated() {
      for blob in layer.blobs.indices where blob < layer.parameter.param.count {
        let name = layer.parameter.param[blob].name
        guard !name.isEmpty else { continue }
        let owner = named[name] ?? Place(layer: index, blob: blob)
        named[name] = owner
        owners[Place(layer: index, blob: blob)] = owner
        users[owner, default: []].append(Place(layer: index, blob: blob))
      }
    }
    users = users.filter { $0.value.count > 1 }
  }

  /// The first place of a blob: its own, unless it is shared from an earlier layer.
  func owner(_ layer: Int, _ blob: Int) -> Place {
    let place = Place(layer: layer, blob: blob)
    return owners[place] ?? place
  }

  /// Every shared blob with all its places.
  var all: [(owner: Place, places: [Place])] {
    users.map { ($0.key, $0.value) }.sorted { ($0.owner.layer, $0.owner.blob) < ($1.owner.layer, $1.owner.blob) }
  }

  /// Whether other layers use a layer's blob too.
  func isShared(_ layer: Int, _ blob: Int) -> Bool { users[owner(layer, blob)] != nil }

  /// The weights as loading leaves them: of the places of a shared blob, the last in the net's order wins, as in Caffe.
  func resolved(_ weights: [String: [WeightBlob]], _ net: NetDescription) -> [String: [WeightBlob]] {
    var weights = weights
    for (_, places) in all {
      guard let last = places.last, let value = weights[net.layers[last.layer].name]?[last.blob] else { continue }
      for place in places {
        let layer = net.layers[place.layer]
        weights[layer.name]?[place.blob] = WeightBlob(shape: layer.blobs[place.blob].shape, data: value.data)
      }
    }
    return weights
  }
}
