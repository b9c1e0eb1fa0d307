import NetModel
import Pruning

/// Where the groups of a family are multiplied by gates, or hidden, which is a gate of 0.
struct FamilyGates {
  /// Slices that are multiplied by the gates of their groups.
  struct Part {
    let member: GroupMember
    /// The parameter, by number in the net.
    let parameter: Int
  }

  /// The magnitudes of the first of them say how strong a group is.
  let parts: [Part]
}

/// Finds what multiplies the channels of a family and nothing else. For every layer that makes them, it is the factors
/// and shifts of the last layer that scales them before they are tied or read, such as a Scale behind a BatchNorm.
/// Where there is none, it is the layer's filters and biases. A gate there is a gate on the channel, and its gradient
/// is the sum of value * gradient over its slices.
struct GateFinder {
  private let net: NetDescription
  /// Per layer: how many layers with filters are on the longest way to it, itself among them.
  private let depths: [Int]

  init(_ net: NetDescription) {
    self.net = net
    var (ofBlob, depths) = ([Int](repeating: 0, count: net.blobs.count), [Int]())
    for layer in net.layers {
      let depth = (layer.bottom.map { ofBlob[$0] }.max() ?? 0) + (layer.description is any FilterBearing ? 1 : 0)
      depths.append(depth)
      for top in layer.top { ofBlob[top] = depth }
    }
    self.depths = depths
  }

  /// The slices of a family's gates. Those that rank the groups are first: those of the maker that comes first, counted
  /// in layers with filters on the longest way to it.
  ///
  /// - Throws: ``IncRegError/layerField(layer:field:_:)`` where channels have no gate, or a gate does not learn
  func members(of family: GroupFamily) throws -> [GroupMember] {
    var (members, met): ([GroupMember], Set<BlobPlace>) = ([], [])
    for maker in family.layers.sorted(by: { (depths[$0], $0) < (depths[$1], $1) }) {
      for member in try gates(behind: maker, family) where met.insert(member.place).inserted {
        let layer = net.layers[member.place.layer]
        guard layer.lrMult(member.place.blob) > 0 else {
          throw obstacle(
            maker,
            "its gates are parameters of layer '\(layer.name)', which do not learn (lr_mult), so that they cannot be learned either"
          )
        }
        members.append(member)
      }
    }
    return members
  }

  private func obstacle(_ layer: Int, _ cause: String) -> IncRegError {
    .layerField(
      layer: net.layers[layer].name, field: "prune_param.prune_ratio", "\(cause); with 0 the layer stays whole")
  }

  private func gates(behind maker: Int, _ family: GroupFamily) throws -> [GroupMember] {
    var (current, factor, normaliser): (Int, GroupMember?, Int?) = (maker, nil, nil)
    while let next = next(behind: current), net.layers[next].passesChannels {
      if let found = self.factor(of: next, family) {
        (factor, normaliser) = (found, nil)
      } else if net.layers[next].blobs.contains(where: { $0.defaultMultiplier == 0 }) {
        normaliser = next
      }
      current = next
    }
    if let normaliser {
      throw obstacle(
        maker,
        "layer '\(net.layers[normaliser].name)' normalises its channels, and no Scale layer behind can be their gate")
    }
    if let factor { return [factor] + bias(beside: factor) }
    let weights = family.makers.filter { $0.place == net.shared.owner(maker, 0) }
    guard net.layers[maker].description is any FilterBearing, !weights.isEmpty else {
      throw obstacle(maker, "nothing that the layer has can be the gate of a channel")
    }
    return weights + bias(beside: weights[0])
  }

  /// The layer that gets what a layer makes.
  private func next(behind layer: Int) -> Int? {
    guard net.layers[layer].top.count == 1, let top = net.layers[layer].top.first else { return nil }
    return net.blobs[top].readers.first { $0 > layer }
  }

  private func factor(of layer: Int, _ family: GroupFamily) -> GroupMember? {
    let blobs = net.layers[layer].blobs
    guard let blob = blobs.indices.first(where: { blobs[$0].role == .factor }) else { return nil }
    return family.members.first { $0.role == .factor && $0.place == net.shared.owner(layer, blob) }
  }

  private func bias(beside member: GroupMember) -> [GroupMember] {
    let blobs = net.layers[member.place.layer].blobs
    guard let blob = blobs.indices.first(where: { blobs[$0].role == .bias }) else { return [] }
    let (count, spatial) = (blobs[blob].shape.count, member.matrix.spatial)
    let slices =
      switch member.slices {
      case .rows: (0..<member.matrix.rows).map(member.group(ofSlice:))
      // Of a transposed weight, channel by channel.
      case .columns: stride(from: 0, to: member.sliceCount, by: spatial).map(member.group(ofSlice:))
      case .tiles: [Int]()
      }
    guard slices.count == count else { return [] }
    return [
      GroupMember(
        net.shared.owner(member.place.layer, blob), role: member.role, matrix: WeightMatrix(rows: count, columns: 1),
        slices: .rows(slices))
    ]
  }
}

extension DescribedLayer {
  /// Whether the layer hands every channel of its bottom on as the same channel of its top.
  fileprivate var passesChannels: Bool {
    guard bottom.count == 1, top.count == 1 else { return false }
    return channelMap.relations.allSatisfy { relation in
      switch relation {
      case .carries(_, let from, _, let to, _, let spread): from == to && spread == 1
      case .modulates(_, let blob, _): blobs[blob].role != .weight
      case .copies, .reads, .makes, .holds: false
      }
    }
  }
}

extension FamilyGates {
  /// How strong a family's groups are: the sums of the magnitudes of what ranks them.
  func strengths(_ count: Int, _ values: (_ parameter: Int) -> [Float]) -> [Double] {
    guard let part = parts.first else { return [] }
    let values = values(part.parameter)
    return part.member.sums(count) { Double(values[$0].magnitude) }
  }

  /// The gradients of a family's gates.
  func gradient(
    _ count: Int, _ values: (_ parameter: Int) -> [Float], _ gradients: (_ parameter: Int) -> [Float]
  ) -> [Double] {
    parts.reduce(into: [Double](repeating: 0, count: count)) { sums, part in
      let (values, gradients) = (values(part.parameter), gradients(part.parameter))
      let found = part.member.sums(count) { Double(values[$0]) * Double(gradients[$0]) }
      for group in sums.indices { sums[group] += found[group] }
    }
  }
}

extension GroupMember {
  /// Per group the sum of `term` over its elements, row-major.
  fileprivate func sums(_ count: Int, _ term: (Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns {
        if let group = group(row: row, column: column) { sums[group] += term(row * matrix.columns + column) }
      }
    }
    return sums
  }
}
