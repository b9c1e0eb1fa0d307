/// What a net may cost.
public struct NetBudget: Hashable, Sendable {
  /// What is counted.
  public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
    /// Multiply-adds of one item of a batch, as `NetCost` counts them.
    case macs
    /// Values of all parameters, each once.
    case params
    /// Bytes of these values.
    case bytes
    /// Milliseconds of one forward pass over a batch.
    case latency
  }

  /// How much of it.
  public enum Goal: Hashable, Sendable {
    /// A share of the whole net's, above 0 and below 1.
    case share(Double)
    /// So many, milliseconds for ``Kind/latency``.
    case amount(Double)
  }

  /// What is counted.
  public let kind: Kind
  /// How much of it.
  public let goal: Goal

  /// Makes a budget.
  public init(_ kind: Kind, _ goal: Goal) { (self.kind, self.goal) = (kind, goal) }

  /// Reads `kind=amount`: a number below 1 is a share; `ms` or `s` stands behind a time, and `k`, `M` or `G` may stand behind
  /// other amounts.
  ///
  /// - Throws: ``BudgetError``
  public init(_ text: String) throws(BudgetError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw .malformed(text) }
    guard let kind = Kind(rawValue: parts[0]) else { throw .unknownKind(parts[0]) }
    let digits = parts[1].prefix { !$0.isLetter || $0 == "e" }
    guard let number = Double(digits), number.isFinite, number > 0 else { throw .malformed(text) }
    let unit = String(parts[1].dropFirst(digits.count))
    self.kind = kind
    if unit.isEmpty, number < 1 {
      goal = .share(number)
    } else if let factor = (kind == .latency ? Self.times : Self.counts)[unit] {
      goal = .amount(number * factor)
    } else {
      throw .malformed(text)
    }
  }

  private static let times: [String: Double] = ["ms": 1, "s": 1000]
  private static let counts: [String: Double] = ["": 1, "k": 1e3, "M": 1e6, "G": 1e9]

  /// What may be left of `whole`.
  public func limit(of whole: Double) -> Double {
    switch goal {
    case .share(let share): share * whole
    case .amount(let amount): amount
    }
  }
}
