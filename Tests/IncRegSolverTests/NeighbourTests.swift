import Engine
import NetModel
import Pruning
import Testing

@testable import IncRegSolver

/// What pruning in one layer means for the layers before and behind, and for the net's budget.
@Suite struct NeighbourTests {
  @Test func theBudgetCountsLikeTheOriginal() {
    var layers = tinyLayers()
    let rule = Budget.Rule(speedupCountsInnerProducts: false, compressionCountsConvolutions: false)
    #expect(Budget(layers, rule: rule) == Budget(layers, rule: rule, speedup: 1, compression: 1))
    // As golden tiny-a ends: 5 of 9 columns and 3 of 6 rows, 27 of 54 columns; it prints 3.17647.
    for column in 0..<5 { layers[0].mask.mask(column: column) }
    for row in 0..<3 { layers[0].mask.mask(row: row) }
    for column in 0..<27 { layers[1].mask.mask(column: column) }
    for index in layers.indices { layers[index].refreshRatio() }
    let budget = Budget(layers, rule: rule)
    #expect(budget.speedup.logged == "3.17647")
    #expect(budget.compression == 1)
    #expect(budget.multiplyAdds == 5184)
    #expect(budget.parameters == 320)
    let all = Budget(
      layers, rule: .init(speedupCountsInnerProducts: true, compressionCountsConvolutions: true))
    #expect(all.multiplyAdds == 5504)
    #expect(all.parameters == 806)
    #expect(abs(all.compression - 806 / (54 * 2 / 9 + 216 + 320)) < 1e-5)
  }

  @Test func nothingCountedIsNotANumber() {
    let budget = Budget([], rule: .init(speedupCountsInnerProducts: false, compressionCountsConvolutions: false))
    #expect(budget.speedup.isNaN)
    #expect(budget.compression.isNaN)
  }

  /// Prunes columns of a layer as a run does, and tells its neighbours where the method asks for it.
  private func prune(_ columns: [Int], of index: Int, in layers: inout [PrunableLayer], asks: Bool = true) throws {
    let run = PruningRun(
      try method(IncReg.self, "Reg_Col") { $0.ifUpdateRowCol = asks }, output: PruneOutput(write: { _ in }))
    var family = columnFamilies(of: layers)[index]
    family.prune(columns)
    #expect(family.mask(&layers, step: 1, countsAgain: false) == [index])
    #expect(columns.allSatisfy { family.state.isPruned($0) })
    run.layers = layers
    run.tellNeighbours(columns, of: family)
    layers = run.layers
  }

  @Test func aWholeChannelQueuesItsFilters() throws {
    var layers = tinyLayers()
    // Channel 4 falls last of three, channel 2 is not complete.
    let pruned = [9 * 4, 18, 19] + Array(0..<9) + Array(37..<45)
    try prune(pruned, of: 1, in: &layers)
    #expect(layers[0].queuedRows == [0, 4])
    let first = Blob(shape: [6, 9])
    first.setPlainData([Float](repeating: 1, count: 54))
    #expect(Neighbours.takeRows(&layers[0], weights: first.mutableData, countsAgain: false) == [0, 4])
    #expect(layers[0].mask.maskedRows == 2)
    #expect(first.plainData.filter { $0 == 0 }.count == 18)
    #expect(layers[0].queuedRows.isEmpty)
    #expect(layers[0].twiceCounted.rows == 0)
    layers[0].queuedRows = [4, 5]
    #expect(Neighbours.takeRows(&layers[0], weights: first.mutableData, countsAgain: true) == [4, 5])
    #expect(layers[0].mask.maskedRows == 3 && layers[0].countedRows == 4)
  }

  private func grouped() -> [PrunableLayer] {
    func layer(_ name: String, _ shape: Shape, blocks: Int, ratio: Float) -> PrunableLayer {
      PrunableLayer(
        name: name, isConvolution: true, parameters: [0], shape: shape, matrix: WeightMatrix(shape, blocks: blocks),
        ratio: ratio, ratioStep: 0, takesFromNeighbours: true, multiplyAdds: Float(shape.count))
    }
    return [layer("a", [4, 1, 1, 1], blocks: 1, ratio: 0), layer("b", [4, 2, 1, 1], blocks: 2, ratio: 0.5)]
  }

  @Test func channelsOfGroupsAreDifferentFilters() throws {
    var layers = grouped()
    try prune([1], of: 1, in: &layers)
    #expect(layers[0].queuedRows == [1, 3])
    var others = grouped()
    try prune([1], of: 1, in: &others, asks: false)
    #expect(others[0].queuedRows.isEmpty)
  }

  /// The other way round: filters that are gone need no columns; each lies in one block.
  @Test func filtersTakeTheColumnsThatReadThem() {
    var layers = grouped()
    layers[0].prunedRows = [1, 2]
    #expect(Neighbours.takeColumns(1, in: &layers, countsAgain: false) == [1, 0])
    #expect(layers[1].mask.factors == [1, 0, 1, 0, 0, 1, 0, 1])
    #expect(layers[0].prunedRows.isEmpty && layers[1].countedColumns == 1)
    layers[0].prunedRows = [1]
    #expect(Neighbours.takeColumns(1, in: &layers, countsAgain: true) == [1])
    #expect(layers[1].mask.maskedColumns == 1 && layers[1].countedColumns == 1.5)
  }
}

extension Budget {
  fileprivate init(_ layers: [PrunableLayer], rule: Rule, speedup: Float, compression: Float) {
    self.init(layers, rule: rule)
    self.speedup = speedup
    self.compression = compression
  }
}
