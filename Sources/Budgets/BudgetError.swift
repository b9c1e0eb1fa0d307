import Base

/// Why a net cannot be brought to a budget.
public enum BudgetError: Error, Equatable {
  /// A text that is no budget.
  case malformed(String)
  /// A kind of cost that is not known.
  case unknownKind(String)
  /// What stands behind an amount is no unit of the kind; empty where there has to be one.
  case unknownUnit(String, of: NetBudget.Kind)
  /// The net cannot cost so little: what was asked, and the least.
  case unreachable(NetBudget.Kind, asked: Double, least: Double)
  /// No channel of the net can go.
  case nothingToPrune(reason: String)
  /// A net with other widths cannot be described.
  case undescribable(cause: String)
  /// A forward pass needs a batch: the layer whose tops have no first axis that could be one.
  case noBatch(layer: String)
  /// No output of the net is an accuracy; the outputs there are.
  case noAccuracy(outputs: [String])
  /// The whole net's accuracy is 0, so that no loss can be measured.
  case noBase(accuracy: Double)
  /// A map was made of another net, or asked otherwise.
  case otherMap(reason: String)
}

extension BudgetError: CustomStringConvertible {
  /// Cause and remedy in one line.
  public var description: String {
    switch self {
    case .malformed(let text):
      "'\(text)' is no budget: it must be a kind and a positive number, as macs=0.5 (a share), params=2M, bytes=10M, or "
        + "latency=20ms"
    case .unknownKind(let kind):
      "there is no budget '\(kind)'; there are \(Self.list(NetBudget.Kind.allCases.map(\.rawValue), near: kind))"
    case .unknownUnit(let unit, let kind):
      (unit.isEmpty ? "an amount of \(kind.rawValue) needs a unit" : "\(kind.rawValue) has no unit '\(unit)'")
        + "; there are \(kind.units.map(\.name).filter { !$0.isEmpty }.joined(separator: ", "))"
        + "; a share is a number below 1 without one" + didYouMean(kind.unit(meantBy: unit))
    case .unreachable(let kind, let asked, let least):
      "the budget cannot be met: at most \(kind.text(asked)) are asked for, but the least with these widths is "
        + "\(kind.text(least)); a smaller --floor or --round allows less"
    case .nothingToPrune(let reason): "the budget cannot be met: no channel of the net can go: \(reason)"
    case .undescribable(let cause): "the net cannot be described with other widths: \(cause)"
    case .noBatch(let layer): "layer '\(layer)': what it makes has no batch that could be changed"
    case .noAccuracy(let outputs):
      "the net has no accuracy output; its outputs are: \(outputs.isEmpty ? "none" : outputs.joined(separator: ", "))"
    case .noBase(let accuracy): "the net's accuracy is \(accuracy) before anything is pruned: no loss can be told"
    case .otherMap(let reason): "the sensitivity map does not fit: \(reason)"
    }
  }
}

extension BudgetError {
  /// The names there are, and the one that was meant.
  private static func list(_ names: [String], near word: String) -> String {
    names.joined(separator: ", ") + didYouMean(closestName(to: word, among: names))
  }
}

extension NetBudget.Kind {
  /// From here on not all digits are shown.
  private static let large = 1e15

  /// An amount with its unit.
  public func text(_ amount: Double) -> String {
    let number = amount.magnitude < Self.large ? amount.fixed(self == .latency ? 3 : 0) : amount.logged
    switch self {
    case .macs: return "\(number) multiply-adds"
    case .params: return "\(number) parameters"
    case .bytes: return "\(number) bytes"
    case .latency: return "\(number) ms"
    }
  }
}
