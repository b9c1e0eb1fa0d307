import Pruning

/// A family of groups in a run: what is asked of it, and where its groups stand.
public struct PrunedFamily: Sendable {
  /// The groups.
  public let groups: GroupFamily
  /// The final target, a fraction of the groups; 0 leaves the family whole.
  public let ratio: Float
  /// The target at a net-average sparsity of 0.5 (`prune_ratio_step`).
  public let ratioStep: Float
  /// The layer of every member, as a position among the run's prunable layers; nil where the parameter is none of
  /// theirs.
  let layers: [Int?]

  /// The number of groups that the ratio is applied to. For a block of a group convolution it is that of the smallest
  /// block, since all blocks must lose the same number; else it is that of the family.
  public let counted: Int

  /// Where the groups stand.
  public var state: GroupState
  /// How many groups are pruned, as the run counts them.
  public internal(set) var pruned = 0
  /// The same as a fraction, which is compared with targets.
  public internal(set) var achieved: Float = 0
  /// The iteration in which the method had done all that it does before a cut; nil before.
  public var finishedAt: Int?
  /// What the method wants of the run.
  var wishes = Wishes()

  /// Makes a family of which nothing is pruned.
  init(_ groups: GroupFamily, ratio: Float, ratioStep: Float, layers: [Int?], counted: Int? = nil) {
    (self.groups, self.ratio, self.ratioStep, self.layers) = (groups, ratio, ratioStep, layers)
    self.counted = counted ?? groups.count
    state = GroupState(count: groups.count)
  }

  /// The layer's name, or that of the first layer that makes the channels.
  public var name: String { groups.name }
  /// The number of groups.
  public var count: Int { groups.count }
  /// The first layer, as a position among the run's.
  var layer: Int { layers.lazy.compactMap(\.self).first ?? 0 }

  /// How many groups a ratio asks for. The product is rounded to single precision first: 25 * 0.9 gives 23 (Q11). One
  /// channel always stays, since a layer needs one.
  public func groups(at ratio: Float) -> Int {
    // NaN asks for nothing.
    let asked = Int(exactly: (Float(counted) * ratio).rounded(.up)) ?? 0
    return groups.only == nil ? min(asked, counted - 1) : asked
  }

  /// How many groups a ratio asks for, where one group of any kind stays.
  func groupsButOne(at ratio: Float) -> Int { min(groups(at: ratio), counted - 1) }

  /// How many groups are still to be pruned.
  public var groupsLeft: Int { max(0, groups(at: ratio) - pruned) }

  /// Whether as much is pruned as `target` asks for. The share of these groups can be less than the target, by
  /// rounding. Then caffe_increg, and the profile `reference`, never finish the layer (Q11).
  func hasReached(_ target: Float, _ profile: PruneProfile) -> Bool {
    achieved >= target || profile == .fixed && pruned >= groups(at: target)
  }
}

// What a method can say to a family.
extension PrunedFamily {
  /// What a method wants of the run in one moment.
  struct Wishes {
    /// Groups to be pruned, in the order in which they fell.
    var fallen: [Int] = []
    /// Pruned groups that may grow again.
    var revived: [Int] = []
    /// Groups to be multiplied by a factor, once.
    var scaled: [(group: Int, factor: Float)] = []
    /// Whether the penalties count in the coming update.
    var penalises = false
    /// What the original says of such a moment.
    var remarks: [Remark] = []

    /// Whether there are none that are worth a report.
    var isEmpty: Bool {
      fallen.isEmpty && revived.isEmpty && scaled.isEmpty && remarks.isEmpty && !penalises
    }
  }

  /// Something that the original prints.
  enum Remark: Equatable {
    /// The target asks for no further group: how many it asks for, at most 0.
    case excess(Int)
    /// The penalty of a group fell.
    case reduced(group: Int, before: Float, after: Float)
    /// The kernel became a rectangle.
    case reshaped(KernelRectangle)
  }

  /// Prunes groups for good; the run masks them.
  public mutating func prune(_ groups: some Sequence<Int>) { wishes.fallen += groups }

  /// Lets pruned groups grow again, from zero.
  public mutating func revive(_ groups: some Sequence<Int>) { wishes.revived += groups }

  /// Multiplies the weights that make groups by `factor`, once; nothing keeps them from growing again.
  public mutating func soften(_ groups: some Collection<Int>, by factor: Float = 0) {
    for group in state.softened.indices { state.softened[group] = false }
    for group in groups { state.softened[group] = true }
    wishes.scaled += groups.map { ($0, factor) }
  }

  /// Lets the penalties of the state count in the coming update.
  public mutating func penalise() { wishes.penalises = true }
}
