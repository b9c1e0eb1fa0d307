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
    let digits = parts[1].prefix { "0123456789.+-e".contains($0) }
    guard let number = Double(digits), number.isFinite, number > 0 else { throw .malformed(text) }
    let unit = String(parts[1].dropFirst(digits.count))
    self.kind = kind
    if unit.isEmpty, number < 1 {
      goal = .share(number)
      return
    }
    guard let factor = kind.units.first(where: { $0.name == unit })?.factor else {
      throw .unknownUnit(unit, of: kind)
    }
    guard (number * factor).isFinite else { throw .malformed(text) }
    goal = .amount(number * factor)
  }

  /// What may be left of `whole`.
  public func limit(of whole: Double) -> Double {
    switch goal {
    case .share(let share): share * whole
    case .amount(let amount): amount
    }
  }
}

extension NetBudget.Kind {
  /// What may stand behind an amount, and by what it multiplies.
  var units: [(name: String, factor: Double)] {
    self == .latency ? [("ms", 1), ("s", 1000)] : [("", 1), ("k", 1e3), ("M", 1e6), ("G", 1e9)]
  }

  /// The unit with which a word begins, in letters of any case; nil where it is the unit of another kind.
  func unit(meantBy word: String) -> String? {
    guard !Self.allCases.contains(where: { $0.units.contains { $0.name == word } }) else { return nil }
    let letters = word.lowercased().filter(\.isLetter)
    return units.map(\.name).first { !$0.isEmpty && letters.hasPrefix($0.lowercased()) }
  }
}
