import Testing

@testable import Engine

/// Which way is the fastest must not depend on what else the machine does. Times are made up here.
@Suite struct RaceTests {
  /// Runs ways whose times in the rounds are given by a function of the way and the round; returns the shortest times, and
  /// how often each was run.
  private func race(
    _ ways: Int, interrupted: Bool = false, _ time: @escaping (_ way: Int, _ round: Int) -> Double
  ) throws -> ([Double], [Int]) {
    final class Counter { var runs: [Int] = [] }
    let counter = Counter()
    counter.runs = Array(repeating: 0, count: ways)
    let shortest = try Race.shortest(
      of: (0..<ways).map { way in
        {
          counter.runs[way] += 1
          return time(way, counter.runs[way])
        }
      }, interruptions: { interrupted ? counter.runs.reduce(0, +) : 0 })
    return (shortest, counter.runs)
  }

  @Test func endsWhenTheBestTimesAreShownAgain() throws {
    let (shortest, runs) = try race(3) { way, _ in [1, 1.2, 1.4][way] }
    #expect(shortest == [1, 1.2, 1.4])
    #expect(runs == [4, 4, 4])
  }

  @Test func waitsForABusyMachine() throws {
    // For eight rounds everything takes longer, and the second way longest.
    let (shortest, runs) = try race(2) { way, round in
      round <= 8 ? [3, 3.5][way] + 0.4 * Double(8 - round) : [1.1, 1][way]
    }
    #expect(shortest == [1.1, 1])
    #expect(runs == [12, 12])
  }

  /// What runs while another process has a processor takes long, and three such rounds do not decide.
  @Test func goesOnWhereProcessorsAreTakenAway() throws {
    let time = { (way: Int, round: Int) in way == 0 ? 0.5 : round <= 5 ? 3 : 0.25 }
    #expect(try race(2, time).0 == [0.5, 3])
    let (shortest, runs) = try race(2, interrupted: true, time)
    #expect(shortest == [0.5, 0.25])
    // 60 ms are 62 rounds with the five long ones.
    #expect(runs == [62, 62])
  }

  @Test func givesUpWhatIsFarBehind() throws {
    let (shortest, runs) = try race(3) { way, round in [1 - 0.01 * Double(round), 1.2, 5][way] }
    #expect(shortest[2] == 5)
    #expect(runs[2] == 3)
    #expect(runs[0] == runs[1] && runs[0] > 3)
  }

  @Test func hasLittlePatienceWithLongRuns() throws {
    let (_, runs) = try race(2) { way, round in 200 - Double(20 * round) }
    #expect(runs == [3, 3])
    #expect(try Race.shortest(of: []) == [])
  }

  @Test func endsThoughNothingEverSettles() throws {
    let (shortest, runs) = try race(1) { _, round in round % 2 == 0 ? 1 / Double(round) : 2 }
    #expect(runs == [40])
    #expect(shortest == [1 / 40])
  }

  @Test func passesErrorsOn() {
    struct Broken: Error {}
    #expect(throws: Broken.self) { try Race.shortest(of: [{ throw Broken() }]) }
  }
}
