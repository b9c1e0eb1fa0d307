/// The channels of a net and what ties them together, computed from the layers' channel maps alone.
///
/// A *site* is one version of a blob: what a layer writes, in-place layers included. Channels of different sites that a
/// layer carries into each other form one *group*: they can only be removed together. A *port* is an axis of a
/// parameter blob whose slices belong to a site's channels.
public struct ChannelGraph: Sendable {
  /// What a layer writes.
  public struct Site: Sendable {
    /// The layer's position in the net.
    public let layer: Int
    /// Which of the layer's tops it is.
    public let top: Int
    /// The blob, an index in ``NetDescription/blobs``.
    public let blob: Int
    /// Channels, 0 where the blob has no channel axis.
    public let channels: Int
    /// Index of channel 0 among all channels of the net.
    public let first: Int
  }

  /// An axis of a parameter blob whose slices belong to channels of a site.
  public struct Port: Hashable, Sendable {
    /// What the slices do with the channels.
    public enum Role: Hashable, Sendable {
      /// They make them: filters, biases.
      case makes
      /// They multiply them on the way into other channels.
      case reads
      /// They scale or shift them, or hold their statistics.
      case modulates
    }

    /// What the slices do with the channels.
    public let role: Role
    /// The layer that has the blob.
    public let layer: Int
    /// The blob's position in the layer.
    public let blob: Int
    /// The axis.
    public let axis: Int
    /// The site whose channels are meant, an index in ``ChannelGraph/sites``.
    public let site: Int
    /// Slices per channel.
    public let spread: Int
    /// Blocks of a convolution that share out the site's channels; the axis spans one block's.
    public let blocks: Int

    /// Where a channel lies in a blob of the shape `shape`: its slices of the axis, and the positions of the axes
    /// before it, flattened, at which these slices are the channel's. All positions behind the axis are.
    public func place(of channel: Int, in shape: Shape) -> (outer: Range<Int>, slices: Range<Int>) {
      let (extent, outer) = (shape[axis], shape.count(from: 0, to: axis))
      let (block, first) = (channel * spread / extent, channel * spread % extent)
      // Another group's channels are read by other filters.
      let rows = blocks > 1 ? (block * outer / blocks)..<((block + 1) * outer / blocks) : 0..<outer
      return (rows, first..<(first + spread))
    }
  }

  /// A channel of a site.
  public struct Channel: Hashable, Sendable {
    /// The site, an index in ``ChannelGraph/sites``.
    public let site: Int
    /// The channel's number in the site.
    public let channel: Int
  }

  /// A dependency group: channels that can only be removed together.
  public struct Group: Sendable {
    /// Its name: the least of its channels' indices among all channels of the net.
    public let id: Int
    /// Its channels, in the order of sites.
    public let channels: [Channel]
  }

  /// A channel of a dependency group and slices of parameters that belong to it.
  public struct Use: Hashable, Sendable {
    /// The slices' blob and axis.
    public let port: Port
    /// The channel's number in the port's site.
    public let channel: Int
  }

  /// A site whose channels lie in blocks of equal size that must stay equal.
  public struct Balance: Hashable, Sendable {
    /// The site.
    public let site: Int
    /// How many blocks there are.
    public let blocks: Int
    /// The group convolution that asks for it.
    public let layer: Int
  }

  /// The net.
  public let net: NetDescription
  /// All sites, in the order in which they are written.
  public let sites: [Site]
  /// Per layer, the sites of its bottoms.
  public let bottomSites: [[Int]]
  /// Per layer, the sites of its tops.
  public let topSites: [[Int]]
  /// The ports, by what they do: makers, then modulators, then readers, each in the net's order.
  public let ports: [Port]
  /// Carried channels: (bottom channel, top channel), as indices among all channels.
  public let carries: [(from: Int, to: Int, layer: Int)]
  /// The dependency groups, in the order of their ids.
  public let groups: [Group]
  /// The groups that must stay, by their ids, and who holds them (a sentence for the user).
  public let holds: [Int: String]
  /// What group convolutions ask of their bottoms and tops.
  public let balances: [Balance]
  /// Shuffles of channels that several layers make.
  public let shuffles: [ChannelShuffle]
  /// The id of every channel's group.
  let ids: [Int]
  /// Per site, the numbers of its ports in ``ports``.
  let portsOfSite: [[Int]]

  /// Slices that make a site's channels.
  public var makers: [Port] { ports.filter { $0.role == .makes } }
  /// Slices that read a site's channels.
  public var readers: [Port] { ports.filter { $0.role == .reads } }
  /// Slices that scale or shift a site's channels, or hold their statistics.
  public var modulators: [Port] { ports.filter { $0.role == .modulates } }

  /// The number of channels of all sites.
  public var channelCount: Int { ids.count }

  /// The id of the group of channel `channel` of a site.
  public func group(_ site: Int, _ channel: Int) -> Int { ids[sites[site].first + channel] }

  /// The ports of a site.
  public func ports(of site: Int) -> [Port] { portsOfSite[site].map { ports[$0] } }

  /// All slices of parameters that belong to the channels of a group, each once per channel.
  public func uses(of group: Group) -> [Use] {
    group.channels.flatMap { member in ports(of: member.site).map { Use(port: $0, channel: member.channel) } }
  }

  /// The group called `id`; nil where a channel is not the least of its group.
  public func group(id: Int) -> Group? {
    var (low, high) = (0, groups.count)
    while low < high {
      let middle = (low + high) / 2
      if groups[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < groups.count && groups[low].id == id ? groups[low] : nil
  }
}
