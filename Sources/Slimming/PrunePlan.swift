import Base
import Engine
import NetModel
import Pruning

/// What one-shot pruning would remove from a net: whole dependency groups, the least important first, without training.
public struct PrunePlan {
  /// How much is to go.
  public struct Request {
    /// What is kept first.
    public var importance: any Importance
    /// How much of every layer goes.
    public var ratios: PruneRatios
    /// What is left of a layer is a multiple of this, or all of it.
    public var multiple: Int
    /// The fewest channels that a layer keeps.
    public var floor: Int

    /// Makes a request; `multiple` and `floor` are at least 1.
    public init(importance: any Importance, ratios: PruneRatios, multiple: Int = 1, floor: Int = 1) {
      self.importance = importance
      self.ratios = ratios
      self.multiple = multiple
      self.floor = floor
    }
  }

  /// Dependency groups that the same layers make: what goes of one layer goes of all.
  public struct Family {
    /// The layers that make the channels.
    public let makers: [String]
    /// Every layer that has to do with the channels, and what.
    public let members: [(layer: String, role: String)]
    /// How many channels the makers have in common.
    public let channels: Int
    /// The channels that go, as numbers of the first maker.
    public let removed: [Int]
    fileprivate let groups: [Int]
  }

  /// Channels that must stay.
  public struct Held {
    /// The layer that makes them.
    public let layer: String
    /// How many.
    public let channels: Int
    /// Who holds them.
    public let reason: String
  }

  /// The families, in the order of their first makers.
  public let families: [Family]
  /// What must stay.
  public let held: [Held]

  private let graph: ChannelGraph
  private let weights: [String: [WeightBlob]]

  /// Plans; nothing is changed.
  ///
  /// - Throws: ``SlimError`` when weights and net do not fit; ``PruneError``
  public init(_ net: NetDescription, weights: [String: [WeightBlob]], _ request: Request) throws {
    try net.check(weights)
    let graph = net.channelGraph()
    self.graph = graph
    self.weights = net.resolvingShared(weights)
    let survey = graph.survey()
    held = survey.held.map { Held(layer: net.layers[$0.layer].name, channels: $0.channels, reason: $0.reason) }
    let filters = net.filterWeights
    let evidence = WeightEvidence(net: net, weights: self.weights)
    let known = Set(survey.families.flatMap(\.makers).map { net.layers[$0].name })
    for name in request.ratios.names where !known.contains(name) { throw PruneError.unknownLayer(name) }
    families = try survey.families.map { family in
      let makers = family.makers.map { net.layers[$0].name }
      let goal = PrunePlan.losses(family.groups.count, request.ratios.ratio(of: makers), request)
      var chosen: Set<Int> = []
      if goal > 0 {
        // Of every block of a group convolution the same number goes.
        let share = goal / family.blocks.count
        for block in family.blocks {
          let scores = try request.importance.scores(graph.family(of: block, madeBy: family.makers, filters), evidence)
          guard scores.allSatisfy(\.isFinite) else { throw PruneError.noNumber(layer: makers[0]) }
          let ranked = zip(block, scores).sorted { ($0.1, $0.0) < ($1.1, $1.0) }
          chosen.formUnion(ranked.prefix(share).map(\.0))
        }
      }
      let site = survey.site(ofMaker: family.makers[0])
      return Family(
        makers: makers, members: survey.roles(of: family).map { (net.layers[$0.layer].name, $0.role) },
        channels: family.groups.count,
        removed: (0..<graph.sites[site].channels).filter { chosen.contains(graph.group(site, $0)) },
        groups: chosen.sorted())
    }
  }

  /// How many of `count` channels go: the ratio, less what the multiple and the floor keep.
  private static func losses(_ count: Int, _ ratio: Double, _ request: Request) -> Int {
    guard ratio > 0 else { return 0 }
    let wanted = max(count - Int((Double(count) * ratio).rounded()), request.floor, 1)
    guard wanted < count, request.multiple < count else { return 0 }
    let left = (wanted + request.multiple - 1) / request.multiple * request.multiple
    return max(0, count - left)
  }

  /// The weights with the removed groups masked: what makes the channels and what reads them is zero, so that slimming
  /// removes them without a trace.
  public func masked() -> [String: [WeightBlob]] {
    var removed: [Bool] = Array(repeating: false, count: graph.channelCount)
    for group in families.flatMap(\.groups) { removed[group] = true }
    var result = weights
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
