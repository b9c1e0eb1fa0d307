import Engine

/// The mean magnitude of what a channel holds, over images and positions. Where a group has channels in several
/// blobs, it is the mean over these.
public struct MeanActivation: Importance {
  /// The name.
  public static let name = "activation"
  /// Activations.
  public static let needs = EvidenceNeeds.activations

  /// Makes the importance.
  public init() {}

  /// Adds in double precision.
  public func scores(_ family: GroupFamily, _ evidence: any Evidence) throws -> [Float] {
    let activity = try evidence.activity()
    return try family.meansOverSites(Self.name, needs: "channels or filters", family.sites) {
      activity.magnitudes(of: $0.blob)
    }
  }
}

extension GroupFamily {
  /// Per group the mean over blobs of the mean over the group's channels there.
  ///
  /// - Parameters:
  ///   - needs: what is missing where there is no blob
  ///   - values: of every channel of a blob; nil where it was not seen
  /// - Throws: ``ImportanceError/nothingToScore(family:importance:needs:)`` where a group has no channel that was seen
  func meansOverSites(
    _ importance: String, needs: String, _ sites: [GroupSite], _ values: (GroupSite) -> [Double]?
  ) throws -> [Float] {
    var sums = [Double](repeating: 0, count: count)
    var blobs = [Double](repeating: 0, count: count)
    for site in sites {
      guard let values = values(site), values.count == site.owners.count else { continue }
      var (here, channels) = (Array(repeating: 0.0, count: count), Array(repeating: 0.0, count: count))
      for (owner, value) in zip(site.owners, values) where owner >= 0 {
        here[owner] += value
        channels[owner] += 1
      }
      for group in sums.indices where channels[group] > 0 {
        sums[group] += here[group] / channels[group]
        blobs[group] += 1
      }
    }
    guard !blobs.contains(0) else {
      throw ImportanceError.nothingToScore(family: name, importance: importance, needs: needs)
    }
    return zip(sums, blobs).map { Float($0 / $1) }
  }
}
