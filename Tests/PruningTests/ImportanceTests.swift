import Engine
import NetModel
import Testing

@testable import Pruning

/// What groups are worth.
@Suite struct ImportanceTests {
  private let place = BlobPlace(layer: 0, blob: 0)

  private func scores(
    _ importance: any Importance, _ values: [Float], _ matrix: WeightMatrix, _ structure: any MatrixStructure
  ) throws -> [Float] {
    let (slices, count) = structure.slices(matrix)
    return try importance.scores(family(matrix, slices, count: count), Values(blobs: [place: values]))
  }

  @Test func scoresAddMagnitudesOfAllRows() throws {
    let values: [Float] = [1, -2, 3, -4, 5, 0.5]
    let matrix = WeightMatrix(rows: 2, columns: 3)
    #expect(try scores(L1Norm(), values, matrix, Columns()) == [5, 7, 3.5])
    #expect(try scores(L1Norm(), values, matrix, Rows()) == [6, 9.5])
    let kernel = WeightMatrix(rows: 2, columns: 3, spatial: 3)
    #expect(try scores(L1Norm(), values, kernel, Positions()) == [5, 7, 3.5])
    #expect(
      try scores(L1Norm(), Array(values[0..<3]), WeightMatrix(rows: 1, columns: 3), Weights()) == [1, 2, 3])
  }

  /// Two channels of three columns: other groups than whole rows, columns or positions have the mean.
  @Test func unevenGroupsHaveTheMean() throws {
    let values: [Float] = [1, -2, 3, -4, 5, 0.5, 1, 1, 1, -2, 2, 2]
    let channels = family(
      WeightMatrix(rows: 2, columns: 6, spatial: 3), .columns([0, 0, 0, 1, 1, 1]), count: 2)
    let scores = try L1Norm().scores(channels, Values(blobs: [place: values]))
    #expect(scores.map { $0 * 6 } == [9, 15.5])
  }

  /// Positions of two channels in two blocks.
  @Test func positionsAddOverChannelsAndBlocks() throws {
    let matrix = WeightMatrix(rows: 2, columns: 4, spatial: 2, blocks: 2)
    #expect(try scores(L1Norm(), [1, 10, 2, 20, 3, 30, 4, 40], matrix, Positions()) == [10, 100])
  }

  @Test func theRootOfTheMeanSquare() throws {
    let values: [Float] = [3, -4, 0, 6, 8, 0]
    let matrix = WeightMatrix(rows: 2, columns: 3)
    let rows = try scores(L2Norm(), values, matrix, Rows())
    for (got, square) in zip(rows, [25 / 3, 100 / 3] as [Float]) { #expect(abs(got - square.squareRoot()) < 1e-6) }
    let columns = try scores(L2Norm(), values, matrix, Columns())
    for (got, square) in zip(columns, [22.5, 40, 0] as [Float]) { #expect(abs(got - square.squareRoot()) < 1e-6) }
  }

  /// A sum of layers with 4 and 36 weights per channel, of which one has factors, and a reader, which does not count.
  private func summed() throws -> (family: GroupFamily, evidence: Values) {
    let net = try describe(
      convolution("a", "x", 2), inPlace("s", "Scale", "a"), convolution("b", "x", 2, kernel: 3, "pad: 1"),
      layer("sum", "Eltwise", ["a", "b"]), convolution("c", "sum", 2))
    let division = Channels().divide(net, weights: net.filterWeights)
    #expect(division.families.count == 1)
    let kernels = (0..<72).map { $0 < 36 ? -3 : $0 < 54 ? 0 : 1 as Float }
    let evidence = Values(blobs: [
      BlobPlace(layer: 1, blob: 0): [1, -1, 1, -1, 2, 2, 2, 2], BlobPlace(layer: 2, blob: 0): [-0.5, 4],
      BlobPlace(layer: 3, blob: 0): kernels,
      BlobPlace(layer: 5, blob: 0): [100, 200, 300, 400],
    ])
    return (try #require(division.families.first), evidence)
  }

  @Test func severalLayersAddTheirMeans() throws {
    let (family, evidence) = try summed()
    #expect(try L1Norm().scores(family, evidence) == [4, 2.5])
    let roots = try L2Norm().scores(family, evidence)
    #expect(roots[0] == 4 && abs(roots[1] - 2 - Float(0.5).squareRoot()) < 1e-6)
    #expect(try ScaleFactor().scores(family, evidence) == [0.5, 4])
  }

  @Test func whatCannotBeScoredIsAnError() throws {
    let net = try describe(convolution("a", "x", 2), convolution("c", "a", 2))
    let family = Channels().divide(net, weights: net.filterWeights).families[0]
    let error = #expect(throws: ImportanceError.self) { try ScaleFactor().scores(family, Values(blobs: [:])) }
    #expect(error == .nothingToScore(family: "a", importance: "bn", needs: "a Scale layer behind it"))
    #expect(
      error?.description
        == "layer 'a': importance 'bn' needs a Scale layer behind it; take another importance")
    for importance in [L1Norm(), L2Norm()] as [any Importance] {
      let error = #expect(throws: ImportanceError.self) { try importance.scores(family, Values(blobs: [:])) }
      let name = type(of: importance).name
      #expect(error == .nothingToScore(family: "a", importance: name, needs: "weights that make it"))
    }
    #expect(throws: ImportanceError.noGradients) {
      try Values(blobs: [:]).withGradients(of: family.members[0]) { _ in }
    }
  }

  /// One group of two has a factor.
  @Test func everyGroupNeedsAFactor() throws {
    let net = try describe(
      convolution("a", "x", 4),
      "layer { name: 'cut' type: 'Slice' bottom: 'a' top: 'y' top: 'z' slice_param { slice_point: 1 } }",
      inPlace("s", "Scale", "y"), layer("cat", "Concat", ["y", "z"]), convolution("c", "cat", 2))
    let families = Channels().divide(net, weights: net.filterWeights).families
    #expect(families.map(\.count) == [4])
    let evidence = Values(blobs: [BlobPlace(layer: 3, blob: 0): [2]])
    #expect(throws: ImportanceError.self) { try ScaleFactor().scores(families[0], evidence) }
  }

  @Test func randomScoresAreAStream() {
    let groups = family(WeightMatrix(rows: 50, columns: 1), .rows(nil), count: 50)
    func drawn(_ seed: Int) -> [[Float]] {
      let importance = RandomScore(seed: seed)
      return (0..<2).map { _ in importance.scores(groups, Values(blobs: [:])) }
    }
    let scores = drawn(3)
    #expect(scores == drawn(3))
    #expect(scores[0] != drawn(4)[0] && scores[0] != scores[1])
    #expect(Set(scores.flatMap(\.self)).count > 90 && scores.flatMap(\.self).allSatisfy { $0 >= 0 && $0 < 1 })
  }

  @Test func importancesHaveNames() throws {
    #expect(
      Importances.names == [
        "l1", "l2", "bn", "group-l1", "group-l2", "lamp", "fpgm", "taylor", "fisher", "apoz", "activation", "random",
      ])
    for name in Importances.names {
      #expect(type(of: try #require(Importances.named(name))).name == name)
    }
    #expect(Importances.named("L1") == nil)
    let needs = Importances.names.compactMap { Importances.named($0).map { type(of: $0).needs } }
    let tied: EvidenceNeeds = [.weights, .factors]
    let gradients: EvidenceNeeds = [.weights, .gradients]
    #expect(
      needs == [
        .weights, .weights, .factors, tied, tied, tied, .weights, gradients, gradients, .activations, .activations, [],
      ])
    let groups = family(WeightMatrix(rows: 3, columns: 1), .rows(nil), count: 3)
    let drawn = try Importances.named("random", seed: 7)?.scores(groups, Values(blobs: [:]))
    #expect(drawn == RandomScore(seed: 7).scores(groups, Values(blobs: [:])))
  }

  /// Only sums that are the very scores may take their place.
  @Test func sumsOfAnUpdateAreTheScores() throws {
    let matrix = WeightMatrix(rows: 4, columns: 6, spatial: 3)
    let blob = Blob(shape: [4, 2, 1, 3])
    blob.setPlainData((0..<24).map { Float($0) - 7.5 })
    for structure in [Columns(), Rows()] as [any MatrixStructure] {
      let (slices, count) = structure.slices(matrix)
      let groups = family(matrix, slices, count: count)
      let sums = try #require(L1Norm().sums(groups))
      #expect(try Array(sums.of(blob)) == L1Norm().scores(groups, Values(blobs: [place: blob.plainData])))
      #expect(L2Norm().sums(groups) == nil)
    }
    for structure in [Positions(), Weights()] as [any MatrixStructure] {
      let (slices, count) = structure.slices(matrix)
      #expect(L1Norm().sums(family(matrix, slices, count: count)) == nil)
    }
    #expect(L1Norm().sums(family(matrix, .rows([0, 1, -1, -1]), count: 2)) == nil)
    #expect(try L1Norm().sums(summed().family) == nil)
  }
}
