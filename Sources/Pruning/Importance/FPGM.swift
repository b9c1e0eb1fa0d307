import Engine
import NetModel

/// The sum of distances to the other groups (He et al., Filter Pruning via Geometric Median, CVPR 2019): what is near
/// the middle of the others can be spared. Where several layers make a group, it is the mean over them.
public struct FPGM: Importance {
  /// The name.
  public static let name = "fpgm"

  /// Makes the importance.
  public init() {}

  /// Takes the distances from products, in double precision.
  ///
  /// - Throws: ``ImportanceError/nothingToScore(family:importance:needs:)`` where groups are single weights
  public func scores(_ family: GroupFamily, _ evidence: any Evidence) throws -> [Float] {
    var sums = [Double](repeating: 0, count: family.count)
    var counted = 0
    for member in family.makers where member.slices != .elements {
      try evidence.withValues(of: member) { values in
        counted += 1
        let distances = Self.distances(member.vectors(values, count: family.count))
        for group in sums.indices { sums[group] += distances[group] }
      }
    }
    guard counted > 0 else {
      throw ImportanceError.nothingToScore(
        family: family.name, importance: Self.name, needs: "groups of several weights")
    }
    return sums.map { Float($0 / Double(counted)) }
  }

  /// Per vector the sum of its distances to all.
  private static func distances(_ vectors: [Blob]) -> [Double] {
    let squares = vectors.map(\.data.squareSum)
    var sums = [Double](repeating: 0, count: vectors.count)
    for one in vectors.indices {
      for other in 0..<one where vectors[one].count == vectors[other].count {
        let distance = max(0, squares[one] + squares[other] - 2 * vectors[one].data.dot(vectors[other].data))
          .squareRoot()
        sums[one] += distance
        sums[other] += distance
      }
    }
    return sums
  }
}

extension GroupMember {
  /// The weights of every group, one after the other.
  fileprivate func vectors(_ values: FloatView, count: Int) -> [Blob] {
    var weights = [[Float]](repeating: [], count: count)
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns {
        if let group = group(row: row, column: column) { weights[group].append(values[row * matrix.columns + column]) }
      }
    }
    return weights.map { weights in
      let blob = Blob(shape: [weights.count])
      blob.setPlainData(weights)
      return blob
    }
  }
}
