import CaffeProto
import Engine
import Foundation
import NetModel
import Pruning
import Solver
import TestSupport
import Testing

@testable import IncRegSolver

/// Runs beside traces of the originals' own code (shared/golden-methods), to their ends, within the tolerances that its
/// READMEs name.
@Suite struct MethodTraceTests {
  /// The folder of a trace; nil, and a word about it, where it is absent.
  private func folder(_ name: String, test: String = #function) -> String? {
    TestFiles.shared("golden-methods/" + name, test: test)
  }

  @Test(
    arguments: [
      ("sfp-1", "SFP", 3e-4), ("asfp-1", "ASFP", 1e-4), ("srfp-1", "SRFP", 1e-4), ("asrfp-1", "ASRFP", 1e-4),
    ] as [(String, String, Float)])
  func softFilters(_ name: String, _ method: String, _ tolerance: Float) throws {
    guard let folder = folder(name) else { return }
    let trace = try MethodTrace(folder, method + "_Row") { parameter, settings in
      let keeps = settings["rate"] as? Double ?? 0
      for (layer, _) in settings["layers_pruned"] as? [String: Double] ?? [:] {
        let index = parameter.netParam.layer.firstIndex { $0.name == layer } ?? 0
        parameter.netParam.layer[index].pruneParam.pruneRatio = Float(1 - keeps)
      }
      parameter.epochIters = settings["iterations_per_epoch"] as? Int ?? 0
      (parameter.testIter, parameter.testInterval, parameter.testInitialization) = (
        [parameter.epochIters], 10_000, false
      )
      parameter.pruningParam.pruneEpochs = settings["epoch_prune"] as? Int ?? 0
      if let start = settings["mask_0_decay"] as? Double { parameter.pruningParam.softenStart = Float(start) }
    }
    let (solver, length) = (trace.solver, Int(try trace.number("iterations_per_epoch")))
    let hook = try #require(solver.hook as? PruningRun<SoftFilter>)
    let events = try trace.recorded("ev_iter").values.map { Int($0) }
    let rows = try trace.recorded("iter").values.map { Int($0) }
    let (losses, tests) = (try trace.recorded("loss_all"), try trace.recorded("val_loss_after"))
    try solver.step(0)
    for iteration in 0...solver.parameter.maxIter {
      if iteration > 0 {
        try solver.step(1)
        try trace.require([solver.loss], losses[iteration - 1], 1e-4, "loss of iteration \(iteration)")
      }
      if let event = events.firstIndex(of: iteration) {
        for family in hook.families where family.ratio > 0 {
          try trace.require(
            family.state.softened.map { $0 ? 1 : 0 }, try trace.recorded("ev_selected_\(family.name)")[event], 0,
            "\(family.name) chosen in iteration \(iteration)")
          try trace.require(
            solver.net.parameters[hook.layers[family.layer].parameter].blob.plainData,
            try trace.recorded("ev_weight_\(family.name)_0")[event], tolerance, "\(family.name) in \(iteration)")
        }
      }
      if iteration % length == 0 {
        let output = try #require(try solver.testAll().first?.first)
        try trace.require(output.values, tests[iteration / length], 1e-3, "test in iteration \(iteration)")
      }
      guard let row = rows.firstIndex(of: iteration) else { continue }
      for (index, name) in trace.learned {
        try trace.require(
          solver.history[index][0].plainData, try trace.recorded("history_\(name)")[row], tolerance, "history \(name)")
        guard !events.contains(iteration) else { continue }
        try trace.require(
          solver.net.parameters[index].blob.plainData, try trace.recorded("weight_\(name)")[row], tolerance, name)
      }
    }
    for (layer, count) in trace.settings["filters_selected_at_the_end"] as? [String: Int] ?? [:] {
      #expect(hook.families.first { $0.name == layer }?.state.prunedCount == count)
    }
  }

