import Engine
import NetModel
import Pruning
import Testing

@testable import IncRegSolver

/// What is held at zero in a layer, and what that makes of groups.
@Suite struct MaskTests {
  /// 4 rows in 2 convolution groups; 2 channels of 3 columns.
  let matrix = WeightMatrix(rows: 4, columns: 6, spatial: 3, blocks: 2)

  @Test func masksComeFromZeros() {
    let blob = Blob(shape: [4, 6])
    var values = [Float](repeating: 1, count: 24)
    for row in 0..<2 { values[row * 6 + 1] = 0 }  // column 1 of convolution group 0
    for row in 0..<4 { values[row * 6 + 4] = 0 }  // column 4 of both
    for column in 0..<6 { values[3 * 6 + column] = 0 }  // row 3
    blob.setPlainData(values)
    let mask = MaskSet(matrix, zerosOf: blob.data)
    #expect(mask.factors == values)
    #expect(mask.maskedColumns == 1.5)
    #expect(mask.maskedRows == 1)
    #expect((0..<6).filter { mask.isMasked(column: $0) } == [4])
    #expect((0..<4).filter { mask.isMasked(row: $0) } == [3])
  }

  @Test func aMaskGrowsToAWholeColumn() {
    var mask = MaskSet(matrix)
    #expect(mask.isEmpty)
    mask.mask(column: 2, block: 1)
    mask.mask(column: 2, block: 1)
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
    mask.unmask(row: 0)
    mask.unmask(row: 0)
    #expect(mask.maskedRows == 0)
    #expect(mask.factors.filter { $0 == 0 }.count == 4)
  }

  @Test func masksSurviveTheirRecords() throws {
    let weight = WeightMatrix(rows: 6, columns: 3, blocks: 3)
    var mask = MaskSet(weight)
    mask.mask(column: 0)
    mask.mask(column: 2, block: 1)
    mask.mask(row: 5)
    #expect(try #require(MaskSet(weight, mask.record)) == mask)
    for column in [0, 2] { for block in 0..<3 { mask.unmask(column: column, block: block) } }
    #expect(mask.maskedColumns == 0)
    #expect(mask.factors.filter { $0 == 0 }.count == 3)
    #expect(MaskSet(weight, .init(columns: [9], rows: [])) == nil)
    #expect(MaskSet(weight, .init(columns: [], rows: [6])) == nil)
  }

  /// The channels of a group convolution's second block: filters of layer 0, a factor that no layer has, and columns of
  /// layer 1, which reads them in its second block; and what lies between.
  private func channels() -> (family: PrunedFamily, layers: [PrunableLayer]) {
    func layer(_ name: String, _ shape: Shape, blocks: Int = 1) -> PrunableLayer {
      PrunableLayer(
        name: name, isConvolution: true, parameters: [0], shape: shape, matrix: WeightMatrix(shape, blocks: blocks),
        ratio: 0.5, ratioStep: 0, takesFromNeighbours: true, multiplyAdds: 1)
    }
    let layers = [
      layer("a", [4, 2, 1, 1]), layer("g", [4, 2, 1, 2], blocks: 2), layer("d", [4, 1, 1, 1], blocks: 4),
    ]
    func member(_ layer: Int, _ role: GroupMember.Role, _ matrix: WeightMatrix, _ slices: Slices) -> GroupMember {
      GroupMember(BlobPlace(layer: layer, blob: 0), role: role, matrix: matrix, slices: slices)
    }
    let members = [
      member(0, .maker, layers[0].matrix, .rows([-1, -1, 0, 1])),
      member(3, .factor, WeightMatrix([4]), .rows([-1, -1, 0, 1])),
      member(2, .carrier, layers[2].matrix, .rows([-1, -1, 0, 1])),
      member(1, .reader, layers[1].matrix, .columns([-1, -1, -1, -1, 0, 0, 1, 1])),
    ]
    let groups = GroupFamily(name: "a", layers: [0], count: 2, members: members)
    return (PrunedFamily(groups, ratio: 0.5, ratioStep: 0, layers: [0, nil, 2, 1]), layers)
  }

