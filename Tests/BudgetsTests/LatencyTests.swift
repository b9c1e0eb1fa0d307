import Base
import CaffeProto
import Engine
import Layers
import NetModel
import Slimming
import Testing

@testable import Budgets

/// Layer times between those that were measured, and a table of a small net, whose times are whatever this machine takes.
@Suite struct LatencyTests {
  private typealias Point = LatencyCurve.Point

  @Test func bilinearTimesComeBack() {
    func time(_ x: Int, _ y: Int) -> Double { 0.5 + 0.01 * Double(x) + 0.02 * Double(y) + 0.003 * Double(x * y) }
    var curve = LatencyCurve(whole: Point(bottom: 64, top: 64))
    #expect(curve.milliseconds(at: Point(bottom: 3, top: 3)) == 0)
    var times: [Point: Double] = [:]
    for eighth in 1...8 { times[Point(bottom: 8 * eighth, top: 8 * eighth)] = time(8 * eighth, 8 * eighth) }
    times[Point(bottom: 8, top: 64)] = time(8, 64)
    times[Point(bottom: 64, top: 8)] = time(64, 8)
    curve.add(times)
    for (x, y) in [(32, 32), (24, 56), (64, 16), (12, 12)] {
      #expect(abs(curve.milliseconds(at: Point(bottom: x, top: y)) - time(x, y)) < 0.01 * time(x, y))
    }
  }

  @Test func whatIsMeasuredCounts() {
    var curve = LatencyCurve(whole: Point(bottom: 64, top: 64))
    curve.add([Point(bottom: 64, top: 64): 4, Point(bottom: 32, top: 32): 1, Point(bottom: 8, top: 8): 0.1])
    #expect(curve.milliseconds(at: Point(bottom: 32, top: 32)) == 1)
    // A stair: what is near it is nearly as slow.
    curve.add([Point(bottom: 40, top: 40): 3])
    #expect(curve.milliseconds(at: Point(bottom: 40, top: 40)) == 3)
    #expect(curve.milliseconds(at: Point(bottom: 39, top: 40)) > 2.5)
    #expect(curve.milliseconds(at: Point(bottom: 9, top: 8)) < 1)
  }

  /// Keeps times, and counts.
  private final class Record: TimeRecord {
    var times: [String: String] = [:]
    var kept = 0

    func outcomes(beginning: String) -> [String: String] {
      Dictionary(
        uniqueKeysWithValues: times.filter { $0.key.hasPrefix(beginning) }.map {
          (String($0.key.dropFirst(beginning.count)), $0.value)
        })
    }

    func keep(_ outcome: String, for key: String) {
      if times.updateValue(outcome, forKey: key) == nil { kept += 1 }
    }
  }

  private static let net = """
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 16 dim: 16 } } }
    layer { name: "a" type: "Convolution" bottom: "data" top: "a"
      convolution_param { num_output: 32 kernel_size: 3 pad: 1 } }
    layer { name: "bn" type: "BatchNorm" bottom: "a" top: "a" }
    layer { name: "relu" type: "ReLU" bottom: "a" top: "a" }
    layer { name: "b" type: "Convolution" bottom: "a" top: "b"
      convolution_param { num_output: 32 kernel_size: 3 pad: 1 } }
    layer { name: "sum" type: "Eltwise" bottom: "a" bottom: "b" top: "sum" }
    layer { name: "ip" type: "InnerProduct" bottom: "sum" top: "ip" inner_product_param { num_output: 10 } }
    """

  private func table(_ fixture: BudgetFixture, batch: Int? = nil, _ record: Record) throws -> LatencyTable {
    var sitting = Sitting()
    (sitting.rounds, sitting.patience) = (3, 0)
    return try LatencyTable(
      fixture.space(), state: BudgetFixture.state, batch: batch, backend: ReferenceBackend(), record: record,
      sitting: sitting)
  }

  @Test func piecesHoldWhatTheNetFuses() throws {
    let fixture = try BudgetFixture(Self.net)
    let timing = try NetTiming(
      fixture.parameter, state: BudgetFixture.state, batch: 4, registry: .caffe, backend: ReferenceBackend())
    let layers = timing.pieces.flatMap(\.layers).filter { !$0.hasSuffix("split") }
    #expect(layers == ["a", "bn", "relu", "b", "sum", "ip"])
    #expect(timing.pieces.first?.layers == ["a", "bn", "relu"])
  }

  @Test func aTableIsFilledOnce() throws {
    let (fixture, record) = (try BudgetFixture(Self.net), Record())
    let first = try table(fixture, record)
    try first.fill()
    for layer in ["a", "b", "ip"] {
      let index = try #require(fixture.net.index(ofLayer: layer))
      #expect(first.cost(of: index, first.space.channels(of: index, at: first.space.whole)) > 0)
    }
    // What the convolution has taken over takes no time.
    let index = try #require(fixture.net.index(ofLayer: "relu"))
    #expect(first.cost(of: index, first.space.channels(of: index, at: first.space.whole)) == 0)
    let kept = record.kept
    try table(fixture, record).fill()
    // The whole net is measured in every sitting; noisy times are kept when they are sure.
    #expect(record.kept - kept <= kept)
    // Another batch has times of its own.
    let other = Record()
    other.times = record.times
    try table(fixture, batch: 2, other).fill()
    #expect(other.kept > 0)
  }

  @Test func aPlanForALatencyEnds() throws {
    let fixture = try BudgetFixture(Self.net)
    let table = try table(fixture, Record())
    let planner = BudgetPlanner(table.space, .global(isomorphic: false))
    let result = try planner.plan(NetBudget(.latency, .share(0.6)), table)
    #expect(result.rounds >= 1 && result.cost < result.whole)
    #expect(throws: BudgetError.self) { try planner.plan(NetBudget(.latency, .amount(1e-9)), table) }
  }

  @Test func aBatchCanBeTooLarge() throws {
    let fixture = try BudgetFixture(Self.net)
    #expect(throws: (any Error).self) {
      try NetTiming(
        fixture.parameter, state: BudgetFixture.state, batch: 1 << 40, registry: .caffe, backend: ReferenceBackend())
    }
  }
}
