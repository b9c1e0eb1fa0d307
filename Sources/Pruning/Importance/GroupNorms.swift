/// The sum of magnitudes of all that makes, scales or reads a group, member by member, and its mean over the members
/// (Torch-Pruning's group magnitude, p = 1).
public struct GroupL1: Importance {
  /// The name.
  public static let name = "group-l1"
  /// Weights and factors.
  public static let needs: EvidenceNeeds = [.weights, .factors]

  /// Makes the norm.
  public init() {}

  /// Adds in double precision.
  public func scores(_ family: GroupFamily, _ evidence: any Evidence) throws -> [Float] {
    try family.meansOverMembers(Self.name, evidence) { Double($0.magnitude) }.map { Float($0) }
  }
}

/// The same of squares, without a root (Torch-Pruning's group magnitude, p = 2).
public struct GroupL2: Importance {
  /// The name.
  public static let name = "group-l2"
  /// Weights and factors.
  public static let needs: EvidenceNeeds = [.weights, .factors]

  /// Makes the norm.
  public init() {}

  /// Adds in double precision.
  public func scores(_ family: GroupFamily, _ evidence: any Evidence) throws -> [Float] {
    try family.meansOverMembers(Self.name, evidence) { Double($0) * Double($0) }.map { Float($0) }
  }
}
