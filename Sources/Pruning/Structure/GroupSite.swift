import NetModel

/// A blob in which groups have channels.
public struct GroupSite: Sendable {
  /// The blob's name.
  public let blob: String
  /// The group of every channel, -1 for none.
  public let owners: [Int]
  /// Whether one of the layers that write the blob makes zeros of what is not positive.
  public let isRectified: Bool
}

extension NetDescription {
  /// A blob as a site of groups.
  func site(ofBlob index: Int, owners: [Int]) -> GroupSite {
    let rectifier = layers.first { layer in
      layer.top.contains(index) && (layer.description as? any Rectifying)?.rectifies == true
    }
    return GroupSite(blob: blobs[index].name, owners: owners, isRectified: rectifier != nil)
  }
}

extension ChannelGraph {
  /// The blobs in which dependency groups have channels, in the order in which they are made. What only copies another one
  /// is left out.
  func sites(of ids: [Int]) -> [GroupSite] {
    var owners: [Int: [Int]] = [:]
    for (number, id) in ids.enumerated() {
      for channel in group(id: id)?.channels ?? [] {
        let site = sites[channel.site]
        guard !(net.layers[site.layer].description is any Copying) else { continue }
        owners[site.blob, default: Array(repeating: -1, count: site.channels)][channel.channel] = number
      }
    }
    return owners.sorted { $0.key < $1.key }.map { net.site(ofBlob: $0, owners: $1) }
  }
}
