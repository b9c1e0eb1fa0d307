import Base

/// What a table prints about cost.
enum CostColumn: String, Decodable, CodingKeyRepresentable, CaseIterable {
  /// Multiply-adds of the net before.
  case multiplyAdds
  /// Twice as many, in billions.
  case flops
  /// Parameters of the net before, in millions.
  case parameters
  /// Multiply-adds before over those after.
  case speedup
  /// The share of multiply-adds that went.
  case reduction
  /// The share of parameters that went.
  case sparsity

  /// A figure in the form in which another is printed: as many digits behind the point, and the same unit.
  func text(_ cost: CountedCost, like printed: String) -> String {
    let number = printed.prefix { $0.isNumber || $0 == "." || $0 == "," }
    let digits = number.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.count ?? 0
    let text = value(cost).fixed(digits)
    let shown = number.hasPrefix(".") && text.hasPrefix("0.") ? String(text.dropFirst()) : text
    return shown + printed.dropFirst(number.count)
  }

  private func value(_ cost: CountedCost) -> Double {
    switch self {
    case .multiplyAdds: cost.multiplyAdds
    case .flops: 2 * cost.multiplyAdds / 1e9
    case .parameters: cost.parameters / 1e6
    case .speedup: cost.multiplyAdds / cost.leftMultiplyAdds
    case .reduction: 100 * (1 - cost.leftMultiplyAdds / cost.multiplyAdds)
    case .sparsity: 100 * (1 - cost.leftParameters / cost.parameters)
    }
  }
}

/// A net's cost before pruning and after it. Counts may be fractions, since a paper's rule need not take whole
/// channels.
struct CountedCost {
  let multiplyAdds: Double
  let parameters: Double
  let leftMultiplyAdds: Double
  let leftParameters: Double
}