  @Test func aChannelIsMaskedWhereverItIsMadeAndRead() {
    var (family, layers) = channels()
    family.prune([1])
    #expect(family.mask(&layers, step: 9, countsAgain: false) == [0, 1, 2])
    #expect(family.state.prunedAt == [nil, 9])
    #expect(layers[0].mask.factors == [1, 1, 1, 1, 1, 1, 0, 0])
    #expect(layers[1].mask.factors == [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0])
    #expect(layers[2].mask.factors == [1, 1, 1, 0])
    #expect(layers.allSatisfy { $0.unsettled == PrunableLayer.settlingUpdates })
    family.refresh(layers)
    #expect(family.pruned == 1 && family.achieved == 0.5 && family.groupsLeft == 0)
    family.wishes = .init()
    family.revive([1])
    #expect(family.mask(&layers, step: 10, countsAgain: false) == [0, 1, 2])
    #expect(family.state.prunedAt == [nil, nil])
    #expect(layers.allSatisfy { $0.mask.isEmpty })
    family.wishes = .init()
    #expect(family.mask(&layers, step: 11, countsAgain: false).isEmpty)
  }

  /// What only makes it, or only reads it, is not enough; filters between may be left, as one-shot pruning leaves them.
  @Test func aChannelIsPrunedWhereItIsNeitherMadeNorRead() {
    var (family, layers) = channels()
    layers[0].mask.mask(row: 3)
    family.adoptMasks(layers)
    #expect(family.state.prunedAt == [nil, nil])
    layers[1].mask.mask(column: 2, block: 1)
    family.adoptMasks(layers)
    #expect(family.state.prunedAt == [nil, nil])
    layers[1].mask.mask(column: 3, block: 1)
    family.adoptMasks(layers)
    #expect(family.state.prunedAt == [nil, 0] && family.pruned == 1)
    layers[0].mask.unmask(row: 3)
    family.adoptMasks(layers)
    #expect(family.state.prunedAt == [nil, nil] && family.pruned == 0)
  }

  @Test func weightsThatMakeAGroupAreScaled() {
    let (family, layers) = channels()
    let blobs = layers.map { Blob(shape: $0.shape) }
    for blob in blobs { blob.setPlainData([Float](repeating: 1, count: blob.shape.count)) }
    family.scale([0: 0.5, 1: 0]) { blobs[$0].mutableData }
    #expect(blobs[0].plainData == [1, 1, 1, 1, 0.5, 0.5, 0, 0])
    #expect(blobs[1...].allSatisfy { $0.plainData.allSatisfy { $0 == 1 } })
    let reader = Blob(shape: layers[1].shape)
    reader.setPlainData([Float](repeating: 1, count: 16))
    family.groups.members[3].scale(reader.mutableData) { $0 == 0 ? 2 : 3 }
    #expect(reader.plainData == [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3])
  }

  /// Two families whose filters lie in the columns of one weight, as those of a deconvolution whose top is sliced.
  @Test func penaltiesOfSeveralFamiliesMeetInOneWeight() throws {
    let matrix = WeightMatrix(rows: 2, columns: 6, spatial: 2)
    let layer = PrunableLayer(
      name: "up", isConvolution: true, parameters: [0], shape: [2, 3, 1, 2], matrix: matrix, ratio: 0.5, ratioStep: 0,
      takesFromNeighbours: true, multiplyAdds: 1)
    func entry(_ slices: Slices, _ penalty: [Float]) -> PruningRun<IncReg>.Entry {
      let member = GroupMember(BlobPlace(layer: 0, blob: 0), role: .maker, matrix: matrix, slices: slices)
      let groups = GroupFamily(name: "up", layers: [0], count: penalty.count, members: [member])
      var family = PrunedFamily(groups, ratio: 0.5, ratioStep: 0, layers: [0])
      family.state.penalty = penalty
      family.penalise()
      return .init(family: family, memory: Ranks(count: penalty.count))
    }
    func terms(_ entries: [PruningRun<IncReg>.Entry]) throws -> GroupTerms {
      let run = PruningRun(try method(IncReg.self, "Reg_Channel"), output: PruneOutput(write: { _ in }))
      (run.layers, run.entries) = ([layer], entries)
      run.wiring.makers = [entries.indices.map { .init(entry: $0, member: 0) }]
      run.wiring.sums = entries.map { _ in nil }
      return try #require(run.terms(of: 0, before: layer.mask.matrix, hasChanged: false))
    }
    let columns = try terms([
      entry(.columns([0, 0, 1, 1, -1, -1]), [1, 2]), entry(.columns([-1, -1, -1, -1, 0, 0]), [3]),
    ])
    #expect(columns.columnPenalty == [1, 1, 2, 2, 3, 3] && columns.rowPenalty.isEmpty)
    let rows = try terms([entry(.rows([0, -1]), [4]), entry(.rows([-1, 0]), [5])])
    #expect(rows.rowPenalty == [4, 5] && rows.columnPenalty.isEmpty)
  }
}
