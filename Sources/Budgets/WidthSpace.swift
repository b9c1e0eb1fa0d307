import CaffeProto
import NetModel
import Slimming

/// All widths that a net's families may have, and what shapes the layers get by them.
public struct WidthSpace {
  /// The net's groups.
  public let ranking: PruneRanking
  /// The groups of every family in the order in which they go.
  public let ladders: [PruneLadder]
  /// Per family, the numbers of rounds after which it has an allowed width; the first is 0.
  public let rungs: [[Int]]
  /// Per family, the layers on whose bottoms or tops it lies.
  public let layers: [[Int]]
  /// The layer types.
  public let registry: LayerRegistry

  /// A choice of widths.
  public struct Point: Hashable, Sendable {
    /// Per family, its place in ``WidthSpace/rungs``.
    public fileprivate(set) var rungs: [Int]
    /// Per site, the channels that are left.
    fileprivate var channels: [Int]
  }

  /// Which widths there are.
  public struct Steps: Sendable {
    /// What is left of a layer is a multiple of this, or all of it.
    public var multiple: Int
    /// The fewest channels that a layer keeps; an eighth of them stays in any case.
    public var floor: Int

    /// Makes steps; both are at least 1.
    public init(multiple: Int = 8, floor: Int = 1) { (self.multiple, self.floor) = (multiple, floor) }
  }

  /// Ranks all families.
  ///
  /// - Throws: `ImportanceError`, `PruneError`
  public init(_ ranking: PruneRanking, _ steps: Steps = .init(), registry: LayerRegistry) throws {
    (self.ranking, self.registry) = (ranking, registry)
    ladders = try ranking.survey.families.map { try ranking.ladder(of: $0) }
    rungs = ladders.map { $0.steps(multiple: steps.multiple, floor: max(steps.floor, ($0.channels + 7) / 8)) }
    let graph = ranking.survey.graph
    layers = ladders.map { ladder in
      let sites = Set(ladder.sites)
      return ranking.net.layers.indices.filter {
        !sites.isDisjoint(with: graph.bottomSites[$0]) || !sites.isDisjoint(with: graph.topSites[$0])
      }
    }
  }

  /// The net as it is.
  public var whole: Point {
    Point(rungs: rungs.map { _ in 0 }, channels: ranking.survey.graph.sites.map(\.channels))
  }

  /// Every family as narrow as it may be.
  public var narrowest: Point { whole.moved(rungs.map { $0.count - 1 }, in: self) }

  /// Each family at the width nearest to a share of its channels.
  public func point(_ share: (_ family: Int) -> Double) -> Point {
    let nearest = rungs.enumerated().map { family, rungs in
      let wanted = share(family) * Double(ladders[family].channels)
      return rungs.indices.min { abs(Double(width(family, $0)) - wanted) < abs(Double(width(family, $1)) - wanted) }
        ?? 0
    }
    return whole.moved(nearest, in: self)
  }

  /// How many channels of its first maker a family has on a rung.
  public func width(_ family: Int, _ rung: Int) -> Int {
    ladders[family].channels - ladders[family].lost[rungs[family][rung]]
  }

  /// The plan that takes a point's channels away.
  public func plan(_ point: Point) -> PrunePlan {
    PrunePlan(ranking, ladders, rounds: zip(rungs, point.rungs).map { $0[$1] })
  }

  /// The channels of a layer's bottoms and tops; 0 where there is no channel axis.
  public func channels(of layer: Int, at point: Point) -> LayerWidths {
    let graph = ranking.survey.graph
    return LayerWidths(
      bottom: graph.bottomSites[layer].map { point.channels[$0] }, top: graph.topSites[layer].map { point.channels[$0] }
    )
  }

  /// A layer's message for other widths, with its bottoms' and tops' shapes.
  public func message(of layer: Int, _ widths: LayerWidths) -> (LayerParameter, bottom: [Shape], top: [Shape]) {
    let described = ranking.net.layers[layer]
    let (bottom, top) = ranking.survey.graph.shapes(of: layer, bottom: widths.bottom, top: widths.top)
    var parameter = ranking.net.parameter.layer[layer]
    if (bottom, top) != (described.bottomShapes, described.topShapes) {
      described.description.adapt(&parameter, bottom: bottom, top: top)
    }
    return (parameter, bottom, top)
  }

  /// The net of the described phase with a point's widths.
  public func net(at point: Point) -> NetParameter {
    var net = ranking.net.parameter
    for layer in net.layer.indices { net.layer[layer] = message(of: layer, channels(of: layer, at: point)).0 }
    return net
  }
}

/// The channels of a layer's bottoms and tops.
public struct LayerWidths: Hashable, Sendable {
  /// Of the bottoms.
  public var bottom: [Int]
  /// Of the tops.
  public var top: [Int]
}

extension WidthSpace.Point {
  /// The point with one family on another rung.
  public func moved(_ family: Int, to rung: Int, in space: WidthSpace) -> Self {
    var point = self
    let ladder = space.ladders[family]
    let (before, after) = (ladder.losses[space.rungs[family][rungs[family]]], ladder.losses[space.rungs[family][rung]])
    for (index, site) in ladder.sites.enumerated() { point.channels[site] += before[index] - after[index] }
    point.rungs[family] = rung
    return point
  }

  /// The point with all families on other rungs.
  public func moved(_ rungs: [Int], in space: WidthSpace) -> Self {
    rungs.enumerated().reduce(self) { $0.moved($1.offset, to: $1.element, in: space) }
  }
}
