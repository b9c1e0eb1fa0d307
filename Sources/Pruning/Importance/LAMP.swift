/// A group's square norm divided by the sum of the square norms that are not smaller (Lee et al., Layer-adaptive
/// Sparsity for the Magnitude-based Pruning, ICLR 2021): scores of all layers can be compared. For groups of several
/// weights the square norm is that of ``GroupL2``, as in Torch-Pruning.
public struct LAMP: Importance {
  /// The name.
  public static let name = "lamp"
  /// Weights and factors.
  public static let needs: EvidenceNeeds = [.weights, .factors]
  /// Yes.
  public static let comparesFamilies = true

  /// Makes the importance.
  public init() {}

  /// Adds in double precision. The largest group scores 1; of equal groups the later one scores more.
  public func scores(_ family: GroupFamily, _ evidence: any Evidence) throws -> [Float] {
    Self.normalised(try family.meansOverMembers(Self.name, evidence) { Double($0) * Double($0) }).map { Float($0) }
  }

  static func normalised(_ squares: [Double]) -> [Double] {
    var (scores, sum) = (squares, 0.0)
    for group in squares.indices.sorted(by: { (squares[$0], $0) > (squares[$1], $1) }) {
      sum += squares[group]
      scores[group] = sum > 0 ? squares[group] / sum : 0
    }
    return scores
  }
}
