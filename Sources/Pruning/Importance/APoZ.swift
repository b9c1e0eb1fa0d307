import Engine

/// The share of what is not zero in a channel behind its rectifier, which is 1 - APoZ: channels of the most zeros go
/// first (Hu et al., Network Trimming, 2016). Where a group has channels in several rectified blobs, it is the mean
/// over these. Scores of all layers can be compared.
public struct APoZ: Importance {
  /// The name.
  public static let name = "apoz"
  /// Activations.
  public static let needs = EvidenceNeeds.activations
  /// Yes.
  public static let comparesFamilies = true

  /// Makes the importance.
  public init() {}

  /// Counts.
  public func scores(_ family: GroupFamily, _ evidence: any Evidence) throws -> [Float] {
    let activity = try evidence.activity()
    return try family.meansOverSites(Self.name, needs: "a ReLU behind it", family.sites.filter(\.isRectified)) {
      activity.livingShares(of: $0.blob)
    }
  }
}
