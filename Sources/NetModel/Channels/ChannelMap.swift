/// How the channels of a layer's bottoms, tops and parameter blobs depend on each other, as data.
///
/// Dependency groups, sparsity reports and surgery are computed from channel maps alone: no pass knows a layer type.
/// "Channel" is an index on axis 1 of a bottom or top. A relation speaks of single channels; a group of channels that
/// must live or die together follows from the relations of all layers of a net.
public struct ChannelMap: Hashable, Sendable {
  /// The relations, in no order.
  public var relations: [Relation]

  /// Makes a channel map.
  public init(_ relations: [Relation]) { self.relations = relations }

  /// One dependency between channels.
  public enum Relation: Hashable, Sendable {
    /// Channel `bottomFirst + i` of a bottom becomes the `spread` channels from `topFirst + i * spread` of a top, for i
    /// in `0 ..< count`.
    ///
    /// ReLU carries with spread 1; Flatten carries each channel to height x width positions; Concat and Slice carry
    /// ranges; Eltwise carries several bottoms to the same channels of one top, which ties them together. So do several
    /// channels of one bottom that are carried to one channel of a top.
    case carries(bottom: Int, bottomFirst: Int, top: Int, topFirst: Int, count: Int, spread: Int)

    /// The only channel of a bottom is copied to every channel of a top. The copies go one by one; the bottom's channel
    /// stays.
    case copies(bottom: Int, top: Int)

    /// Channel c of a bottom is read through the slices `c * spread ..< (c + 1) * spread` of axis `axis` of a blob.
    ///
    /// With `blocks` > 1 the axis only spans a block's channels (a convolution's weight (O, C / blocks, kh, kw)), and
    /// the slices of the g-th block of axis 0 belong to the g-th block of channels.
    case reads(bottom: Int, blob: Int, axis: Int, blocks: Int, spread: Int)

    /// Channel c of a top is made by slice c of axis `axis` of a blob (filters, biases).
    case makes(top: Int, blob: Int, axis: Int)

    /// Channel c of a bottom, carried to the same channel of a top, is scaled or shifted by slice c of a blob's axis.
    case modulates(top: Int, blob: Int, axis: Int)

    /// The channels of a bottom cannot be removed, and why (a sentence for the user).
    case holds(bottom: Int, reason: String)
  }

  /// Every bottom is carried unchanged to every top: activations, pooling, dropout.
  ///
  /// - Parameters:
  ///   - bottom: the bottoms' shapes
  ///   - tops: the number of tops
  public static func pointwise(_ bottom: [Shape], tops: Int) -> ChannelMap {
    ChannelMap(
      bottom.indices.flatMap { b in
        (0..<tops).map { t in
          .carries(
            bottom: b, bottomFirst: 0, top: t, topFirst: 0, count: bottom[b].legacy(1), spread: 1)
        }
      })
  }

  /// Channels that lie in `groups` groups become one of every group after the other. Those at the same place of their groups go
  /// together, so that what is left is shuffled in the same way.
  public static func shuffle(_ channels: Int, groups: Int) -> ChannelMap {
    let each = channels / groups
    return ChannelMap(
      (0..<each).flatMap { place in
        (0..<groups).map { block in
          .carries(
            bottom: 0, bottomFirst: block * each + place, top: 0, topFirst: place * groups, count: 1, spread: groups)
        }
      })
  }

  /// No channel of any bottom can be removed.
  public static func holdsAll(_ bottom: [Shape], _ reason: String) -> ChannelMap {
    ChannelMap(bottom.indices.map { .holds(bottom: $0, reason: reason) })
  }
}
