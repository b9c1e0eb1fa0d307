import NetModel

/// Which groups of a family go: the least important ones, of every block of a group convolution as many, as far as ratio,
/// multiple and floor allow and every layer keeps a channel. All of these count channels of the family's first maker, of
/// which a group may have several.
struct PruneChoice {
  /// The groups that go, the least important first.
  private(set) var groups: [Int] = []
  /// Why none goes.
  private(set) var obstacle: PrunePlan.Obstacle?
  /// The channels of the family.
  let channels: Int

  /// How much is to go.
  enum Aim {
    /// A share of the family's channels.
    case ratio(Double)
    /// The channels that the ranking of all families has found.
    case channels(Int)
  }

  private let survey: GroupSurvey
  private let family: GroupSurvey.Family
  /// The most channels that may go.
  private let most: Int
  private let multiple: Int
  private let floor: Int

  /// Finds out how much may go at most.
  init(_ survey: GroupSurvey, _ family: GroupSurvey.Family, _ aim: Aim, _ request: PrunePlan.Request) {
    (self.survey, self.family, multiple, floor) = (survey, family, request.multiple, request.floor)
    channels = survey.channels(of: family)
    switch aim {
    case .ratio(let ratio):
      most = Int((Double(channels) * ratio).rounded())
      if most == 0 { obstacle = ratio <= 0 ? .notAsked : .lessThanOne(ratio: ratio) }
    case .channels(let count):
      most = count
      if most == 0 { obstacle = .ranking }
    }
    guard obstacle == nil else { return }
    if channels <= floor {
      obstacle = .floor(floor)
    } else if channels <= multiple {
      obstacle = .multiple(multiple)
    }
  }

  /// Chooses.
  ///
  /// - Parameters:
  ///   - ranked: the groups of every block, the least important first
  ///   - remaining: per site, the channels that are left
  mutating func choose(from ranked: [[Int]], _ remaining: inout [Int]) {
    var (left, lost, taken) = (remaining, 0, [Int]())
    var least: Int?
    for place in 0..<(ranked.map(\.count).min() ?? 0) {
      let round = ranked.map { $0[place] }
      let losses = losses(of: round)
      guard losses.allSatisfy({ left[$0.key] > $0.value }) else { continue }
      let loss = round.reduce(0) { $0 + survey.channels(of: family, in: $1).count }
      least = min(least ?? loss, loss)
      // A smaller group may follow.
      guard lost + loss <= most, channels - lost - loss >= floor else { continue }
      for (site, loss) in losses { left[site] -= loss }
      lost += loss
      taken += round
      if (channels - lost).isMultiple(of: multiple) { (groups, remaining) = (taken, left) }
    }
    guard groups.isEmpty else { return }
    obstacle =
      switch least {
      case nil: .last
      case let least? where least > most: .together(least)
      case let least? where channels - least < floor: .floor(floor)
      default: .multiple(multiple)
      }
  }

  private func losses(of groups: [Int]) -> [Int: Int] {
    var losses: [Int: Int] = [:]
    for channel in groups.flatMap({ survey.graph.group(id: $0)?.channels ?? [] }) {
      losses[channel.site, default: 0] += 1
    }
    return losses
  }
}
