import Base
import Engine

/// A random number: what any better importance has to beat.
public struct RandomScore: Importance {
  /// The name.
  public static let name = "random"
  /// Nothing.
  public static let needs: EvidenceNeeds = []
  /// Yes.
  public static let comparesFamilies = true
  private let source: RandomSource

  /// Makes the importance; every call draws further numbers of one stream.
  public init(seed: Int) { source = RandomSource(seed: seed) }

  /// Draws in the order of the groups, uniform in [0, 1).
  public func scores(_ family: GroupFamily, _ evidence: any Evidence) -> [Float] {
    (0..<family.count).map { _ in source.uniform() }
  }
}
