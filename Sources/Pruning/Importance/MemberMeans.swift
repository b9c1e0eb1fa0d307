import Engine
import NetModel

// Scores over all that makes, scales and reads a group, as Torch-Pruning adds them up.
extension GroupFamily {
  /// Per group the mean over members of the sum of `term` over the member's weights. Depthwise filters do not count.
  ///
  /// - Parameters:
  ///   - roles: the members that count
  ///   - values: a member's weights, or products of weights and gradients; nil where it has none
  /// - Throws: ``ImportanceError/nothingToScore(family:importance:needs:)`` where no member counts
  func meansOverMembers(
    _ roles: Set<GroupMember.Role>, _ importance: String, term: (Float) -> Double,
    _ values: (GroupMember) throws -> [Float]?
  ) throws -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    var counted = 0
    for member in members where roles.contains(member.role) {
      guard let values = try values(member) else { continue }
      counted += 1
      for row in 0..<member.matrix.rows {
        for column in 0..<member.matrix.columns {
          guard let group = member.group(row: row, column: column) else { continue }
          sums[group] += term(values[row * member.matrix.columns + column])
        }
      }
    }
    guard counted > 0 else {
      throw ImportanceError.nothingToScore(family: name, importance: importance, needs: "weights that make it")
    }
    return sums.map { $0 / Double(counted) }
  }

  /// The same for weights.
  func meansOverMembers(_ importance: String, _ evidence: any Evidence, term: (Float) -> Double) throws -> [Double] {
    try meansOverMembers([.maker, .reader, .factor], importance, term: term) { member in
      var values: [Float]?
      try evidence.withValues(of: member) { values = Array($0) }
      return values
    }
  }
}

extension Evidence {
  /// The products of a parameter's values and gradients, row-major; nil where there is no such parameter.
  func products(of member: GroupMember) throws -> [Float]? {
    var products: [Float]?
    try withValues(of: member) { values in
      try withGradients(of: member) { gradients in products = values.indices.map { values[$0] * gradients[$0] } }
    }
    return products
  }
}
