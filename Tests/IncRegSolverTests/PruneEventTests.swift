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

  /// All that lived before a cut is counted once, by its score; what goes has the smaller ones.
  @Test(arguments: ["OneShot_Row", "GReg-1_Row", "AFP_Row", "SFP_Row"])
  func cutsSayHowScoresAreSpread(_ name: String) throws {
    let run = try MethodRun(name, "L2") {
      ($0.pruneRatio, $0.aa) = (0.5, 0.5)
      if name == "AFP_Row" { $0.regularizationType = name }
    }
    let events = try events(of: run)
    let cut = try #require(only("prune_cut", of: events).first)
    let gone = try #require(cut["families"] as? [[String: Any]]).map {
      ($0["after"] as? Int ?? 0) - ($0["before"] as? Int ?? 0)
    }
    let told = try #require(only("prune_histogram", of: events).first { $0["of"] as? String == "importance" })
    #expect(told["iteration"] as? Int == cut["iteration"] as? Int)
    let families = try #require(told["families"] as? [[String: Any]])
    let plan = try #require(only("prune_plan", of: events).first?["families"] as? [[String: Any]])
    #expect(families.count == plan.count)
    for (index, family) in families.enumerated() {
      let (kept, pruned) = (try #require(family["kept"] as? [Int]), try #require(family["pruned"] as? [Int]))
      #expect(kept.count == 24 && pruned.count == 24 && pruned.reduce(0, +) == gone[index])
      #expect(kept.reduce(0, +) + pruned.reduce(0, +) == plan[index]["groups"] as? Int)
      #expect(family["low"] as? Double ?? -1 >= 0)
    }
  }

  @Test func stagesSayHowPenaltiesAreSpread() throws {
    let run = try MethodRun("Reg_Col", "Reg_Col") { $0.display = 5 }
    let told = only("prune_histogram", of: try events(of: run))
    #expect(!told.isEmpty && told.allSatisfy { $0["of"] as? String == "penalty" })
    let families = try #require(told.last?["families"] as? [[String: Any]])
    #expect(
      families.allSatisfy { ($0["pruned"] as? [Int])?.last ?? 0 > 0 && ($0["kept"] as? [Int])?.reduce(0, +) ?? 0 > 0 })
  }

  @Test func randomScoresAreNotCounted() throws {
    let run = try MethodRun("OneShot_Row", "L2") {
      $0.pruneRatio = 0.5
      $0.pruningParam.importance = "random"
    }
    let events = try events(of: run)
    #expect(only("prune_cut", of: events).count == 1 && only("prune_histogram", of: events).isEmpty)
  }

  @Test func whatIsNoNumberIsNotCounted() throws {
    var family = OneLayer(row: [1, 1, 1, 1]).family
    family.state.prunedAt[1] = 7
    let counted = try #require(GroupHistogram(family, [1, 2, .nan, 3], of: 0..<4))
    #expect(counted.range == 1...3 && counted.kept.first == 1 && counted.kept.last == 1 && counted.pruned[12] == 1)
    #expect(GroupHistogram(family, [.nan, 0, 0, 0], of: [0]) == nil)
    #expect(GroupHistogram(family, [2, 2, 2, 2], of: 0..<4)?.kept.first == 3)
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
      .restored(iteration: 4, from: 7), .histogram(iteration: 8, of: .penalty, []),
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
