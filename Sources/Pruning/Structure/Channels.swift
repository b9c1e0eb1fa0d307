import NetModel

/// A parameter blob by its owner: the layer's position in the net, and the blob's in the layer.
public typealias BlobPlace = SharedParameters.Place

/// Channels: what makes a channel and what reads it, tied over sums, concatenations, depthwise and group convolutions
/// and shared parameters as the wiring of the net ties them. What is pruned so is what slimming takes away.
public struct Channels: Structure {
  /// As in `Reg_Channel`.
  public static let suffix = "Channel"
  /// What the groups are called.
  public static let plural = "channels"

  /// Makes the structure.
  public init() {}

  /// All that have filters.
  public func takes(_ weight: FilterWeight) -> Bool { true }

  /// None: whether channels can go depends on the wiring, not on single weights.
  public func obstacle(_ weight: FilterWeight) -> String? { nil }

  /// One family for all channels of the same makers. All blocks of a group convolution must lose the same number
  /// of channels, so each block is a family of its own.
  public func divide(_ net: NetDescription, weights: [FilterWeight]) -> Division {
    let survey = net.channelGraph().survey()
    var division = Division(families: [])
    for family in survey.families {
      for (number, block) in family.blocks.enumerated() {
        var groups = survey.graph.family(of: block, madeBy: family.makers, weights)
        if family.blocks.count > 1 { groups.block = number }
        division.families.append(groups)
      }
    }
    for held in survey.held {
      for maker in held.makers where division.held[maker] == nil { division.held[maker] = held.reason }
    }
    return division
  }
}

extension ChannelGraph {
  /// Dependency groups as a family.
  ///
  /// - Parameters:
  ///   - ids: the groups
  ///   - makers: the layers that make their channels
  ///   - weights: of the net; they say how many blocks of filters a layer has
  public func family(of ids: [Int], madeBy makers: [Int], _ weights: [FilterWeight]) -> GroupFamily {
    var parts: [MemberKey: [Int]] = [:]
    var keys: [MemberKey] = []
    for (number, id) in ids.enumerated() {
      for use in group(id: id).map(uses) ?? [] {
        guard let key = key(of: use.port, weights) else { continue }
        if parts[key] == nil {
          keys.append(key)
          parts[key] = [Int](repeating: -1, count: key.sliceCount)
        }
        for slice in key.slices(of: use) { parts[key]?[slice] = number }
      }
    }
    let members = keys.map { key in
      let owners = parts[key] ?? []
      return GroupMember(
        key.place, role: key.role, matrix: key.matrix, slices: key.axis == 0 ? .rows(owners) : .columns(owners))
    }
    return GroupFamily(
      name: net.layers[makers[0]].name, layers: makers, count: ids.count, members: members, sites: sites(of: ids))
  }

  private func key(of port: Port, _ weights: [FilterWeight]) -> MemberKey? {
    let blob = net.layers[port.layer].blobs[port.blob]
    let place = net.shared.owner(port.layer, port.blob)
    let role: GroupMember.Role
    switch (port.role, blob.role) {
    case (.makes, .weight), (.makes, .other): role = .maker
    case (.reads, _): role = .reader
    case (.modulates, .weight): role = .carrier
    case (.modulates, .factor): role = .factor
    default: return nil
    }
    let blocks = weights.first { $0.layer == place.layer }?.blocks ?? 1
    return MemberKey(
      place: place, role: role, axis: port.axis, shape: blob.shape,
      matrix: WeightMatrix(blob.shape, blocks: place.blob == 0 ? blocks : 1))
  }
}

/// What tells the members of a family apart.
private struct MemberKey: Hashable {
  let place: BlobPlace
  let role: GroupMember.Role
  let axis: Int
  let shape: Shape
  let matrix: WeightMatrix

  var sliceCount: Int { axis == 0 ? matrix.rows : matrix.columns * matrix.blocks }

  /// Rows, or block * columns + column.
  func slices(of use: ChannelGraph.Use) -> [Int] {
    let (outer, slices) = use.port.place(of: use.channel, in: shape)
    guard axis > 0 else { return Array(slices) }
    // A channel is read by the rows of one block.
    let first = matrix.block(ofRow: outer.lowerBound) * matrix.columns
    return ((slices.lowerBound * matrix.spatial)..<(slices.upperBound * matrix.spatial)).map { first + $0 }
  }
}
