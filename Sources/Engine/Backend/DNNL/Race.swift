import Base
import Glibc

/// Times several ways to do the same thing. They run in turn, so that other load on the machine slows all of them
/// alike. They run until each has shown its best time several times, so that luck does not decide.
///
/// Where another process takes a processor away, all threads wait for the one that lost it, for longer than a short run
/// takes. A few rounds may all fall into such a wait, so then the race goes on for several of them.
struct Race {
  /// Each does its thing and returns its milliseconds.
  private let runs: [() throws -> Double]
  private var series: [Series]
  private var running: [Int]
  private var spent = 0.0
  /// How often a processor was taken from this process.
  private let interruptions: () -> Int
  private let interruptionsBefore: Int

  /// The shortest time of each. One that is far behind is dropped early, so its time is less exact.
  static func shortest(
    of runs: [() throws -> Double], interruptions: @escaping () -> Int = Race.interruptions
  ) throws -> [Double] {
    var race = Race(runs, interruptions)
    var number = 0
    while !race.running.isEmpty, number < mostRounds || race.isTooEarly {
      number += 1
      try race.round(number)
    }
    return race.runs.indices.map(race.best)
  }

  private init(_ runs: [() throws -> Double], _ interruptions: @escaping () -> Int) {
    self.runs = runs
    self.interruptions = interruptions
    interruptionsBefore = interruptions()
    series = runs.map { _ in Series() }
    running = Array(runs.indices)
  }

  private static func interruptions() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_nivcsw
  }

  /// Whether other processes disturb the race, and have not let it run for long enough.
  private var isTooEarly: Bool { spent < Self.severalTurns && interruptions() > interruptionsBefore }

  private static let (leastRounds, mostRounds) = (3, 40)
  /// Milliseconds in which the system lets each of several processes run some times.
  private static let severalTurns = 60.0
  /// Milliseconds after which the least number of rounds is enough.
  private static let patience = 500.0
  /// How often a time near the best one must be seen, and how near it must be, as a factor.
  private static let (shown, nearly) = (4, 1.05)
  /// The factor of the best time beyond which a way is dropped.
  private static let farBehind = 1.5

  private func best(_ index: Int) -> Double { series[index].shortest }

  private mutating func round(_ number: Int) throws {
    for index in running {
      let time = try runs[index]()
      series[index].add(time)
      spent += time
    }
    guard number >= Self.leastRounds, !isTooEarly, let leader = running.map(best).min() else { return }
    running = running.filter { best($0) <= Self.farBehind * leader }
    // All that are left run until the last one is settled: times of different moments cannot be compared.
    let isSettled = running.allSatisfy { series[$0].count(within: Self.nearly) >= Self.shown }
    if isSettled || spent > Self.patience { running = [] }
  }
}
