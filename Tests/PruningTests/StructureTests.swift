import NetModel
import Testing

@testable import Pruning

/// How weights divide into groups, where each weight's groups are its own.
@Suite struct StructureTests {
  /// 4 rows in 2 convolution groups; 2 channels of 3 columns.
  static let matrix = WeightMatrix(rows: 4, columns: 6, spatial: 3, blocks: 2)

  /// Groups of the matrix. Input channels are slices, but alone no structure.
  enum Kind: CaseIterable {
    case columns, rows, channels, positions, tiles, weights

    var family: GroupFamily {
      let structure: any MatrixStructure
      switch self {
      case .columns: structure = Columns()
      case .rows: structure = Rows()
      case .positions: structure = Positions()
      case .tiles: structure = TileColumns()
      case .weights: structure = Weights()
      case .channels:
        return PruningTests.family(StructureTests.matrix, .columns([0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]), count: 2)
      }
      let (slices, count) = structure.slices(StructureTests.matrix)
      return PruningTests.family(StructureTests.matrix, slices, count: count)
    }
  }

  @Test(arguments: [
    (Kind.columns, 6, 1, [1, 7, 13, 19]), (.rows, 4, 2, [12, 13, 14, 15, 16, 17]),
    (.channels, 2, 1, [3, 4, 5, 9, 10, 11, 15, 16, 17, 21, 22, 23]), (.positions, 3, 2, [2, 5, 8, 11, 14, 17, 20, 23]),
    (.tiles, 12, 7, [13, 19]), (.weights, 24, 8, [8]),
  ])
  func groupsAreIndexSets(_ kind: Kind, _ count: Int, _ group: Int, _ indices: [Int]) {
    let family = kind.family
    #expect(family.count == count)
    #expect(family.members[0].indices(of: group) == indices)
  }

  @Test(arguments: Kind.allCases) func groupsPartitionTheMatrix(_ kind: Kind) {
    let family = kind.family
    let groups = (0..<family.count).map(family.members[0].indices)
    #expect(groups.allSatisfy { !$0.isEmpty })
    #expect(groups.flatMap(\.self).sorted() == Array(0..<24))
  }

  /// 70 filters in two convolution groups: tiles of 32 and 3 rows in each.
  @Test func tilesEndWithTheirBlock() throws {
    let matrix = WeightMatrix(rows: 70, columns: 2, blocks: 2)
    let (slices, count) = TileColumns().slices(matrix)
    #expect(count == 8)
    let member = GroupMember(BlobPlace(layer: 0, blob: 0), role: .maker, matrix: matrix, slices: slices)
    #expect(member.indices(of: 0) == (0..<32).map { 2 * $0 })
    #expect(member.indices(of: 3) == [65, 67, 69])
    #expect(member.indices(of: 4) == (35..<67).map { 2 * $0 })
    #expect(member.indices(of: 7) == [135, 137, 139])
    let values = (0..<140).map { Float($0) }
    let scores = try L1Norm().scores(
      PruningTests.family(matrix, slices, count: count), Values(blobs: [BlobPlace(layer: 0, blob: 0): values]))
    #expect(scores == [31, 32, 66, 67, 101, 102, 136, 137])
  }

  @Test func slicesOfNoGroupBelongToNone() {
    let rows = GroupMember(
      BlobPlace(layer: 0, blob: 0), role: .maker, matrix: Self.matrix, slices: .rows([1, -1, -1, 0]))
    #expect((0..<4).map { rows.group(row: $0, column: 5) } == [1, nil, nil, 0])
    // Columns 0 to 5 of the first block of rows, then of the second.
    let columns = GroupMember(
      BlobPlace(layer: 0, blob: 0), role: .reader, matrix: Self.matrix,
      slices: .columns([0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1]))
    #expect(columns.indices(of: 0) == [0, 6])
    #expect(columns.indices(of: 1) == [17, 23])
  }

  @Test func aWeightIsAMatrix() {
    let filters = WeightMatrix([8, 3, 2, 5], blocks: 4)
    #expect(filters == WeightMatrix(rows: 8, columns: 30, spatial: 10, kernelWidth: 5, blocks: 4))
    #expect(filters.channels == 3)
    #expect((0..<8).map(filters.block) == [0, 0, 1, 1, 2, 2, 3, 3])
    #expect(WeightMatrix([10, 32]) == WeightMatrix(rows: 10, columns: 32, spatial: 1))
    #expect(WeightMatrix([7]) == WeightMatrix(rows: 7, columns: 1, spatial: 1))
    let mask = filters.whole
    #expect(mask.rows.count == 8 && mask.width == 30 && mask.blocks == 4)
    #expect((mask.rows + mask.columns).allSatisfy { $0 == 1 })
  }

