/// How many rounds of a family's ladder go: those that leave the multiple nearest to what is asked for.
struct PruneChoice {
  /// How much is to go.
  enum Aim {
    /// A share of the family's channels.
    case ratio(Double)
    /// The channels that the ranking of all families has found.
    case channels(Int)
  }

  /// The rounds that go, from the least important on.
  private(set) var rounds = 0
  /// Why none goes.
  private(set) var obstacle: PrunePlan.Obstacle?
  /// The channels that are asked for, before widths are rounded.
  let wanted: Double

  /// Finds obstacles that are known before anything is ranked.
  init(channels: Int, _ aim: Aim, _ request: PrunePlan.Request) {
    switch aim {
    case .ratio(let ratio):
      wanted = Double(channels) * ratio
      if wanted.rounded() < 1 { obstacle = ratio <= 0 ? .notAsked : .lessThanOne(ratio: ratio) }
    case .channels(let count):
      wanted = Double(count)
      if count == 0 { obstacle = .ranking }
    }
    guard obstacle == nil else { return }
    if channels <= request.floor {
      obstacle = .floor(request.floor)
    } else if channels <= request.multiple {
      obstacle = .multiple(request.multiple)
    }
  }

  /// Chooses; of two equally near widths the larger one.
  mutating func choose(from ladder: PruneLadder, _ request: PrunePlan.Request) {
    let steps = ladder.steps(multiple: request.multiple, floor: request.floor)
    rounds = steps.min { abs(Double(ladder.lost[$0]) - wanted) < abs(Double(ladder.lost[$1]) - wanted) } ?? 0
    guard rounds == 0 else { return }
    guard ladder.rounds.count > 0 else { return obstacle = .last }
    let least = ladder.lost[1]
    obstacle =
      if Double(least) > wanted { .together(least) } else if ladder.channels - least < request.floor {
        .floor(request.floor)
      } else { .multiple(request.multiple) }
  }
}
