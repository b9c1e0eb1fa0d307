/// How much accuracy a net loses when one family alone is narrower.
public struct SensitivityMap: Codable, Sendable, Equatable {
  /// One family.
  public struct Family: Codable, Sendable, Equatable {
    /// The layers that make its channels.
    public let makers: [String]
    /// The channels of the first maker.
    public let channels: Int
    /// Widths, descending from below the whole, with the accuracy of the net.
    public var points: [Point]

    /// Whether the points are what a measurement can give: a file may say anything.
    fileprivate var isSound: Bool {
      var last = channels
      return points.allSatisfy { point in
        defer { last = point.width }
        return (0..<max(0, last)).contains(point.width) && (0...1).contains(point.accuracy ?? 0)
      }
    }
  }

  /// A width that was tried.
  public struct Point: Codable, Sendable, Equatable {
    /// The channels of the first maker.
    public let width: Int
    /// The net's accuracy; nil where a larger width had lost too much already.
    public let accuracy: Double?
  }

  /// What tells the net with its weights from others.
  public let identity: String
  /// What says which channels go first.
  public let importance: String
  /// How many images accuracies are means over.
  public let images: Int
  /// The whole net's accuracy.
  public let accuracy: Double
  /// The families, in the net's order.
  public internal(set) var families: [Family]

  /// Losses below this count as none: a mean over so many images is no more exact.
  public var resolution: Double { 1 / Double(max(1, images)).squareRoot() / 3 }

  /// What a family loses at each of its points: a narrower one never loses less; infinity where there is no accuracy.
  public func losses(_ family: Family) -> [(width: Int, loss: Double)] {
    var most = 0.0
    return family.points.map { point in
      let loss = point.accuracy.map { accuracy - $0 } ?? .infinity
      most = max(most, loss < resolution ? 0 : loss)
      return (point.width, most)
    }
  }

  /// The losses of all widths, straight lines between those that were tried.
  ///
  /// - Throws: ``BudgetError/otherMap(reason:)`` where the map was made of something else
  public func curves(_ space: WidthSpace, identity: String, importance: String) throws(BudgetError) -> LossCurves {
    guard self.importance == importance else {
      throw .otherMap(reason: "it was made with --importance \(self.importance), not \(importance)")
    }
    let there = space.ranking.survey.families.enumerated().map {
      (space.ranking.makers($1), space.ladders[$0].channels)
    }
    for (index, (makers, channels)) in there.enumerated() {
      let known = families.indices.contains(index) ? families[index] : nil
      guard known?.makers == makers, known?.channels == channels else {
        let other = known.map { "\($0.channels) of '\($0.makers.joined(separator: ", "))'" } ?? "none"
        throw .otherMap(
          reason: "the net has \(channels) channels of '\(makers.joined(separator: ", "))', the map \(other)")
      }
    }
    guard families.count == there.count else { throw .otherMap(reason: "it has more families than the net") }
    for family in families where !family.isSound {
      throw .otherMap(
        reason: "the points of '\(family.makers.joined(separator: ", "))' are no widths that fall from below "
          + "\(family.channels), with accuracies from 0 to 1")
    }
    guard (0...1).contains(accuracy) else { throw .otherMap(reason: "the whole net's accuracy is \(accuracy)") }
    guard self.identity == identity else { throw .otherMap(reason: "it was made with other weights") }
    return LossCurves(
      families.indices.map { index in
        let known = [(width: families[index].channels, loss: 0.0)] + losses(families[index])
        return space.rungs[index].indices.map { Self.loss(at: space.width(index, $0), known) }
      })
  }

  private static func loss(at width: Int, _ known: [(width: Int, loss: Double)]) -> Double {
    guard let below = known.first(where: { $0.width <= width }) else { return .infinity }
    guard let above = known.last(where: { $0.width > width }), below.width < width else { return below.loss }
    guard below.loss.isFinite else { return .infinity }
    return above.loss + (below.loss - above.loss) * Double(above.width - width) / Double(above.width - below.width)
  }
}
