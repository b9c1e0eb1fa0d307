import Base
import Engine
import NetModel
import Pruning

/// What one-shot pruning would remove from a net: whole dependency groups, the least important first, without training.
public struct PrunePlan {
  /// How much is to go.
  public struct Request {
    /// What ranks the groups.
    public var importance: any Importance
    /// How much of every layer goes.
    public var ratios: PruneRatios
    /// What is left of a layer is a multiple of this, or all of it.
    public var multiple: Int
    /// The fewest channels that a layer keeps.
    public var floor: Int
    /// Whether the ratio is of the groups of all layers, which are ranked together.
    public var isGlobal: Bool

    /// Makes a request; `multiple` and `floor` are at least 1.
    public init(
      importance: any Importance, ratios: PruneRatios, multiple: Int = 1, floor: Int = 1, isGlobal: Bool = false
    ) {
      (self.importance, self.ratios, self.multiple) = (importance, ratios, multiple)
      (self.floor, self.isGlobal) = (floor, isGlobal)
    }
  }

  /// Dependency groups that the same layers make: what goes of one layer goes of all.
  public struct Family {
    /// The layers that make the channels.
    public let makers: [String]
    /// Every layer that has to do with the channels, and what.
    public let members: [(layer: String, role: String)]
    /// How many channels of the first maker these are.
    public let channels: Int
    /// The channels that go, as numbers of the first maker.
    public let removed: [Int]
    /// How many were asked for, before widths were rounded; nil where a budget chose.
    public let asked: Double?
    /// Why none goes; nil where some do.
    public let obstacle: Obstacle?
    fileprivate let groups: [Int]
  }

  /// Why no channel of a family goes.
  public enum Obstacle: Hashable, Sendable {
    /// No ratio above 0 is asked for.
    case notAsked
    /// The budget is met without.
    case notNeeded
    /// The ratio is rounded to no channel.
    case lessThanOne(ratio: Double)
    /// What is left must be a multiple, and there is none below the whole width.
    case multiple(Int)
    /// The floor keeps all.
    case floor(Int)
    /// The ranking of all layers takes none of its channels.
    case ranking
    /// Channels only go so many at once, which is more than what is asked for.
    case together(Int)
    /// Each of them is the last that some layer has.
    case last
  }

  /// Channels that must stay.
  public struct Held {
    /// The layer that makes them.
    public let layer: String
    /// How many; 0 where what it makes lies on no channel axis.
    public let channels: Int
    /// Who holds them.
    public let reason: String
  }

  /// The families, in the order of their first makers.
  public let families: [Family]
  /// What must stay.
  public let held: [Held]

  let ranking: PruneRanking

  /// Per dependency group, by its name, whether it goes.
  var removed: [Bool] {
    var removed = [Bool](repeating: false, count: ranking.survey.graph.channelCount)
    for group in families.flatMap(\.groups) { removed[group] = true }
    return removed
  }

  /// Plans for a share of every layer, or of all together; nothing is changed.
  ///
  /// - Parameter observations: of passes over data, for importances that need them
  /// - Throws: ``SlimError`` when weights and net do not fit; ``PruneError``; `ImportanceError`
  public init(
    _ net: NetDescription, weights: [String: [WeightBlob]], _ request: Request,
    _ observations: Observations = Observations()
  ) throws {
    let ranking = try PruneRanking(net, weights: weights, importance: request.importance, observations)
    let survey = ranking.survey
    for (name, ratio, place) in request.ratios.names {
      guard let index = net.index(ofLayer: name) else {
        throw PruneError.unknownLayer(
          name, where: place, nearest: closestName(to: name, among: net.layers.map(\.name)))
      }
      if ratio > 0, let reason = survey.obstacle(ofLayer: index) {
        throw PruneError.heldLayer(name, where: place, reason: reason)
      }
    }
    let scores = request.isGlobal ? try survey.families.map(ranking.scores) : nil
    let chosen = scores.map { ranking.channels($0, ratio: request.ratios.standard, floor: request.floor) }
    let families = try survey.families.enumerated().map { index, family in
      let aim =
        chosen.map { .channels($0[index]) } ?? PruneChoice.Aim.ratio(request.ratios.ratio(of: ranking.makers(family)))
      var choice = PruneChoice(channels: survey.channels(of: family), aim, request)
      var groups: [Int] = []
      if choice.obstacle == nil {
        let ladder = try scores.map { ranking.ladder(of: family, $0[index]) } ?? ranking.ladder(of: family)
        choice.choose(from: ladder, request)
        groups = ladder.rounds[..<choice.rounds].flatMap { $0 }
      }
      return Family(ranking, family, groups, asked: choice.wanted, choice.obstacle)
    }
    self.init(ranking, families)
  }

  /// Takes the first rounds of every family.
  ///
  /// - Parameters:
  ///   - ladders: of all families of the ranking
  ///   - rounds: how many of each go
  public init(_ ranking: PruneRanking, _ ladders: [PruneLadder], rounds: [Int]) {
    let families = ranking.survey.families.enumerated().map { index, family in
      let groups: [Int] = ladders[index].rounds[..<rounds[index]].flatMap { $0 }
      return Family(ranking, family, groups, asked: nil, rounds[index] == 0 ? .notNeeded : nil)
    }
    self.init(ranking, families)
  }

  private init(_ ranking: PruneRanking, _ families: [Family]) {
    (self.ranking, self.families) = (ranking, families)
    held = ranking.survey.held.map {
      Held(layer: ranking.net.layers[$0.layer].name, channels: $0.channels, reason: $0.reason)
    }
  }

  /// The weights with the removed groups masked: what makes the channels and what reads them is zero, so that slimming
  /// removes them without a trace.
  public func masked() -> [String: [WeightBlob]] {
    let (graph, removed) = (ranking.survey.graph, removed)
    var result = ranking.weights
    func channels(_ site: Int) -> [Int] {
      (0..<graph.sites[site].channels).filter { removed[graph.group(site, $0)] }
    }
    for port in graph.makers + graph.readers {
      let gone = channels(port.site)
      guard !gone.isEmpty else { continue }
      let name = graph.net.layers[port.layer].name
      result[name]?[port.blob].zero(port, gone)
    }
    return result
  }
}

extension PrunePlan.Family {
  fileprivate init(
    _ ranking: PruneRanking, _ family: GroupSurvey.Family, _ groups: [Int], asked: Double?,
    _ obstacle: PrunePlan.Obstacle?
  ) {
    let survey = ranking.survey
    makers = ranking.makers(family)
    members = survey.roles(of: family).map { (ranking.net.layers[$0.layer].name, $0.role) }
    channels = survey.channels(of: family)
    removed = groups.flatMap { survey.channels(of: family, in: $0) }.sorted()
    (self.asked, self.obstacle, self.groups) = (asked, obstacle, groups)
  }
}

extension WeightBlob {
  /// Sets the slices of some channels to zero.
  fileprivate mutating func zero(_ port: ChannelGraph.Port, _ channels: [Int]) {
    var values = Array(data)
    let (inner, extent) = (shape.count(from: port.axis + 1), shape[port.axis])
    for channel in channels {
      let (outer, slices) = port.place(of: channel, in: shape)
      for o in outer {
        for k in ((o * extent + slices.lowerBound) * inner)..<((o * extent + slices.upperBound) * inner) {
          values[k] = 0
        }
      }
    }
    self = WeightBlob(shape: shape, data: .init(values))
  }
}
