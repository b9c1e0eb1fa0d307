import Base
import Synchronization
import Testing

/// What pieces of work take on a machine that is disturbed as the tests say. Time is made up here.
@Suite struct MeasuringTests {
  /// A clock that only work moves.
  private final class FakeClock: Sendable {
    let time = Mutex(0.0)

    var stopwatch: Stopwatch { Stopwatch { self.time.withLock { $0 } } }

    func pass(_ milliseconds: Double) { time.withLock { $0 += milliseconds } }
  }

  /// Work whose n-th run takes what `time` says.
  private final class Work {
    private let clock: FakeClock
    private let time: (Int) -> Double
    private(set) var runs = 0

    init(_ clock: FakeClock, _ time: @escaping (Int) -> Double) { (self.clock, self.time) = (clock, time) }

    func run() {
      runs += 1
      clock.pass(time(runs))
    }
  }

  @Test func theTenthPercentileIsTheEstimate() {
    #expect(Series().estimate == .infinity)
    #expect(Series([3]).estimate == 3)
    #expect(Series((1...30).map(Double.init)).estimate == 3)
    #expect(Series((1...10).map(Double.init).reversed()).estimate == 1)
    #expect(Series([4, 1, 1.04, 2]).count(within: 1.05) == 2)
  }

  @Test func farApartIsNoisy() {
    #expect(!Series([1, 1.02, 9, 9, 9, 9, 9, 9, 9, 9, 9]).isNoisy)
    #expect(Series([1, 1.05] + Array(repeating: 9, count: 9)).isNoisy)
    // A clock's resolution is no noise.
    #expect(!Series([0.0001, 0.0008] + Array(repeating: 9, count: 9)).isNoisy)
    var disturbed = Series()
    disturbed.add(2, isDisturbed: true)
    #expect(disturbed.isNoisy && disturbed.estimate == 2)
    disturbed.add(1)
    #expect(!disturbed.isNoisy && disturbed.estimate == 1)
  }

  @Test func aQuietMachineNeedsTheLeastRounds() throws {
    let clock = FakeClock()
    let (short, long) = (Work(clock) { _ in 0.5 }, Work(clock) { _ in 2 })
    let canary = Canary(clock.stopwatch) { clock.pass(0.2) }
    let series = try Sitting(clock.stopwatch, canary: canary).measure([short.run, long.run])
    #expect(series.map { ($0.estimate * 1000).rounded() } == [500, 2000])
    #expect(series.map(\.times.count) == [30, 30])
    // Once to prepare it, and behind each canary once more.
    #expect(short.runs == 61 && long.runs == 31)
    #expect(abs(series.estimate - 2.5) < 1e-9)
  }

  @Test func stallsDoNotCount() throws {
    let clock = FakeClock()
    // Two runs of three are disturbed, by much.
    let work = Work(clock) { $0 % 3 == 0 ? 1 : 1.7 + Double($0 % 7) }
    let canary = Canary(clock.stopwatch) { clock.pass(0.2) }
    let series = try Sitting(clock.stopwatch, canary: canary).measure([work.run])
    #expect(abs(series[0].estimate - 1) < 1e-9 && !series[0].isNoisy)
  }

  @Test func whereTheCanaryIsSlowNothingCounts() throws {
    let clock = FakeClock()
    // The machine is slow in every second round, the piece and the canary alike.
    final class Machine { var rounds = 0 }
    let machine = Machine()
    let canary = Canary(clock.stopwatch) {
      machine.rounds += 1
      clock.pass((machine.rounds - 1) / 2 % 2 == 0 ? 0.2 : 0.3)
    }
    let work = Work(clock) { _ in (machine.rounds - 1) / 2 % 2 == 0 ? 1 : 1.5 }
    let series = try Sitting(clock.stopwatch, canary: canary).measure([work.run])
    #expect(abs(series[0].estimate - 1) < 1e-9)
    #expect(series[0].disturbed.count == 15 && series[0].times.count == 15)
  }

  @Test func doublesAndThenSaysNoisy() throws {
    let clock = FakeClock()
    let canary = Canary(clock.stopwatch) { clock.pass(0.2) }
    let erratic = Work(clock) { Double($0 % 97 + 1) / 100 }
    let series = try Sitting(clock.stopwatch, canary: canary).measure([erratic.run])
    #expect(series[0].times.count == 300 && series[0].isNoisy)
    var hasty = Sitting(clock.stopwatch, canary: canary)
    hasty.patience = 0
    #expect(try hasty.measure([erratic.run])[0].times.count == 30)
  }

  @Test func errorsEndASitting() {
    struct Broken: Error {}
    #expect(throws: Broken.self) { try Sitting().measure([{ throw Broken() }]) }
  }
}