  @Test(arguments: [("greg1-1", "GReg-1_Row"), ("greg1-2", "GReg-1_Input"), ("greg2-1", "GReg-2_Row")])
  func growingRegularisation(_ name: String, _ method: String) throws {
    guard let folder = folder(name) else { return }
    let trace = try MethodTrace(folder, method, ratios: "pruning_ratio_per_layer") { parameter, settings in
      func number(_ name: String) -> Float { Float(settings[name] as? Double ?? 0) }
      // The trace ends with the cut.
      parameter.maxIter += 3
      parameter.pruningParam.regStep = number("reg_granularity_prune")
      parameter.pruningParam.regLimit = number("reg_upper_limit")
      parameter.pruningParam.magnitudeRatio = number("mag_ratio_limit")
      parameter.pruningParam.regInterval = settings["update_reg_interval"] as? Int ?? 0
      parameter.pruningParam.settleIters = settings["stabilize_reg_interval"] as? Int ?? 0
      if method.hasPrefix("GReg-2") {
        parameter.pruningParam.pickStep = number("reg_granularity_pick")
        parameter.pruningParam.pickLimit = number("reg_upper_limit_pick")
        parameter.pruningParam.keepPenalty = number("reg_granularity_recover")
      }
    }
    let (solver, end) = (trace.solver, trace.solver.parameter.maxIter - 3)
    let hook = try #require(solver.hook as? PruningRun<GrowingReg>)
    let losses = try trace.recorded("loss")
    for row in 0..<end {
      try solver.step(1)
      try trace.require([solver.loss], losses[row], 1e-4, "loss of iteration \(row)")
      #expect(hook.phase == (row + 1 < end ? .prune : .finalRetrain))
      for entry in hook.entries where entry.family.ratio > 0 {
        let (family, choice) = (entry.family, entry.memory)
        func same(_ got: [Float], _ dataset: String, _ tolerance: Float, relative: Float = 0) throws {
          try trace.require(
            got, try trace.recorded("\(dataset)_\(family.name)")[row], tolerance, relative: relative,
            "\(dataset) of \(family.name) in iteration \(row)")
        }
        try same(family.state.penalty, "reg", 1e-6)
        try same([Float(family.finishedAt ?? -1)], "finished", 0)
        try same((0..<family.count).map { choice.isMade && choice.groups.contains($0) ? 1 : 0 }, "selected", 0)
        try same(choice.ratio, "ratio", 0, relative: 1e-3)
        if method.hasPrefix("GReg-2") {
          let picked = try trace.recorded("picked_\(family.name)")[row]
          #expect((picked[0] >= 0) == choice.isMade)
        }
      }
      for (index, name) in trace.learned {
        let (weights, expected) = (
          solver.net.parameters[index].blob.plainData, try trace.recorded("weight_\(name)")[row]
        )
        guard row + 1 < end else {
          // What is left behind the cut.
          for (got, expected) in zip(weights, expected) where got != 0 {
            try #require(abs(got - expected) < 1e-4, "\(name) behind the cut")
          }
          continue
        }
        try trace.require(weights, expected, 1e-4, name)
        try trace.require(
          solver.history[index][0].plainData, try trace.recorded("history_\(name)")[row], 1e-4, "history \(name)")
      }
    }
    for entry in hook.entries where entry.family.ratio > 0 {
      let chosen = Set(entry.family.state.prunedAt.indices.filter { entry.family.state.isPruned($0) })
      let expected = try trace.recorded("selected_\(entry.family.name)")[end - 1]
      #expect(chosen == Set(expected.indices.filter { expected[$0] == 1 }))
    }
    #expect(solver.history.joined().allSatisfy { $0.plainData.allSatisfy { $0 == 0 } })
  }

