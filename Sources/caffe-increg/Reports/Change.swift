/// A figure before and after.
struct Change<Figure: Encodable>: Encodable {
  let before: Figure
  let after: Figure
}

extension Change: Equatable where Figure: Equatable {
  /// What a table says of it.
  func text(_ text: (Figure) -> String) -> String {
    before == after ? text(before) : "\(text(before)) -> \(text(after))"
  }
}

extension Change: Sendable where Figure: Sendable {}