  /// Of shared weights the owner's count; what has no filters has none.
  @Test func weightsOfFiltersAreFound() throws {
    let shared = "param { name: 'w' } param { name: 'b' }"
    let net = try describe(
      convolution("a", "x", 6, kernel: 3, "group: 2", rest: shared), inPlace("s", "Scale", "a"),
      convolution("b", "x", 6, kernel: 3, "group: 2", rest: shared),
      layer("up", "Deconvolution", ["a"], "convolution_param { num_output: 2 kernel_size: 2 }"),
      innerProduct("ip", "up", 3, "transpose: true"))
    let found = net.filterWeights.map { "\(net.layers[$0.layer].name) \($0.shape.dims) \($0.filterAxis) \($0.blocks)" }
    #expect(found == ["a [6, 2, 3, 3] 0 2", "up [6, 2, 2, 2] 1 1", "ip [50, 3] 1 1"])
  }

  @Test func everyWeightIsAFamily() throws {
    let net = try describe(convolution("a", "x", 6, kernel: 3, "group: 2"), innerProduct("ip", "a", 3))
    let division = Columns().divide(net, weights: net.filterWeights)
    #expect(division.families.map(\.name) == ["a", "ip"])
    #expect(division.families.map(\.layers) == [[1], [2]])
    #expect(division.families.map(\.count) == [18, 96])
    #expect(division.held.isEmpty)
    let member = try #require(division.families[0].only)
    #expect(member.place == BlobPlace(layer: 1, blob: 0) && member.role == .maker)
    #expect(member.matrix == WeightMatrix(rows: 6, columns: 18, spatial: 9, kernelWidth: 3, blocks: 2))
    #expect(Rows().divide(net, weights: net.filterWeights).families.map(\.count) == [6, 3])
    #expect(Positions().divide(net, weights: net.filterWeights).families.map(\.count) == [9, 1])
    #expect(Weights().divide(net, weights: net.filterWeights).families.map(\.count) == [108, 288])
  }

  @Test func whatCannotBeDividedSaysWhy() {
    let filters = FilterWeight(layer: 0, shape: [4, 2, 3, 3], filterAxis: 0, blocks: 1)
    let small = FilterWeight(layer: 0, shape: [4, 2, 1, 1], filterAxis: 0, blocks: 1)
    let product = FilterWeight(layer: 0, shape: [4, 2], filterAxis: 0, blocks: 1)
    let transposed = FilterWeight(layer: 0, shape: [2, 4], filterAxis: 1, blocks: 1)
    let deconvolution = FilterWeight(layer: 0, shape: [4, 2, 3, 3], filterAxis: 1, blocks: 1)
    for structure in [Columns(), Rows(), TileColumns(), Weights(), Positions(), Channels()] as [any Structure] {
      #expect(structure.obstacle(filters) == nil)
      #expect(structure.takes(filters) && structure.takes(product) && structure.takes(transposed))
      let isChannels = structure is Channels
      #expect(structure.takes(deconvolution) == isChannels)
      #expect((structure.obstacle(transposed) == nil) == isChannels)
      #expect((structure.obstacle(deconvolution) == nil) == isChannels)
      let needsKernel = structure is Positions
      #expect((structure.obstacle(small) == nil) != needsKernel)
      #expect((structure.obstacle(product) == nil) != needsKernel)
    }
    let reason = "the weight is transposed, so that only its channels can be pruned"
    #expect(Columns().obstacle(transposed) == reason && Positions().obstacle(deconvolution) == reason)
    #expect(Positions().obstacle(small) == "the layer has a single kernel position, without which nothing is left")
  }

  @Test func structuresHaveNames() {
    let structures: [any Structure] = [Columns(), Rows(), Positions(), TileColumns(), Weights(), Channels()]
    #expect(structures.map(\.suffix) == ["Col", "Row", "Pos", "TileCol", "Weight", "Channel"])
    #expect(
      structures.map(\.plural) == ["columns", "rows", "kernel positions", "columns of tiles", "weights", "channels"])
  }
}
