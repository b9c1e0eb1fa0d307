import TestSupport
import Testing

@testable import Solver

@Suite struct SnapshotKeeperTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func snapshot(_ iteration: Int, _ keeper: inout SnapshotKeeper, needed: [Int] = []) throws {
    func path(_ iteration: Int, _ ending: String) -> String { folder("a_iter_\(iteration).\(ending)") }
    try folder.write("", to: "a_iter_\(iteration).caffemodel")
    try folder.write("", to: "a_iter_\(iteration).solverstate")
    keeper.take(
      .snapshot(
        iteration: iteration, weights: path(iteration, "caffemodel"), state: path(iteration, "solverstate"))
    ) { needed.map { path($0, "solverstate") } }
  }

  private func test(_ iteration: Int, accuracy: Float, _ keeper: inout SnapshotKeeper) {
    let output = NetOutput(name: "top-1 Accuracy", values: [accuracy], lossWeight: 0)
    keeper.take(.test(.init(iteration: iteration, net: 0, batches: 1, loss: 1, outputs: [output]))) { [] }
  }

  private var iterations: [Int] {
    folder.entries().filter { $0.hasSuffix(".solverstate") }.compactMap { Int($0.dropFirst(7).prefix { $0 != "." }) }
      .sorted()
  }

  @Test func theNewestTheBestAndTheNeededStay() throws {
    var keeper = SnapshotKeeper(keeping: 2)
    for (iteration, accuracy) in [(1, 0.5), (2, 0.9), (3, 0.7), (4, 0.9), (5, 0.1), (6, 0.2)] as [(Int, Float)] {
      try snapshot(iteration, &keeper, needed: [1])
      test(iteration, accuracy: accuracy, &keeper)
    }
    #expect(iterations == [1, 2, 5, 6])
    try snapshot(7, &keeper)
    #expect(iterations == [2, 6, 7])
    #expect(folder.entries().count == 6)
  }

  @Test(
    arguments: [
      ("a_iter_5.solverstate", 5, 5), ("a_iter_12.solverstate.h5", 12, 12),
      ("a_stage1-retrain_iter_7.solverstate", nil, 7),
      ("a_iter_5.caffemodel", nil, nil), ("ab_iter_5.solverstate", nil, nil), ("a_iter_.solverstate", nil, nil),
      ("b_iter_5.solverstate", nil, nil),
    ] as [(String, Int?, Int?)])
  func statesAreKnownByTheirNames(_ name: String, _ plain: Int?, _ tagged: Int?) {
    #expect(SnapshotKeeper.iteration(ofState: name, prefix: "a", tagged: false) == plain)
    #expect(SnapshotKeeper.iteration(ofState: name, prefix: "a", tagged: true) == tagged)
  }

  @Test func theLatestIsTheOneWrittenLast() throws {
    #expect(SnapshotKeeper.latestState(prefix: folder("a"), tagged: false) == nil)
    for name in ["a_iter_30.solverstate", "a_iter_4.solverstate", "b_iter_50.solverstate"] {
      try folder.write("", to: name)
    }
    let latest = SnapshotKeeper.latestState(prefix: folder("a"), tagged: false)
    #expect(latest == folder("a_iter_4.solverstate") || latest == folder("a_iter_30.solverstate"))
    #expect(SnapshotKeeper.latestState(prefix: folder("none/a"), tagged: false) == nil)
  }
}
