import NetModel

/// The groups of a family in the order in which they go, the least important first. In a round every block of a group
/// convolution loses one. On every site the family keeps a channel.
public struct PruneLadder: Sendable {
  /// The groups of each round.
  public let rounds: [[Int]]
  /// Their mean importance, round by round.
  public let scores: [Double]
  /// The importance of what never goes.
  public let rest: Double
  /// The channels of the family's first maker.
  public let channels: Int
  /// How many of them are lost, by the number of rounds from 0 on.
  public let lost: [Int]
  /// The sites on which the family lies.
  public let sites: [Int]
  /// After so many rounds, the channels that each of ``sites`` has lost.
  public let losses: [[Int]]

  /// - Parameter blocks: the groups of every block with their scores, the least important first
  init(_ survey: GroupSurvey, _ family: GroupSurvey.Family, _ blocks: [[(group: Int, score: Float)]]) {
    let sitesOfGroup = { (group: Int) in survey.graph.group(id: group)?.channels.map(\.site) ?? [] }
    var left: [Int: Int] = [:]
    for site in family.groups.flatMap(sitesOfGroup) { left[site, default: 0] += 1 }
    let sites = left.keys.sorted()
    var (rounds, scores, rest): ([[Int]], [Double], Double) = ([], [], 0)
    channels = survey.channels(of: family)
    var lost = [0]
    var losses = [sites.map { _ in 0 }]
    for place in 0..<(blocks.map(\.count).min() ?? 0) {
      let round = blocks.map { $0[place] }
      let score = round.reduce(0.0) { $0 + Double($1.score) } / Double(round.count)
      var after = left
      for site in round.flatMap({ sitesOfGroup($0.group) }) { after[site, default: 0] -= 1 }
      guard after.values.allSatisfy({ $0 > 0 }) else {
        rest += score
        continue
      }
      losses.append(zip(sites, losses[losses.count - 1]).map { $1 + (left[$0] ?? 0) - (after[$0] ?? 0) })
      left = after
      lost.append(lost[lost.count - 1] + round.reduce(0) { $0 + survey.channels(of: family, in: $1.group).count })
      rounds.append(round.map(\.group))
      scores.append(score)
    }
    (self.rounds, self.scores, self.rest, self.lost, self.sites, self.losses) =
      (rounds, scores, rest, lost, sites, losses)
  }

  /// The numbers of rounds after which what is left is a multiple of `multiple` and at least `floor`; 0 is always among
  /// them.
  public func steps(multiple: Int, floor: Int) -> [Int] {
    lost.indices.filter { $0 == 0 || (channels - lost[$0]).isMultiple(of: multiple) && channels - lost[$0] >= floor }
  }
}
