import Base

/// Times ways to do the same thing against each other: in turn, so that what else the machine does slows all of them alike,
/// and until each has shown its best time again, so that it is no matter of luck.
struct Race {
  /// Each does its thing and returns its milliseconds.
  private let runs: [() throws -> Double]
  private var series: [Series]
  private var running: [Int]
  private var spent = 0.0

  /// The shortest time of each; of one that is far behind, nearly so.
  static func shortest(of runs: [() throws -> Double]) throws -> [Double] {
    var race = Race(runs)
    for round in 1...mostRounds where !race.running.isEmpty { try race.round(round) }
    return race.runs.indices.map(race.best)
  }

  private init(_ runs: [() throws -> Double]) {
    self.runs = runs
    series = runs.map { _ in Series() }
    running = Array(runs.indices)
  }

  private static let (leastRounds, mostRounds) = (3, 40)
  /// Milliseconds after which the least rounds do.
  private static let patience = 500.0
  /// How often the best time must be shown, and how nearly.
  private static let (shown, nearly) = (4, 1.05)
  /// Where it is given up to run something again.
  private static let farBehind = 1.5

  private func best(_ index: Int) -> Double { series[index].shortest }

  private mutating func round(_ number: Int) throws {
    for index in running {
      let time = try runs[index]()
      series[index].add(time)
      spent += time
    }
    guard number >= Self.leastRounds, let leader = running.map(best).min() else { return }
    running = running.filter { best($0) <= Self.farBehind * leader }
    // Those that stay run on together: a time of another moment says little.
    let isSettled = running.allSatisfy { series[$0].count(within: Self.nearly) >= Self.shown }
    if isSettled || spent > Self.patience { running = [] }
  }
}
