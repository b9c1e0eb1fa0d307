import CaffeProto
import Engine
import NetModel
import Pruning
import Testing
import TestSupport

@testable import IncRegSolver

@Suite struct SpatialTests {
  /// Kernels as pictures: `#` survives.
  @Test(arguments: [
    // The four corners of a 2 x 2 square are one already.
    ("##.##....", 0...1, 0...1),
    // A cross: the whole kernel differs in four places; its middle row, as its middle column, in two, and comes first.
    (".#.###.#.", 0...2, 1...1),
    // An L: 2 x 2 at the lower left differs in two places, the left column in one.
    ("#..#..##.", 0...2, 0...0),
    // One position: itself.
    (".....#...", 1...1, 2...2),
    // All but a corner.
    ("########.", 0...2, 0...2),
  ])
  func theNearestRectangle(_ kernel: String, _ rows: ClosedRange<Int>, _ columns: ClosedRange<Int>) {
    let rectangle = KernelRectangle(nearestTo: kernel.map { $0 == "#" }, width: 3)
    #expect(rectangle == KernelRectangle(rows: rows, columns: columns))
  }

  @Test func kernelsNeedNotBeSquare() {
    let rectangle = KernelRectangle(nearestTo: [false, false, true, true, false, false, true, true], width: 4)
    #expect(rectangle == KernelRectangle(rows: 0...1, columns: 2...3))
    #expect(rectangle.positions(width: 4) == [2, 3, 6, 7])
  }

  /// A 2 x 3 kernel of two filters with two channels.
  @Test func whatIsInsideMayGrowAgainAndWhatIsOutsideFalls() {
    var one = OneLayer(Positions(), shape: [2, 2, 2, 3], [Float](repeating: 1, count: 24))
    var ranks = Ranks(count: 6)
    one.family.makeRectangular(&ranks, step: 1)
    #expect(one.family.wishes.isEmpty)
    // All but position 3: the whole kernel is one position away, and comes before the right half.
    one.family.state.penalty[3] = 1
    ranks.mark(3, step: 3, excess: 0)
    one.family.prune([3])
    one.settle(step: 3)
    #expect(one.state.prunedAt == [nil, nil, nil, 3, nil, nil])
    #expect(one.layer.achieved.columns == Float(2) / 12 && one.family.achieved == Float(2) / 12)
    one.family.makeRectangular(&ranks, step: 4)
    #expect(one.remarks == [.reshaped(KernelRectangle(rows: 0...1, columns: 0...2))])
    one.settle(step: 4)
    #expect(one.state.prunedAt == [nil, nil, nil, nil, nil, nil])
    #expect(one.state.penalty == [0, 0, 0, 0, 0, 0] && ranks.mean == [0, 0, 0, 0, 0, 0])
    #expect(one.layer.achieved.columns == 0 && one.family.achieved == 0)
    #expect(one.layer.mask.factors == [Float](repeating: 1, count: 24))
    let weights = one.weights.plainData
    #expect(weights.indices.filter { weights[$0] == 0 } == [3, 9, 15, 21])
    // 0, 3 and 5: the left column is one position away.
    one.family.prune([1, 2, 4])
    one.settle(step: 5)
    one.family.makeRectangular(&ranks, step: 6)
    #expect(one.remarks == [.reshaped(KernelRectangle(rows: 0...1, columns: 0...0))])
    one.settle(step: 6)
    #expect(one.state.prunedAt == [nil, 5, 5, nil, 5, 6])
    #expect(ranks.mean[5] == 6 - 1_000_000)
    #expect(one.layer.achieved.columns == Float(8) / 12)
    #expect((0..<12).map { one.layer.mask.matrix.factor(row: 1, column: $0) } == [1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0])
    #expect(one.weights.plainData[5] == 0 && one.weights.plainData[0] == 1)
  }

  private func run(_ method: String = "RegSpa_Col", _ change: (inout SolverParameter) -> Void = { _ in }) throws
    -> GoldenRun
  {
    try GoldenRun("tiny-a-regcol") {
      ($0.pruneMethod, $0.regularizationType) = (method, "RegSpa_Col")
      change(&$0)
    }
  }

  /// Both spellings of the shipped configurations; the kernels end as rectangles, and nothing else is zero.
  @Test(arguments: ["RegSpa_Col", "Reg_Col"])
  func kernelsEndAsRectangles(_ method: String) throws {
    let run = try run(method)
    try run.solver.solve()
    let (layers, families) = (try #require(run.recorder.method).layers, try #require(run.recorder.method).families)
    for (layer, state) in zip(layers, families.map(\.state)).prefix(2) {
      let alive = state.living
      #expect(alive == KernelRectangle(nearestTo: state.prunedAt.map { $0 == nil }, width: 3).positions(width: 3))
      #expect(!alive.isEmpty && alive.count < 9)
      let weights = run.solver.net.parameters[layer.parameter].blob.plainData
      // A position that may grow again stays 0 in filters whose output is always 0.
      for position in 0..<9 {
        let isZero = stride(from: position, to: weights.count, by: 9).allSatisfy { weights[$0] == 0 }
        #expect(isZero == !alive.contains(position), "\(layer.name), position \(position)")
      }
      #expect(run.lines.contains { $0.hasPrefix("\(layer.name) kernel reshaped: rows ") })
    }
    #expect(layers[2].mask.isEmpty)
  }

  @Test func aResumedRunIsTheUnbrokenOne() throws {
    // 40 and 80 iterations are whole rounds of the data; at 40 positions are falling, at 80 kernels are rectangles.
    for iteration in [40, 80] {
      let whole = try run {
        $0.snapshot = iteration; $0.maxIter = iteration + 30
      }
      try whole.solver.solve()
      let resumed = try run {
        $0.snapshot = 0; $0.maxIter = iteration + 30
      }
      try resumed.solver.solve(resume: whole.scratch("snap_iter_\(iteration).solverstate"))
      #expect(resumed.recorder.records.count == 30)
      for (got, expected) in zip(resumed.recorder.records, whole.recorder.records.dropFirst(iteration)) {
        for (name, values) in expected {
          try #require(got[name] == values, "\(name) in iteration \(expected["iter"] ?? [])")
        }
      }
    }
  }

  @Test func aSinglePositionCannotBePruned() throws {
    let run = try run { $0.netParam.layer[7].pruneParam.pruneRatio = 0.5 }
    let error = #expect(throws: IncRegError.self) { try run.solver.solve() }
    #expect(error?.description.hasPrefix("layer 'ip': prune_param.prune_ratio: ") == true)
  }
}
