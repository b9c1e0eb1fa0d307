import Base
import CaffeProto
import Foundation
import NetModel
import Pruning
import Solver
import TestSupport
import Testing

@testable import IncRegSolver

/// A run beside the trace of DSA (shared/golden-methods/dsa-1), whose gates, gradients and counts the original's own code
/// made.
@Suite struct DSATraceTests {
  /// Hands out recorded numbers in their order.
  private final class Draws: @unchecked Sendable {
    private var values: ArraySlice<Float> = []

    func give(_ values: [Float]) { self.values = values[...] }
    func next() -> Float { values.popFirst() ?? 0 }
  }

  @Test func gates() throws {
    guard let folder = TestFiles.shared("golden-methods/dsa-1") else { return }
    let trace = try MethodTrace(folder, "None")
    let table = try trace.recorded("case_table")
    for number in 0..<table.rows {
      let (row, place) = (table[number].map(Double.init), "case \(number)")
      func doubles(_ name: String) throws -> [Double] {
        try trace.recorded("case\(number)_\(name)").values.map(Double.init)
      }
      let gate = KeepGate(try doubles("b"), keep: row[0], slope: row[1])
      // Read in single precision.
      #expect(abs(exp(gate.logThreshold) / row[4] - 1) < 1e-5, "\(place): \(exp(gate.logThreshold)) of \(row[4])")
      for (got, expected) in zip(gate.probabilities, try doubles("p_exact")) {
        #expect(abs(got - expected) < 1e-6, "\(place)")
      }
      let slopes = try doubles("g")
      #expect(abs(gate.gradient(slopes) - row[5]) < 2e-6 * max(1, abs(row[5])), "\(place)")
    }
  }

  @Test func theWholeRun() throws {
    guard let folder = TestFiles.shared("golden-methods/dsa-1") else { return }
    let draws = Draws()
    let trace = try MethodTrace(folder, "DSA") { parameter, settings in
      // The trace ends before a cut, and its multiply-adds count in the objective, but under no bound.
      (parameter.maxIter, parameter.pruningParam.itersBeforeCut) = (70, 61)
      (parameter.pruningParam.gateSlope, parameter.pruningParam.keepInterval) = (1 + 0.15 * 61, 0)
      (parameter.pruningParam.budget, parameter.pruningParam.budgetWeight) = (
        1, Float(settings["flops_weight"] as? Double ?? 0)
      )
      parameter.pruningParam.keepLr = Float(settings["lr_v"] as? Double ?? 0)
    } makeHook: { parameter in
      let name = try #require(DSA.names.first { $0.name == "DSA" })
      var method = try DSA(parameter, as: name, profile: .fixed)
      method.draws = { _ in draws.next() }
      return PruningRun(method, output: PruneOutput(write: { _ in }))
    }
    let solver = trace.solver
    let hook = try #require(solver.hook as? PruningRun<DSA>)
    try solver.step(0)
    let families = hook.families.map(\.groups)
    #expect(families.map(\.name) == ["stem", "b0_conv1", "b1_conv1", "b1_conv2"])
    let description = solver.net.description
    let ranking = hook.wiring.hidden.map { description.layers[$0.parts[0].member.place.layer].name }
    #expect(ranking == ["stem_sc", "b0_conv1_sc", "b1_conv1_sc", "b1_skip_sc"])
    // The original does not count the inner product.
    let work = FamilyWork(description, families) { description.layers[$0].type != "InnerProduct" }
    hook.wiring.work = work
    // It counts multiplications and additions apart.
    let (ones, zeros) = ([1.0, 1, 1, 1], [0.0, 0, 0, 0])
    let (matrix, vector) = (try trace.recorded("flops_A"), try trace.recorded("flops_B").values)
    #expect(2 * work.whole == 137_472 && work.multiplyAdds(zeros) == 0)
    for family in 0..<4 {
      let row = Double(matrix[family].reduce(0, +) + vector[family])
      let column = Double((0..<4).reduce(0) { $0 + matrix[$1][family] })
      #expect(2 * work.gradient(ones)[family] == row + column)
    }
    for (index, start) in (trace.settings["v_start"] as? [Double] ?? []).enumerated() {
      hook.entries[index].memory.logit = start
    }
    try follow(trace, hook, work, draws)
  }

