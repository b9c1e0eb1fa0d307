/// Which parameter blobs are one blob: those that name the same `param` (Caffe: `Net::AppendParam`). The first layer in the
/// net that has a blob owns it.
public struct SharedParameters: Sendable {
  /// A parameter blob of a layer.
  public struct Place: Hashable, Sendable {
    /// The layer's position in the net.
    public let layer: Int
    /// The blob's position in the layer.
    public let blob: Int

    /// Names a blob.
    public init(layer: Int, blob: Int) { (self.layer, self.blob) = (layer, blob) }
  }

  /// Every blob once, at its owner, in the order of learnable parameters and of solver states.
  public let owned: [Place]
  /// Every blob that several places share, with all of them, in the net's order.
  public let all: [(owner: Place, places: [Place])]
  private let owners: [Place: Place]
  private let sharing: Set<Place>

  init(_ layers: [DescribedLayer]) {
    var named: [String: Place] = [:]
    var owners: [Place: Place] = [:]
    var users: [Place: [Place]] = [:]
    var owned: [Place] = []
    for (index, layer) in layers.enumerated() {
      for blob in layer.blobs.indices {
        let place = Place(layer: index, blob: blob)
        let name = blob < layer.parameter.param.count ? layer.parameter.param[blob].name : ""
        let owner = name.isEmpty ? place : named[name] ?? place
        if !name.isEmpty { named[name] = owner }
        if owner == place { owned.append(place) }
        owners[place] = owner
        users[owner, default: []].append(place)
      }
    }
    self.owned = owned
    self.owners = owners
    let shared = users.filter { $0.value.count > 1 }
    sharing = Set(shared.keys)
    all = owned.compactMap { owner in shared[owner].map { (owner, $0) } }
  }

  /// The first place of a blob: its own, unless it is shared from an earlier one.
  public func owner(_ layer: Int, _ blob: Int) -> Place {
    let place = Place(layer: layer, blob: blob)
    return owners[place] ?? place
  }

  /// Whether a blob is the layer's own, not shared from an earlier place.
  public func owns(_ layer: Int, _ blob: Int) -> Bool { owner(layer, blob) == Place(layer: layer, blob: blob) }

  /// Whether other places use a layer's blob too.
  public func isShared(_ layer: Int, _ blob: Int) -> Bool { sharing.contains(owner(layer, blob)) }
}
