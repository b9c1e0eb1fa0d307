import Engine

/// The sum of the magnitudes of the weights that make a group (Li et al. 2017); where several layers make it, the sum
/// of their means.
public struct L1Norm: Importance {
  /// The name.
  public static let name = "l1"

  /// Makes the norm.
  public init() {}

  /// Sums row by row, which is the order in which caffe_increg adds a column. Of tiles, which need not be of one
  /// height, it takes means.
  public func scores(_ family: GroupFamily, _ evidence: any Evidence) throws -> [Float] {
    guard let member = family.only, member.hasOwnKernel else {
      return try family.sumOfMeans(of: .maker, evidence, L1Norm.name, term: { Double($0.magnitude) }, of: { $0 }) {
        weights, rows in weights.rowMagnitudes(into: &rows)
      }
    }
    var scores = [Float](repeating: 0, count: family.count)
    try evidence.withValues(of: member) { weights in
      switch member.slices {
      case .rows: weights.rowMagnitudes(into: &scores)
      case .columns, .tiles(1): weights.columnMagnitudes(into: &scores)
      case .tiles(let height): scores = member.matrix.columnMeans(ofTiles: height, weights)
      }
    }
    return scores
  }

  /// Of whole rows and columns of one weight.
  public func sums(_ family: GroupFamily) -> GroupSums? {
    guard let member = family.only else { return nil }
    let (rows, columns) = (member.matrix.rows, member.matrix.columns)
    switch member.slices {
    case .rows(nil): return GroupSums(.rows, rows: rows, columns: columns)
    case .columns(nil): return GroupSums(.columns, rows: rows, columns: columns)
    case .rows, .columns, .tiles: return nil
    }
  }
}

/// The root of the mean square of the weights that make a group (He et al. 2018); where
/// several layers make it, the sum of theirs.
public struct L2Norm: Importance {
  /// The name.
  public static let name = "l2"

  /// Makes the norm.
  public init() {}

  /// Adds in double precision.
  public func scores(_ family: GroupFamily, _ evidence: any Evidence) throws -> [Float] {
    try family.sumOfMeans(of: .maker, evidence, L2Norm.name, term: { Double($0) * Double($0) }, of: { $0.squareRoot() })
  }
}

/// The magnitude of the factor by which a Scale layer multiplies a channel (Liu et al. 2017); the sum where there are
/// several.
public struct ScaleFactor: Importance {
  /// The name.
  public static let name = "bn"
  /// Factors.
  public static let needs = EvidenceNeeds.factors

  /// Makes the importance.
  public init() {}

  /// Adds in double precision.
  public func scores(_ family: GroupFamily, _ evidence: any Evidence) throws -> [Float] {
    try family.sumOfMeans(
      of: .factor, evidence, ScaleFactor.name, term: { Double($0.magnitude) }, of: { $0 })
  }
}

extension GroupMember {
  /// Whether a kernel adds up the member's groups: whole rows, whole columns, all positions of a kernel, single
  /// weights, columns of tiles.
  fileprivate var hasOwnKernel: Bool {
    switch slices {
    case .rows(nil), .columns(nil): true
    // Positions are the columns of a matrix with a row for each channel of each filter; single weights are columns of a
    // matrix with one row.
    case .columns(let groups?): groups.indices.allSatisfy { groups[$0] == $0 % matrix.columns % matrix.spatial }
    case .tiles: true
    case .rows: false
    }
  }
}

extension WeightMatrix {
  /// The mean magnitudes of every tile's columns.
  fileprivate func columnMeans(ofTiles height: Int, _ weights: FloatView) -> [Float] {
    var sums = [Float](repeating: 0, count: columns)
    let tiles = tiles(height)
    return (0..<tiles.count).flatMap { tile in
      let rows = tiles.rows(of: tile)
      weights.part(rows.lowerBound * columns, count: rows.count * columns).columnMagnitudes(into: &sums)
      return sums.map { $0 / Float(rows.count) }
    }
  }
}

extension GroupFamily {
  /// Per group the sum over all members of a role of `form` of the mean of `term`.
  ///
  /// - Parameter ofRows: adds up `term` over whole rows, where something does that faster
  /// - Throws: ``ImportanceError/nothingToScore(family:importance:needs:)`` where a group has no such member
  func sumOfMeans(
    of role: GroupMember.Role, _ evidence: any Evidence, _ importance: String, term: (Float) -> Double,
    of form: (Double) -> Double, ofRows: ((FloatView, inout [Float]) -> Void)? = nil
  ) throws -> [Float] {
    var scores = [Double](repeating: 0, count: count)
    var isKnown = [Bool](repeating: false, count: count)
    for member in members where member.role == role {
      var sums = [Double](repeating: 0, count: count)
      var sizes = [Int](repeating: 0, count: count)
      try evidence.withValues(of: member) { values in
        if let ofRows, case .rows = member.slices {
          var rows = [Float](repeating: 0, count: member.matrix.rows)
          ofRows(values, &rows)
          for row in rows.indices {
            guard let group = member.group(row: row, column: 0) else { continue }
            sums[group] += Double(rows[row])
            sizes[group] += member.matrix.columns
          }
          return
        }
        for row in 0..<member.matrix.rows {
          for column in 0..<member.matrix.columns {
            guard let group = member.group(row: row, column: column) else { continue }
            sums[group] += term(values[row * member.matrix.columns + column])
            sizes[group] += 1
          }
        }
      }
      for group in 0..<count where sizes[group] > 0 {
        scores[group] += form(sums[group] / Double(sizes[group]))
        isKnown[group] = true
      }
    }
    guard !isKnown.contains(false) else {
      throw ImportanceError.nothingToScore(
        family: name, importance: importance,
        needs: role == .factor ? "a Scale layer behind it" : "weights that make it")
    }
    return scores.map { Float($0) }
  }
}