  private func follow(_ trace: MethodTrace, _ hook: PruningRun<DSA>, _ work: FamilyWork, _ draws: Draws) throws {
    let solver = trace.solver
    let rows = try trace.recorded("w_iter").values.map { Int($0) }
    let losses = try trace.recorded("loss")
    func all(_ name: String) throws -> [Recorded] { try (0..<4).map { try trace.recorded("\(name)_\($0)") } }
    let (uniform, strengths, thresholds, masks) = (try all("u"), try all("b"), try all("beta1"), try all("mask"))
    let (probabilities, gradients) = (try all("p"), try all("grad_p"))
    let (logits, slopes, byLogit) = (
      try trace.recorded("v"), try trace.recorded("beta2"), try trace.recorded("grad_v")
    )
    let (expected, byKeep, shares) = (
      try trace.recorded("flops_expected"), try trace.recorded("flops_grad"), try trace.recorded("flops_true")
    )
    for iteration in 0..<losses.rows {
      draws.give(uniform.flatMap { $0[iteration] })
      let before = hook.entries.map(\.memory.logit)
      let keep = before.map(\.sigmoid)
      try trace.require(before.map { Float($0) }, logits[iteration], 1e-3, "v in \(iteration)")
      #expect(abs(hook.method.settings.slope(at: iteration) - Double(slopes[iteration][0])) < 1e-5)
      try trace.require(
        [Float(work.multiplyAdds(keep) / work.whole)], expected[iteration], 1e-3, "share in \(iteration)")
      try trace.require(
        work.gradient(keep).map { Float($0 / work.whole) }, byKeep[iteration], 1e-3, "gradient of the share")
      let wasStrong = hook.wiring.hidden.map { gates in
        gates.strengths(gates.parts[0].member.matrix.rows) { solver.net.parameters[$0].blob.plainData }
      }
      try solver.step(1)
      try trace.require([solver.loss], losses[iteration], 1e-4, "loss of iteration \(iteration)")
      var mean = [Double]()
      for (index, entry) in hook.entries.enumerated() {
        let (gate, place) = (try #require(entry.memory.gate), "\(entry.family.name) in iteration \(iteration)")
        try trace.require(wasStrong[index].map { Float($0) }, strengths[index][iteration], 1e-3, "b of \(place)")
        try trace.require(
          [Float(exp(gate.logThreshold))], thresholds[index][iteration], 0, relative: 1e-4, "beta1 of \(place)")
        try trace.require(
          gate.probabilities.map { Float($0) }, probabilities[index][iteration], 1e-6, relative: 1e-4, "p of \(place)")
        let kept = entry.family.state.hidden.map { $0 ? Float(0) : 1 }
        try trace.require(kept, masks[index][iteration], 0, "mask of \(place)")
        mean.append(Double(kept.reduce(0, +)) / Double(kept.count))
        let largest = gradients[index].values.map(\.magnitude).max() ?? 0
        try trace.require(
          entry.gateGradient.map { Float($0) }, gradients[index][iteration], 1e-4 * largest, "gradient by p of \(place)"
        )
        let gradient = gate.gradient(entry.gateGradient) * keep[index] * (1 - keep[index])
        let top = byLogit.values.map(\.magnitude).max() ?? 0
        try trace.require([Float(gradient)], [byLogit[iteration][index]], 1e-4 * top, "gradient by v of \(place)")
      }
      try trace.require([Float(work.multiplyAdds(mean) / work.whole)], shares[iteration], 1e-6, "true share")
      // Counted from 1, and behind the step.
      guard let row = rows.firstIndex(of: iteration + 1) else { continue }
      for (index, name) in trace.learned {
        try trace.require(
          solver.net.parameters[index].blob.plainData, try trace.recorded("weight_\(name)")[row], 1e-3, name)
        try trace.require(
          solver.history[index][0].plainData, try trace.recorded("history_\(name)")[row], 1e-3, "history \(name)")
      }
    }
    #expect(solver.iteration == 60)
  }
}
