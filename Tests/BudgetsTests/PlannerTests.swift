import CaffeProto
import NetIO
import NetModel
import Slimming
import Testing

@testable import Budgets

/// Budgets, met or refused, and plans that slim keeps.
@Suite struct PlannerTests {
  private func planned(_ budget: String, _ fixture: BudgetFixture, _ space: WidthSpace) throws -> BudgetPlanner.Result {
    try BudgetPlanner(space, .global(isomorphic: false)).plan(NetBudget(budget))
  }

  @Test(arguments: ["macs=0.75", "macs=0.5", "macs=0.2", "params=0.5", "params=200", "bytes=0.6", "bytes=1k"])
  func slimMakesWhatIsPlanned(_ budget: String) throws {
    let fixture = try BudgetFixture()
    let space = try fixture.space(multiple: 2)
    let result = try planned(budget, fixture, space)
    #expect(result.cost <= result.limit)
    let plan = space.plan(result.point)
    let slim = try plan.slimmed(
      fixture.parameter, WeightSet(fixture.net, blobs: plan.masked()), state: BudgetFixture.state, registry: .caffe)
    let cost = slim.description.cost
    let kind = try NetBudget(budget).kind
    let counts: [NetBudget.Kind: Int] = [
      .macs: cost.totalMultiplyAdds, .params: cost.totalParameters, .bytes: 4 * cost.totalParameters,
    ]
    #expect(counts[kind].map { Double($0) } == result.cost)
    // No step up fits any more.
    for family in space.rungs.indices where result.point.rungs[family] > 0 {
      let wider = result.point.moved(family, to: result.point.rungs[family] - 1, in: space)
      #expect(try space.total(CountedCost(kind, in: space), at: wider) > result.limit)
    }
  }

  /// Of measured plans, as (share of the limit): one within it is better than one far above, however near that is.
  @Test(arguments: [(0.74, 1.16), (0.97, 0.9), (1.02, 0.9), (1.06, 1.3), (0.1, 1.0501), (1.04, 0.95)])
  func aPlanWithinTheBudgetIsBetter(_ better: Double, _ worse: Double) throws {
    let point = try BudgetFixture().space().whole
    let results = [better, worse].map {
      BudgetPlanner.Result(point: point, whole: 20, limit: 10, cost: 10 * $0, loss: nil, rounds: 1)
    }
    #expect(results[0].isBetter(than: results[1]) && !results[1].isBetter(than: results[0]))
    #expect(!results[0].isBetter(than: results[0]))
  }

  @Test func theLeastIsSaid() throws {
    let fixture = try BudgetFixture()
    let error = #expect(throws: BudgetError.self) { try planned("macs=0.1", fixture, fixture.space()) }
    #expect(error == .unreachable(.macs, asked: 0.1 * 5376, least: 576))
    #expect(error?.description.contains("the least with these widths is 576 multiply-adds") == true)
    #expect(try planned("macs=576", fixture, fixture.space()).cost == 576)
  }

  @Test func whereNothingCanGoItIsSaid() throws {
    let fixture = try BudgetFixture(
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 1 dim: 4 dim: 4 } } }
      layer { name: "c" type: "Convolution" bottom: "data" top: "c" convolution_param { num_output: 4 kernel_size: 1 } }
      """)
    let error = #expect(throws: BudgetError.self) { try planned("macs=0.5", fixture, fixture.space()) }
    #expect(error?.description.contains("blob 'c' is an output of the net") == true)
    // What the net costs anyway needs no channel to go.
    #expect(try planned("macs=1M", fixture, fixture.space()).point == fixture.space().whole)
  }
}
