import CaffeProto
import NetModel
import Testing

@testable import Slimming

/// What a run makes of BatchNorm's statistics, and of nets that compute no numbers with theirs.
@Suite struct StatisticsTests {
  @Test func statisticsAreDividedAndTheirWeightIsOne() throws {
    let run = try Fixture.masked().run()
    let blobs = try #require(run.slim.weights["bn"]?.blobs)
    #expect(blobs.map(\.extents) == [[6], [6], [1]])
    #expect(Array(blobs[2].data) == [1])
    // Fixtures have a weight of 2.
    let fixture = try Fixture.masked()
    let before = try #require(fixture.weights["bn"])
    for (slim, old) in zip(0..<6, [0, 2, 3, 4, 5, 7]) {
      #expect(blobs[0].data[slim] == before[0].data[old] / 2)
      #expect(blobs[1].data[slim] == before[1].data[old] / 2)
    }
    #expect(run.slim.weights.layers.allSatisfy { $0.blobs.allSatisfy { !$0.hasLegacyShape && $0.doubleData.isEmpty } })
  }

  @Test func aWeightOfZeroMakesZerosOfStatistics() throws {
    var fixture = try Fixture.masked()
    fixture.set("bn", blob: 2, 0, 0)
    let blobs = try #require(try fixture.run().slim.weights["bn"]?.blobs)
    #expect(blobs.map { Set($0.data) } == [[0], [0], [1]])
  }

  @Test func negativeVariancesAreTold() throws {
    var fixture = try Fixture.masked()
    // Below eps the square root is there all the same. Fixtures have a weight of 2.
    fixture.set("bn", blob: 1, 3, -1e-6)
    let run = try fixture.run()
    #expect(
      doubts(run.slim) == [
        "layer 'bn': 1 of its 8 variances are negative, down to -5e-07: with eps they are positive"
      ])
    #expect(run.slim.weights["bn"]?.blobs[1].data[2] == -5e-7)
    #expect(doubts(try Fixture.masked().run().slim).isEmpty)
  }

  @Test func variancesThatAreNegativeByRoundingBecomeZero() throws {
    var fixture = try Fixture.masked()
    fixture.set("bn", blob: 1, 3, -1e-12)
    let run = try fixture.run()
    let told = doubts(run.slim)
    #expect(told.count == 1 && told[0].hasSuffix("down to -5e-13: they are 0 but for rounding"), "\(told)")
    #expect(run.slim.weights["bn"]?.blobs[1].data[2] == 0)
  }

  /// What is told of a run's masked weights.
  private func doubts(_ slim: SlimNet) -> [String] {
    let layers = slim.plan.file.layers.map { (name: $0.name, blobs: $0.blobs.map(\.data)) }
    return WeightDoubt.all(in: layers, for: slim.plan.masked.net).map(\.text)
  }

  /// Two nets that compute NaN are not equal, and not different either.
  @Test func aNetThatComputesNoNumbersIsRefused() throws {
    var fixture = try Fixture.masked()
    fixture.set("bn", blob: 1, 3, -0.1)
    let error = #expect(throws: SlimError.self) { _ = try fixture.run() }
    #expect(error?.description.contains("computes NaN") == true)
    fixture = try Fixture.masked()
    fixture.set("b", blob: 0, 40, .nan)
    #expect(throws: SlimError.self) { _ = try fixture.run() }
  }
}
