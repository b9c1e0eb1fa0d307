import CKernels

extension ConvolutionTrials {
  /// Whether a compact plan is faster than the dense one, in the layouts of both. A trial with another pattern counts
  /// if as many sixteenths of the weights live in it.
  func isFaster(_ compact: DNNLCompact, than dense: any ConvolutionOperator, _ shape: ConvolutionShape) throws -> Bool {
    let sixteenths = Int((compact.live.share * 16).rounded(.up))
    let key =
      key(shape) + " layouts \(shape.bottomLayout.rawValue) \(shape.topLayout.rawValue) live \(sixteenths)/16"
    if let kept = compared[key] ?? record?.outcome(for: key), let times = Self.times(kept) {
      return times.compact < times.dense
    }
    let (bottom, top) = (
      Blob(shape: shape.bottom, layout: shape.bottomLayout), Blob(shape: shape.top, layout: shape.topLayout)
    )
    let entrants = [dense, compact].map { ConvolutionEntrant(shape, $0, bottom: bottom, top: top) }
    var times = (dense: 0.0, compact: 0.0)
    for (direction, _) in Self.directions(shape) {
      for entrant in entrants { _ = try entrant.milliseconds(direction) }
      let shortest = try Race.shortest(of: entrants.map { entrant in { try entrant.milliseconds(direction) } })
      times = (times.dense + shortest[0], times.compact + shortest[1])
    }
    let outcome = "\(times.dense) \(times.compact)"
    compared[key] = outcome
    record?.keep(outcome, for: key)
    return times.compact < times.dense
  }

  /// Milliseconds of all directions; nil for a text that this version did not write.
  private static func times(_ outcome: String) -> (dense: Double, compact: Double)? {
    let numbers = outcome.split(separator: " ").compactMap { Double($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
  }
}
