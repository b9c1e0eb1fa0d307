import CaffeProto
import Engine
import NetModel
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

  /// A 2 x 3 kernel.
  @Test func whatIsInsideMayGrowAgainAndWhatIsOutsideFalls() {
    var layer = PrunableLayer(
      name: "conv", isConvolution: true, parameters: [0], shape: [2, 2, 2, 3],
      space: GroupSpace(.position, rows: 2, columns: 12, spatial: 6), ratio: 0.5, ratioStep: 0,
      takesFromNeighbours: true, multiplyAdds: 24)
    let weights = Blob(shape: layer.shape)
    weights.setPlainData([Float](repeating: 1, count: 24))
    #expect(layer.makeRectangular(step: 1, weights: weights.mutableData) == nil)
    // All but position 3: the whole kernel is one position away, and comes before the right half.
    layer.state.lambda[3] = 1
    layer.prune(3, step: 3, weights: weights.mutableData)
    layer.refreshRatio()
    #expect(layer.achieved.columns == Float(2) / 12)
    let whole = layer.makeRectangular(step: 4, weights: weights.mutableData)
    #expect(whole == KernelRectangle(rows: 0...1, columns: 0...2))
    #expect(layer.state.prunedAt == [nil, nil, nil, nil, nil, nil])
    #expect(layer.state.lambda == [0, 0, 0, 0, 0, 0])
    #expect(layer.achieved.columns == 0)
    #expect(layer.mask.factors == [Float](repeating: 1, count: 24))
    #expect(weights.plainData.indices.filter { weights.plainData[$0] == 0 } == [3, 9, 15, 21])
    // 0, 3 and 5: the left column is one position away.
    for position in [1, 2, 4] { layer.prune(position, step: 5, weights: weights.mutableData) }
    let left = layer.makeRectangular(step: 6, weights: weights.mutableData)
    #expect(left == KernelRectangle(rows: 0...1, columns: 0...0))
    #expect(layer.state.prunedAt == [nil, 5, 5, nil, 5, 6])
    #expect(layer.achieved.columns == Float(8) / 12)
    #expect((0..<12).map { layer.mask.matrix.factor(row: 1, column: $0) } == [1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0])
    #expect(weights.plainData[5] == 0 && weights.plainData[0] == 1)
  }

  @Test func masksSurviveTheirRecords() throws {
    let space = GroupSpace(.column, rows: 6, columns: 3, convolutionGroups: 3)
    var mask = MaskSet(space)
    mask.mask(column: 0)
    mask.mask(column: 2, group: 1)
    mask.mask(row: 5)
    #expect(try #require(MaskSet(space, mask.record)) == mask)
    mask.unmask(column: 0)
    mask.unmask(column: 2)
    #expect(mask.maskedColumns == 0)
    #expect(mask.factors.filter { $0 == 0 }.count == 3)
    #expect(MaskSet(space, .init(columns: [9], rows: [])) == nil)
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
    let layers = try #require(run.recorder.method).layers
    for layer in layers.prefix(2) {
      let alive = layer.state.prunedAt.indices.filter { !layer.state.isPruned($0) }
      #expect(alive == KernelRectangle(nearestTo: layer.state.prunedAt.map { $0 == nil }, width: 3).positions(width: 3))
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
