import NetModel

/// Groups that are pruned to one ratio: those of one layer, or those of all layers that make the same channels.
///
/// A *group* is what lives or dies together. Its weights may lie in several parameters, the *members*.
public struct GroupFamily: Sendable {
  /// The layer's name, or that of the first layer that makes the channels.
  public let name: String
  /// The layers whose `prune_ratio` counts, as positions in the net.
  public let layers: [Int]
  /// The number of groups.
  public let count: Int
  /// Where the groups' weights lie.
  public let members: [GroupMember]
  /// The blobs in which the groups are channels; none where they are no channels.
  public let sites: [GroupSite]
  /// Which block of a group convolution the groups lie in; nil where they lie in none. The families of the blocks
  /// follow one another, from block 0 on, and each must lose the same number of groups.
  public var block: Int?

  /// Makes a family.
  public init(name: String, layers: [Int], count: Int, members: [GroupMember], sites: [GroupSite] = []) {
    (self.name, self.layers, self.count, self.members, self.sites) = (name, layers, count, members, sites)
  }

  /// The members whose weights make the groups' values.
  public var makers: [GroupMember] { members.filter { $0.role == .maker } }

  /// The channels of the first maker, of which a group may have several; where groups are no channels, their number.
  public var channels: Int {
    guard only == nil, let maker = makers.first else { return count }
    return switch maker.slices {
    case .rows(let owners?): owners.count { $0 >= 0 }
    case .columns(let owners?): owners.count { $0 >= 0 } / maker.matrix.spatial
    case .rows, .columns, .tiles: count
    }
  }

  /// The only member, where it holds all that the family is.
  public var only: GroupMember? { members.count == 1 ? members[0] : nil }
}

/// A parameter's part in a family.
public struct GroupMember: Sendable {
  /// What the parameter does for a group.
  public enum Role: Sendable {
    /// Its weights make the group's channel, or are the group.
    case maker
    /// Its weights read the group's channel.
    case reader
    /// Its weights filter the group's channel alone, as in depthwise convolutions.
    case carrier
    /// It multiplies the group's channel by one factor.
    case factor
  }

  /// The parameter: the layer that owns it, by position in the net, and which of its blobs.
  public let place: BlobPlace
  /// What it does.
  public let role: Role
  /// The parameter as a matrix.
  public let matrix: WeightMatrix
  /// Which parts of the matrix belong to which group.
  public let slices: Slices

  /// Makes a member.
  public init(_ place: BlobPlace, role: Role, matrix: WeightMatrix, slices: Slices) {
    (self.place, self.role, self.matrix, self.slices) = (place, role, matrix, slices)
  }

  /// The group of an element; nil where it belongs to none of the family's.
  public func group(row: Int, column: Int) -> Int? { slices.group(row: row, column: column, of: matrix) }

  /// Slices of the matrix: rows, columns of all blocks, or columns of tiles.
  public var sliceCount: Int {
    switch slices {
    case .rows: matrix.rows
    case .columns: matrix.columns * matrix.blocks
    case .tiles(let height): matrix.tiles(height).count * matrix.columns
    }
  }

  /// The group of a slice; -1 for none.
  public func group(ofSlice slice: Int) -> Int {
    switch slices {
    case .rows(let groups): groups?[slice] ?? slice
    case .columns(let groups): groups?[slice] ?? slice % matrix.columns
    case .tiles: slice
    }
  }
}
