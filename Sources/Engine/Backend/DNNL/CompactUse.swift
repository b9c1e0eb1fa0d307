/// Whether convolutions and inner products with weights that are pruned away compute with the others only.
public enum CompactUse: String, Sendable, CaseIterable {
  /// Where that is faster.
  case auto
  /// Wherever a column or a row of weights is zero.
  case on
  /// Never.
  case off

  /// Whether it pays where a share of the weights lives, by a rule for machines on which nothing is tried.
  func pays(_ share: Double, againstWinograd: Bool) -> Bool {
    switch self {
    case .off: false
    case .on: share < 1
    case .auto: share <= (againstWinograd ? 0.3 : 0.75)
    }
  }
}
