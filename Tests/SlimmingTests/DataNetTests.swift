import CaffeProto
import Engine
import Layers
import NetModel
import Pruning
import Testing

@testable import Slimming

/// What a net shows over its own data. With x = (2, 2) for two images, a = (2, 6) and b = 8; the loss is
/// 8 * 8 * 2 / (2 * 2), its gradient by b 4 for each image.
@Suite struct DataNetTests {
  private func net(source: String, loss: Bool = true) -> String {
    """
    \(source)
    layer { name: "a" type: "InnerProduct" bottom: "x" top: "a" inner_product_param { num_output: 2 bias_term: false } }
    layer { name: "relu" type: "ReLU" bottom: "a" top: "a" }
    layer { name: "b" type: "InnerProduct" bottom: "a" top: "b" inner_product_param { num_output: 1 bias_term: false } }
    \(loss ? #"layer { name: "loss" type: "EuclideanLoss" bottom: "b" bottom: "y" top: "loss" }"# : "")
    """
  }

  private let dummy = """
    layer { name: "data" type: "DummyData" top: "x" top: "y" dummy_data_param {
      shape { dim: 2 dim: 2 } shape { dim: 2 dim: 1 } data_filler { value: 2 } data_filler { value: 0 } } }
    """

  private func weights(_ fixture: Fixture) -> [String: [WeightBlob]] {
    [
      "a": [WeightBlob(shape: [2, 2], data: [1, 0, 0, 3])], "b": [WeightBlob(shape: [1, 2], data: [1, 1])],
    ]
  }

  private func observe(_ text: String, _ needs: EvidenceNeeds) throws -> (Fixture, Observations) {
    let fixture = try Fixture(text)
    let data = try DataNet(
      fixture.parameter, state: Fixture.state, weights: weights(fixture), registry: .caffe,
      backend: ReferenceBackend(), use: DataNet.use(needs))
    return (fixture, try data.observe(needs, batches: 3))
  }

  private func scores(_ importance: any Importance) throws -> [Float] {
    let (fixture, seen) = try observe(net(source: dummy), type(of: importance).needs)
    let description = fixture.description
    let family = try #require(Channels().divide(description, weights: description.filterWeights).families.first)
    return try importance.scores(
      family, WeightEvidence(net: description, weights: weights(fixture), observations: seen))
  }

  @Test func gradientsAreMeansOverBatches() throws {
    let (_, seen) = try observe(net(source: dummy), [.weights, .gradients])
    #expect(seen.gradients?["a"] == [[16, 16, 16, 16]] && seen.gradients?["b"] == [[16, 48]])
    // Of a: 16 and 3 * 16, of b as much.
    #expect(try scores(Taylor()) == [16, 48])
    #expect(try scores(Fisher()) == [256, 2304])
  }

  @Test func activationsAreThose() throws {
    #expect(try scores(MeanActivation()) == [2, 6])
    #expect(try scores(APoZ()) == [1, 1])
  }

  @Test func aPlanTakesThem() throws {
    let (fixture, seen) = try observe(net(source: dummy), [.activations])
    let plan = try PrunePlan(
      fixture.description, weights: weights(fixture),
      .init(importance: MeanActivation(), ratios: PruneRatios(0.5)), seen)
    #expect(plan.families.map(\.removed) == [[0]])
    #expect(throws: ImportanceError.noActivations) {
      try PrunePlan(
        fixture.description, weights: weights(fixture),
        .init(importance: MeanActivation(), ratios: PruneRatios(0.5)))
    }
  }

  @Test func withoutDataOrLossThereIsNothingToSee() throws {
    let input = """
      layer { name: "in" type: "Input" top: "x" top: "y"
        input_param { shape { dim: 2 dim: 2 } shape { dim: 2 dim: 1 } } }
      """
    let data = #expect(throws: PruneError.self) { try observe(net(source: input), [.activations]) }
    #expect(data?.description.hasPrefix("layer 'in' (Input) takes data from its caller") == true)
    let loss = #expect(throws: PruneError.self) { try observe(net(source: dummy, loss: false), [.gradients]) }
    #expect(loss?.description.contains("no layer of this phase of the net is a loss") == true)
  }
}
