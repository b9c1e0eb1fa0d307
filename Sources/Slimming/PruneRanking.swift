import Engine
import NetModel
import Pruning

/// What of a net can be pruned by channel, ranked: all that a plan chooses from.
public struct PruneRanking {
  /// The net.
  public let net: NetDescription
  /// Its weights, shared ones at all their places.
  public let weights: [String: [WeightBlob]]
  /// The families and what is held.
  public let survey: GroupSurvey
  private let importance: any Importance
  private let observations: Observations
  private let filters: [FilterWeight]

  /// Surveys a net; nothing is ranked yet.
  ///
  /// - Parameter observations: of passes over data, for importances that need them
  /// - Throws: ``SlimError`` when weights and net do not fit
  public init(
    _ net: NetDescription, weights: [String: [WeightBlob]], importance: any Importance,
    _ observations: Observations = Observations()
  ) throws {
    try net.check(weights)
    self.init(surveying: net, weights: net.resolvingShared(weights), importance, observations)
  }

  /// Ranks a net of which only shapes count: the order is random.
  public init(ofShapes net: NetDescription) {
    self.init(surveying: net, weights: [:], RandomScore(seed: 1), Observations())
  }

  private init(
    surveying net: NetDescription, weights: [String: [WeightBlob]], _ importance: any Importance,
    _ observations: Observations
  ) {
    (self.net, self.weights, self.importance, self.observations) = (net, weights, importance, observations)
    survey = net.channelGraph().survey()
    filters = net.filterWeights
  }

  /// The names of the layers that make a family's channels.
  public func makers(_ family: GroupSurvey.Family) -> [String] { family.makers.map { net.layers[$0].name } }

  /// Whether scores of different families can be compared as they are.
  public var comparesFamilies: Bool { type(of: importance).comparesFamilies }

  /// The scores of a family's groups, block by block.
  func scores(of family: GroupSurvey.Family) throws -> [[Float]] {
    let evidence = WeightEvidence(net: net, weights: weights, observations: observations)
    return try family.blocks.map { block in
      let scores = try importance.scores(survey.graph.family(of: block, madeBy: family.makers, filters), evidence)
      guard scores.allSatisfy(\.isFinite) else { throw PruneError.noNumber(layer: makers(family)[0]) }
      return scores
    }
  }

  /// A family's groups in the order in which they go.
  ///
  /// - Throws: `ImportanceError`; ``PruneError/noNumber(layer:)``
  public func ladder(of family: GroupSurvey.Family) throws -> PruneLadder {
    ladder(of: family, try scores(of: family))
  }

  /// The same by scores that are known.
  func ladder(of family: GroupSurvey.Family, _ scores: [[Float]]) -> PruneLadder {
    let blocks = zip(family.blocks, scores).map { block, scores in
      zip(block, scores).sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map { (group: $0.0, score: $0.1) }
    }
    return PruneLadder(survey, family, blocks)
  }

  /// How many channels each family loses when the least important of all groups go.
  ///
  /// - Parameters:
  ///   - known: the scores of every family
  ///   - ratio: the share of all groups that goes
  ///   - floor: the fewest channels that a family keeps
  func channels(_ known: [[[Float]]], ratio: Double, floor: Int) -> [Int] {
    var (scores, bundles, least) = ([[Float]](), [[Int]](), [Int]())
    for (family, blocks) in zip(survey.families, known) {
      bundles.append(Array(scores.count..<scores.count + family.blocks.count))
      let channels = survey.channels(of: family)
      for block in blocks {
        scores.append(GlobalRanking.comparable(block, importance))
        // The block's part of the floor, in groups.
        let part = Double(floor) * Double(block.count) / Double(max(1, channels))
        least.append(max(1, Int(part.rounded(.up))))
      }
    }
    let count = scores.reduce(0) { $0 + $1.count }
    let chosen = GlobalRanking.lowest(
      Int((Double(count) * ratio).rounded()), of: scores, living: scores.map { Array($0.indices) }, atLeast: least,
      bundles: bundles)
    return zip(survey.families, bundles).map { family, bundle in
      zip(family.blocks, bundle).reduce(0) { sum, block in
        chosen[block.1].reduce(sum) { $0 + survey.channels(of: family, in: block.0[$1]).count }
      }
    }
  }
}

extension GroupSurvey {
  /// How many channels of its first maker a family has.
  func channels(of family: Family) -> Int { family.groups.reduce(0) { $0 + channels(of: family, in: $1).count } }
}
