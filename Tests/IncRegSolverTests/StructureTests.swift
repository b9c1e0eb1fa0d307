import Engine
import Testing
import TestSupport

@testable import IncRegSolver

@Suite struct StructureTests {
  /// 4 rows in 2 convolution groups; 2 channels of 3 columns.
  func space(_ kind: GroupSpace.Kind) -> GroupSpace {
    GroupSpace(kind, rows: 4, columns: 6, spatial: 3, convolutionGroups: 2)
  }

  @Test(arguments: [
    (GroupSpace.Kind.column, 6, 1, [1, 7, 13, 19]), (.row, 4, 2, [12, 13, 14, 15, 16, 17]),
    (.channel, 2, 1, [3, 4, 5, 9, 10, 11, 15, 16, 17, 21, 22, 23]), (.position, 3, 2, [2, 5, 8, 11, 14, 17, 20, 23]),
    (.weight, 24, 8, [8]),
  ])
  func groupsAreIndexSets(_ kind: GroupSpace.Kind, _ count: Int, _ group: Int, _ indices: [Int]) {
    let space = space(kind)
    #expect(space.count == count)
    #expect(space.indices(of: group) == indices)
  }

  @Test(arguments: [GroupSpace.Kind.column, .row, .channel, .position, .weight])
  func groupsPartitionTheMatrix(_ kind: GroupSpace.Kind) {
    let space = space(kind)
    #expect((0..<space.count).flatMap(space.indices).sorted() == Array(0..<24))
    for group in 0..<space.count {
      for index in space.indices(of: group) { #expect(space.group(row: index / 6, column: index % 6) == group) }
    }
  }

  @Test func scoresAddMagnitudesOfAllRows() {
    var scores = [Float](repeating: 9, count: 3)
    let blob = Blob(shape: [2, 3])
    blob.setPlainData([1, -2, 3, -4, 5, 0.5])
    L1Norm().score(blob.data, space: GroupSpace(.column, rows: 2, columns: 3), into: &scores)
    #expect(scores == [5, 7, 3.5])
    scores = [9, 9]
    L1Norm().score(blob.data, space: GroupSpace(.row, rows: 2, columns: 3), into: &scores)
    #expect(scores == [6, 9.5])
    scores = [9, 9, 9]
    L1Norm().score(blob.data, space: GroupSpace(.position, rows: 2, columns: 3, spatial: 3), into: &scores)
    #expect(scores == [5, 7, 3.5])
    L1Norm().score(blob.data.part(0, count: 3), space: GroupSpace(.weight, rows: 1, columns: 3), into: &scores)
    #expect(scores == [1, 2, 3])
    let channels = Blob(shape: [2, 6])
    channels.setPlainData([1, -2, 3, -4, 5, 0.5, 1, 1, 1, -2, 2, 2])
    scores = [9, 9]
    L1Norm().score(channels.data, space: GroupSpace(.channel, rows: 2, columns: 6, spatial: 3), into: &scores)
    #expect(scores == [9, 15.5])
  }

  @Test func masksComeFromZeros() {
    let blob = Blob(shape: [4, 6])
    var values = [Float](repeating: 1, count: 24)
    for row in 0..<2 { values[row * 6 + 1] = 0 }  // column 1 of convolution group 0
    for row in 0..<4 { values[row * 6 + 4] = 0 }  // column 4 of both
    for column in 0..<6 { values[3 * 6 + column] = 0 }  // row 3
    blob.setPlainData(values)
    let mask = MaskSet(space(.column), zerosOf: blob.data)
    #expect(mask.factors == values)
    #expect(mask.maskedColumns == 1.5)
    #expect(mask.maskedRows == 1)
    #expect((0..<6).filter { mask.isMasked(column: $0) } == [4])
    #expect((0..<4).filter { mask.isMasked(row: $0) } == [3])
  }

  @Test func aMaskGrowsToAWholeColumn() {
    var mask = MaskSet(space(.column))
    #expect(mask.isEmpty)
    mask.mask(column: 2, group: 1)
    mask.mask(column: 2, group: 1)
    #expect(mask.maskedColumns == 0.5)
    #expect(!mask.isMasked(column: 2))
    mask.mask(column: 2)
    mask.mask(column: 2)
    #expect(mask.maskedColumns == 1)
    #expect(mask.isMasked(column: 2))
    mask.mask(row: 0)
    mask.mask(row: 0)
    #expect(mask.maskedRows == 1)
    #expect(mask.factors.filter { $0 == 0 }.count == 6 + 3)
  }

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
    let compression: Float = 806 / (54 * 2 / 9 + 216 + 320)
    #expect(isClose(all.compression, compression, absolute: 1e-5))
  }

  @Test func nothingCountedIsNotANumber() {
    let budget = Budget([], rule: .init(speedupCountsInnerProducts: false, compressionCountsConvolutions: false))
    #expect(budget.speedup.isNaN)
    #expect(budget.compression.isNaN)
  }

  @Test func aWholeChannelQueuesItsFilters() {
    var layers = tinyLayers()
    let weights = Blob(shape: [8, 54])
    // Channel 4 falls last of three, channel 2 is not complete.
    let pruned = [9 * 4, 18, 19] + Array(0..<9) + Array(37..<45)
    for column in pruned { layers[1].prune(column, step: 1, weights: weights.mutableData) }
    Neighbours.queueRows(for: pruned, of: 1, in: &layers, enabled: true)
    #expect(layers[0].queuedRows == [0, 4])
    let first = Blob(shape: [6, 9])
    first.setPlainData([Float](repeating: 1, count: 54))
    #expect(Neighbours.takeRows(&layers[0], weights: first.mutableData) == [0, 4])
    #expect(layers[0].mask.maskedRows == 2)
    #expect(first.plainData.filter { $0 == 0 }.count == 18)
    #expect(layers[0].queuedRows.isEmpty)
  }

  @Test func channelsOfGroupsAreDifferentFilters() {
    var layers = [
      PrunableLayer(
        name: "a", isConvolution: true, parameters: [0], shape: [4, 1, 1, 1],
        space: GroupSpace(.column, rows: 4, columns: 1), ratio: 0, ratioStep: 0, takesFromNeighbours: true,
        multiplyAdds: 4),
      PrunableLayer(
        name: "b", isConvolution: true, parameters: [1], shape: [4, 2, 1, 1],
        space: GroupSpace(.column, rows: 4, columns: 2, convolutionGroups: 2), ratio: 0.5, ratioStep: 0,
        takesFromNeighbours: true, multiplyAdds: 8),
    ]
    let weights = Blob(shape: [4, 2])
    layers[1].prune(1, step: 1, weights: weights.mutableData)
    Neighbours.queueRows(for: [1], of: 1, in: &layers, enabled: true)
    #expect(layers[0].queuedRows == [1, 3])
    Neighbours.queueRows(for: [1], of: 1, in: &layers, enabled: false)
    #expect(layers[0].queuedRows == [1, 3])
  }
}

extension Budget {
  fileprivate init(_ layers: [PrunableLayer], rule: Rule, speedup: Float, compression: Float) {
    self.init(layers, rule: rule)
    self.speedup = speedup
    self.compression = compression
  }
}
