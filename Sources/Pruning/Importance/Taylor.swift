import NetModel

/// The sum of magnitudes of weight times gradient, over all that makes or reads a group: what the loss would change by,
/// to first order, if each weight went (Molchanov et al. 2019, as Torch-Pruning adds it up).
public struct Taylor: Importance {
  /// The name.
  public static let name = "taylor"
  /// Gradients.
  public static let needs: EvidenceNeeds = [.weights, .gradients]

  /// Makes the importance.
  public init() {}

  /// Adds in double precision.
  public func scores(_ family: GroupFamily, _ evidence: any Evidence) throws -> [Float] {
    try family.meansOverMembers([.maker, .reader], Self.name, term: { Double($0.magnitude) }) {
      try evidence.products(of: $0)
    }.map { Float($0) }
  }
}

/// The square of the sum of weight times gradient, over the weights and biases that make a group: the loss's change,
/// squared, to first order, if all of it went (OrthoReg's "fisher"). Scores of all layers can be compared.
public struct Fisher: Importance {
  /// The name.
  public static let name = "fisher"
  /// Gradients.
  public static let needs: EvidenceNeeds = [.weights, .gradients]
  /// Yes.
  public static let comparesFamilies = true

  /// Makes the importance.
  public init() {}

  /// Adds in double precision.
  public func scores(_ family: GroupFamily, _ evidence: any Evidence) throws -> [Float] {
    var sums = [Double](repeating: 0, count: family.count)
    var isKnown = false
    for member in family.makers.flatMap({ [$0, $0.bias].compactMap(\.self) }) {
      guard let products = try evidence.products(of: member) else { continue }
      isKnown = true
      for row in 0..<member.matrix.rows {
        for column in 0..<member.matrix.columns {
          guard let group = member.group(row: row, column: column) else { continue }
          sums[group] += Double(products[row * member.matrix.columns + column])
        }
      }
    }
    guard isKnown else {
      throw ImportanceError.nothingToScore(family: family.name, importance: Self.name, needs: "weights that make it")
    }
    return sums.map { Float($0 * $0) }
  }
}

extension GroupMember {
  /// The biases that go with whole filters; the layer may have none.
  fileprivate var bias: GroupMember? {
    guard case .rows = slices, place.blob == 0 else { return nil }
    let matrix = WeightMatrix(rows: matrix.rows, columns: 1)
    return GroupMember(BlobPlace(layer: place.layer, blob: 1), role: role, matrix: matrix, slices: slices)
  }
}