  /// The trace keeps the last filters of a layer where we keep the best, so that what is chosen is compared with what
  /// our rule takes by the trace's scores.
  @Test func orthogonalFilters() throws {
    guard let folder = folder("orthoreg-1") else { return }
    func make(cutAt iteration: Int) throws -> MethodTrace {
      try MethodTrace(folder, "OrthoReg_Row") { parameter, settings in
        for layer in ["conv1", "conv2", "conv3"] {
          let index = parameter.netParam.layer.firstIndex { $0.name == layer } ?? 0
          parameter.netParam.layer[index].pruneParam.pruneRatio = Float(settings["prune_percent"] as? Double ?? 0) / 100
        }
        parameter.maxIter = 60
        (parameter.pruningParam.itersBeforeCut, parameter.pruningParam.scoreBatches) = (iteration, 3)
        parameter.pruningParam.orthoStrength = Float(settings["eta"] as? Double ?? 0)
      }
    }
    let trace = try make(cutAt: 51)
    let (solver, hook) = (trace.solver, try #require(trace.solver.hook as? PruningRun<OrthoReg>))
    try solver.step(0)
    let penalty = hook.method.addedGradients(hook.layers) { solver.net.parameters[$0].blob }
    for (index, name) in trace.learned where try trace.has("penalty_grad_\(name)") {
      let got = penalty[index]?.plainData ?? [Float](repeating: 0, count: solver.net.parameters[index].blob.count)
      try trace.require(got, try trace.recorded("penalty_grad_\(name)").values, 1e-6, "penalty of \(name)")
    }
    #expect(penalty.count == 6)
    let losses = try trace.recorded("loss_ce")
    for row in 0..<50 {
      try solver.step(1)
      try trace.require([solver.loss], losses[row], 1e-4, "loss of iteration \(row)")
      for (index, name) in trace.learned {
        let blob = solver.net.parameters[index].blob
        try trace.require(blob.plainData, try trace.recorded("weight_\(name)")[row], 1e-4, "\(name) in \(row)")
        try trace.require(
          solver.history[index][0].plainData, try trace.recorded("history_\(name)")[row], 1e-4, "history of \(name)")
      }
    }
    let evidence = NetEvidence(
      net: solver.net, parameters: hook.wiring.parameters,
      gradients: try solver.gradients(batches: 3, statistics: .running, keepsPosition: true))
    let families = hook.families.filter { $0.ratio > 0 }
    let theirs = try families.map { try trace.recorded("imp_\($0.name)").values }
    let largest = theirs.joined().max() ?? 0
    for (family, expected) in zip(families, theirs) {
      try trace.require(
        try Fisher().scores(family.groups, evidence), expected, 1e-3 * largest, "importance of \(family.name)")
    }
    let cut = try make(cutAt: 50)
    try cut.solver.step(50)
    let pruned = try #require(cut.solver.hook as? PruningRun<OrthoReg>).families.filter { $0.ratio > 0 }
    let chosen = GlobalRanking.lowest(
      13, of: theirs, living: theirs.map { Array($0.indices) }, atLeast: [1, 1, 1])
    for (family, chosen) in zip(pruned, chosen) {
      #expect(Set(family.state.prunedAt.indices.filter { family.state.isPruned($0) }) == Set(chosen))
    }
  }

  @Test(
    arguments: [
      ("group_l1", "group-l1", 1e-5), ("group_l2", "group-l2", 1e-5), ("lamp", "lamp", 1e-5),
      ("taylor", "taylor", 1e-4), ("bn_scale", "bn", 1e-5),
    ] as [(String, String, Float)])
  func importances(_ criterion: String, _ name: String, _ tolerance: Float) throws {
    guard let folder = folder("importance-1") else { return }
    let importance = try #require(Importances.named(name))
    let trace = try MethodTrace(folder, "None")
    let net = trace.solver.net
    let families = Channels().divide(net.description, weights: net.description.filterWeights).families
    let order = ["convc", "convb", "conv1", "conva"]
    let scored = try order.map { name in try #require(families.first { $0.name == name }) }
    let wiring = Wiring(net, [], [], L1Norm())
    let evidence = NetEvidence(
      net: net, parameters: wiring.parameters, gradients: try trace.solver.gradients(batches: 1, statistics: .batch))
    let scores = try scored.map { GlobalRanking.comparable(try importance.scores($0, evidence), importance) }
    let chosen = GlobalRanking.lowest(
      11, of: scores, living: scores.map { Array($0.indices) }, atLeast: scores.map { _ in 0 })
    for (place, name) in ["convc", "convb", "pw", "conva"].enumerated() {
      try trace.require(
        scores[place], try trace.recorded("score_\(criterion)_\(name)").values, 1e-6, relative: tolerance,
        "\(criterion) of \(name)")
      let expected = try trace.recorded("chosen_\(criterion)_\(name)").values
      #expect(Set(chosen[place]) == Set(expected.indices.filter { expected[$0] == 1 }), "\(criterion) of \(name)")
    }
  }
}
