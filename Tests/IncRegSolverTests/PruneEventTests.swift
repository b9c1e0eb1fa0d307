import CaffeProto
import Foundation
import Testing

@testable import IncRegSolver
@testable import Solver

/// What a machine that follows a pruning run is told.
@Suite struct PruneEventTests {
  /// All events of a run, as objects that a reader of another make finds in the lines.
  private func events(of run: MethodRun) throws -> [[String: Any]] {
    var lines: [String] = []
    run.solver.onEvent = { lines.append($0.json(time: 1)) }
    try run.solver.solve()
    return try lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any], "\($0)")
    }
  }

  private func only(_ name: String, of events: [[String: Any]]) -> [[String: Any]] {
    events.filter { $0["event"] as? String == name }
  }

  @Test func ratiosRiseToTheirTargets() throws {
    let run = try MethodRun("Reg_Col", "Reg_Col") { $0.display = 5 }
    let events = try events(of: run)
    let plan = try #require(only("prune_plan", of: events).first)
    #expect(plan["method"] as? String == "Reg_Col" && plan["unit"] as? String == "columns")
    let families = try #require(plan["families"] as? [[String: Any]])
    let hook = try #require(run.solver.hook as? any WatchedRun)
    #expect(families.map { $0["name"] as? String } == hook.status?.families.map(\.name))
    #expect(families.allSatisfy { ($0["layers"] as? [String])?.isEmpty == false && $0["groups"] as? Int ?? 0 > 0 })
    let ratios = only("prune_ratios", of: events)
    #expect(ratios.count > 2)
    let achieved = try ratios.map { try #require($0["achieved"] as? [Double]) }
    for (earlier, later) in zip(achieved, achieved.dropFirst()) {
      #expect(earlier.count == families.count && zip(earlier, later).allSatisfy { $0 <= $1 })
      // What has not changed is not said again.
      #expect(earlier != later)
    }
    #expect(achieved.last?.map { Float($0) } == hook.status?.families.map(\.achieved))
    let phases = only("prune_phase", of: events)
    #expect(phases.first?["phase"] as? String == "prune" && phases.first?["stage"] as? Int == 1)
  }

  @Test func cutsSayWhatWent() throws {
    let run = try MethodRun("OneShot_Row", "L2") {
      $0.pruneRatio = 0.5
      $0.pruningParam.itersBeforeCut = 20
    }
    let cuts = only("prune_cut", of: try events(of: run))
    #expect(cuts.count == 1 && cuts[0]["iteration"] as? Int == 19)
    let families = try #require(cuts[0]["families"] as? [[String: Any]])
    #expect(!families.isEmpty && families.allSatisfy { $0["before"] as? Int == 0 && $0["after"] as? Int ?? 0 > 0 })
  }

  /// Whether groups fall at once or one by one, both sides of it are tested, and once.
  @Test(arguments: ["OneShot_Row", "AFP_Row", "SFP_Row", "GReg-1_Row", "PP_Row", "PP_Channel", "Reg_Row"])
  func bothSidesAreTested(_ name: String) throws {
    let run = try MethodRun(name, "L2") {
      $0.aa = name.hasPrefix("PP") ? 0.2 : 0.5
      ($0.pruneInterval, $0.targetReg) = (1, 2)
      ($0.testIter, $0.testInterval, $0.testInitialization) = ([2], 1000, false)
      if ["Reg_Row", "AFP_Row"].contains(name) { $0.regularizationType = name }
    }
    (run.solver.hook as? any WatchedRun)?.testsCuts = true
    let cuts = only("cut", of: try events(of: run))
    #expect(cuts.count == 1, "\(cuts)")
    for side in ["before", "after"] { #expect((cuts.first?[side] as? [Any])?.isEmpty == false, "\(side)") }
  }

  @Test func cutsHaveBothSides() {
    let output = NetOutput(name: "accuracy", values: [0.5], lossWeight: 0)
    #expect(
      RunEvent.other(PruneEvent.tested(iteration: 3, before: [], after: [output])).json(time: 1)
        == #"{"event":"cut","time":1.000000,"iteration":3,"before":[],"#
        + #""after":[{"name":"accuracy","values":[0.5],"loss_weight":0.0}]}"#)
  }

  @Test func everyEventIsAnObject() throws {
    let events: [PruneEvent] = [
      .plan(
        iteration: 1, method: "\"m\"", unit: "rows",
        [.init(name: "a", layers: ["a"], groups: 3, ratio: 0.5, pruned: 1)]),
      .ratios(
        iteration: 2, [.init(achieved: 0.5, target: 0.9, softened: 2)], speedup: .infinity, compression: .nan),
      .phase(iteration: 3, .settle, stage: 2), .phase(iteration: 3, .finalRetrain, stage: nil),
      .cut(iteration: 4, [.init(name: "a", before: 1, after: 2)]),
      .statistics(iteration: 5, [.init(name: "accuracy", before: 0.5, after: 0.75)]),
      .best(iteration: 6, of: 4, accuracy: 0.5, phase: .retrain, state: "s"),
      .judged(iteration: 7, stage: 1, accuracy: 0.5, borderline: 0.25, isGood: true),
      .restored(iteration: 4, from: 7),
    ]
    let lines = events.map { RunEvent.other($0).json(time: 1) }
    for line in lines {
      #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any], "\(line)")
    }
    #expect(lines[1].hasSuffix(#""softened":[2],"speedup":"inf","compression":"nan"}"#))
    #expect(lines[2] == #"{"event":"prune_phase","time":1.000000,"iteration":3,"phase":"losseval","stage":2}"#)
    #expect(lines[7].hasSuffix(#""accuracy":0.5,"borderline":0.25,"good":true}"#))
  }
}
