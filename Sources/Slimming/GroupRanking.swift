import Engine
import NetModel
import Pruning

/// Ranks the groups of a net's families by an importance.
struct GroupRanking {
  let survey: GroupSurvey
  let filters: [FilterWeight]
  let importance: any Importance
  let evidence: any Evidence

  /// The scores of a family's groups, block by block.
  ///
  /// - Throws: ``PruneError/noNumber(layer:)``, or what the importance throws
  func scores(of family: GroupSurvey.Family) throws -> [[Float]] {
    try family.blocks.map { block in
      let scores = try importance.scores(survey.graph.family(of: block, madeBy: family.makers, filters), evidence)
      guard scores.allSatisfy(\.isFinite) else {
        throw PruneError.noNumber(layer: survey.graph.net.layers[family.makers[0]].name)
      }
      return scores
    }
  }

  /// The groups of every block, the least important first.
  func ranked(_ family: GroupSurvey.Family) throws -> [[Int]] {
    zip(family.blocks, try scores(of: family)).map { block, scores in
      zip(block, scores).sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    }
  }

  /// How many channels of each family are among the least important of all, that many of all groups.
  ///
  /// - Parameters:
  ///   - ratio: the share of all groups that goes
  ///   - floor: the fewest channels that a family keeps
  func channels(ratio: Double, floor: Int) throws -> [Int] {
    var (scores, bundles, least) = ([[Float]](), [[Int]](), [Int]())
    for family in survey.families {
      bundles.append(Array(scores.count..<scores.count + family.blocks.count))
      let channels = survey.channels(of: family)
      for block in try self.scores(of: family) {
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
