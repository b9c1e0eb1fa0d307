import CaffeProto
import Engine
import Layers
import NetModel
import Pruning
import Slimming
import Solver
import TestSupport
import Testing

@testable import IncRegSolver

/// Runs of DSA: what is left is the budget, and slimming finds it so.
@Suite struct DSARunTests {
  private static func convolution(_ name: String, _ bottom: String, _ outputs: Int, _ rest: String = "pad: 1") -> String
  {
    """
    layer { name: "\(name)" type: "Convolution" bottom: "\(bottom)" top: "\(name)" convolution_param {
      num_output: \(outputs) kernel_size: 3 \(rest) weight_filler { type: "msra" } } }
    layer { name: "\(name)_bn" type: "BatchNorm" bottom: "\(name)" top: "\(name)" }
    layer { name: "\(name)_scale" type: "Scale" bottom: "\(name)" top: "\(name)" scale_param { bias_term: true } }
    layer { name: "\(name)_relu" type: "ReLU" bottom: "\(name)" top: "\(name)" }

    """
  }

  private static func net(_ layers: String, _ last: String, size: Int = 8) -> String {
    """
    layer { name: "data" type: "DummyData" top: "data" top: "label" dummy_data_param {
      shape { dim: 4 dim: 3 dim: \(size) dim: \(size) } shape { dim: 4 }
      data_filler { type: "gaussian" std: 1 } data_filler { type: "constant" value: 2 } } }

    """ + layers + """
      layer { name: "pool" type: "Pooling" bottom: "\(last)" top: "pool" pooling_param { pool: AVE global_pooling: true } }
      layer { name: "ip" type: "InnerProduct" bottom: "pool" top: "ip"
        inner_product_param { num_output: 5 weight_filler { type: "xavier" } } }
      layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }
      """
  }

  private static func sum(_ name: String, _ one: String, _ other: String) -> String {
    "layer { name: \"\(name)\" type: \"Eltwise\" bottom: \"\(one)\" bottom: \"\(other)\" top: \"\(name)\" }\n"
  }

  static let nets = [
    "plain": net(convolution("a", "data", 48) + convolution("b", "a", 64) + convolution("c", "b", 64), "c", size: 6),
    "residual": net(
      convolution("stem", "data", 24) + convolution("a", "stem", 32) + convolution("b", "a", 24)
        + sum("add", "stem", "b") + convolution("c", "add", 40, "pad: 1 stride: 2") + convolution("d", "c", 40)
        + convolution("skip", "add", 40, "pad: 1 stride: 2") + sum("add2", "d", "skip"), "add2"),
    // Filters and biases are the gates.
    "bare": net(
      """
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param {
        num_output: 96 kernel_size: 3 weight_filler { type: "msra" } } }
      layer { name: "relu" type: "ReLU" bottom: "a" top: "a" }
      layer { name: "b" type: "Convolution" bottom: "a" top: "b" convolution_param {
        num_output: 192 kernel_size: 3 group: 2 weight_filler { type: "msra" } } }

      """, "b"),
  ]

  private let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  private func solver(
    _ net: String, iterations: Int = 50, _ change: (inout SolverParameter) -> Void = { _ in },
    write: @escaping (String) -> Void = { _ in }
  ) throws -> Solver {
    var parameter = SolverParameter.with {
      ($0.baseLr, $0.lrPolicy, $0.momentum, $0.weightDecay) = (0.01, "fixed", 0.9, 0.001)
      ($0.maxIter, $0.randomSeed, $0.snapshotAfterTrain, $0.pruneMethod) = (iterations, 3, false, "DSA")
      ($0.pruningParam.keepInterval, $0.reestimateBatches, $0.snapshotPrefix) = (3, 2, scratch("run"))
    }
    parameter.netParam = try NetParameter(text: Self.nets[net] ?? "")
    change(&parameter)
    let hook = try #require(
      try PruningMethods.hook(for: parameter, output: PruneOutput(stamp: { "" }, write: write)))
    return try Solver(parameter, registry: .caffe, backend: ReferenceBackend(), hook: hook, log: .silent)
  }

  private func hook(_ solver: Solver) throws -> PruningRun<DSA> { try #require(solver.hook as? PruningRun<DSA>) }

  @Test(arguments: ["plain", "residual", "bare"], [0.5, 0.25] as [Float])
  func theBudgetIsMet(_ net: String, _ budget: Float) throws {
    var lines: [String] = []
    let solver = try solver(net) {
      $0.pruningParam.budget = budget
    } write: {
      lines.append($0)
    }
    try solver.solve()
    var state = NetState()
    state.phase = .test
    let plan = try SlimRun(
      solver.parameter.netParam, weights: solver.net.weights(), .init(state: state), registry: .caffe
    ).plan()
    let slim = try plan.apply()
    let proof = try slim.prove(on: ReferenceBackend())
    #expect(proof.random.outputs.map(\.relative).max() ?? 1 < 1e-5)
    #expect(plan.rules.flatMap(\.held).isEmpty)
    let share = Double(slim.description.cost.totalMultiplyAdds) / Double(plan.masked.net.cost.totalMultiplyAdds)
    #expect(share <= Double(budget) && share > Double(budget) - 0.01, "\(share)")
    #expect(lines.contains { $0.contains("Multiply-adds: ") && $0.contains(", \(share.fixed(4)) of all; kept: ") })
  }

  /// The bound falls to the budget, and keep ratios never ask for more.
  @Test func keepRatiosStayUnderTheBound() throws {
    let solver = try solver("residual", iterations: 40) {
      ($0.pruningParam.keepInterval, $0.pruningParam.itersBeforeCut) = (0, 40)
    }
    let hook = try hook(solver)
    try solver.step(0)
    let work = try #require(hook.wiring.work)
    for iteration in 0..<39 {
      try solver.step(1)
      let keeps = hook.entries.filter { $0.family.ratio > 0 }.map(\.memory.logit.sigmoid)
      let share = work.multiplyAdds(keeps) / work.whole
      let bound = hook.method.settings.bound(at: iteration)
      #expect(share <= bound + 1e-9 && share > bound - 0.03, "iteration \(iteration): \(share) of \(bound)")
      #expect(hook.phase == .prune && hook.layers.allSatisfy(\.mask.isEmpty))
    }
    #expect(hook.method.settings.bound(at: 29) == 0.5)
    // Weights are whole between passes.
    #expect(hook.backups.isEmpty)
    try solver.step(1)
    #expect(hook.phase == .finalRetrain && hook.layers.contains { !$0.mask.isEmpty })
    #expect(solver.history.joined().allSatisfy { $0.plainData.allSatisfy { $0 == 0 } })
  }

  /// A batch of its own changes no weights, and comes from the same data.
  @Test func ownBatchesMoveKeepRatiosOnly() throws {
    let (own, shared) = (try solver("plain"), try solver("plain") { $0.pruningParam.keepInterval = 0 })
    func logits(_ solver: Solver) throws -> [Double] { try hook(solver).entries.map(\.memory.logit) }
    for solver in [own, shared] { try solver.step(0) }
    let start = try logits(own)
    for solver in [own, shared] { try solver.step(3) }
    let (kept, moved) = (try logits(own), try logits(shared))
    #expect(kept == start && moved != start)
    try own.step(1)
    let later = try logits(own)
    #expect(later != start)
  }

  @Test(arguments: ["SGD", "Nesterov", "Adam", "AdaGrad", "RMSProp", "AdaDelta"])
  func everySolverTypeMeetsTheBudget(_ type: String) throws {
    let solver = try solver("plain", iterations: 20) {
      ($0.type, $0.delta) = (type, 1e-3)
      if ["AdaGrad", "RMSProp"].contains(type) { $0.momentum = 0 }
    }
    try solver.solve()
    let (hook, work) = (try hook(solver), try #require(try hook(solver).wiring.work))
    let kept = hook.families.filter { $0.ratio > 0 }.map { Double($0.state.living.count) / Double($0.count) }
    let share = work.multiplyAdds(kept) / work.whole
    #expect(share <= 0.5 && share > 0.49)
    for layer in hook.layers {
      let values = solver.net.parameters[layer.parameter].blob.plainData
      #expect(values.allSatisfy { $0.isFinite })
      #expect(values.indices.allSatisfy { !layer.mask.isMasked(element: $0) || values[$0] == 0 })
    }
  }

  /// A ratio of 0 keeps a layer whole, and another one is the most that may go.
  @Test func ratiosAreTheMostThatMayGo() throws {
    let solver = try solver("plain") {
      for (layer, ratio) in [("a", 0), ("b", 0.25)] as [(String, Float)] {
        let index = $0.netParam.layer.firstIndex { $0.name == layer } ?? 0
        $0.netParam.layer[index].pruneParam.pruneRatio = ratio
      }
    }
    try solver.solve()
    let pruned = try hook(solver).families.map(\.state.prunedCount)
    #expect(pruned[0] == 0 && pruned[1] <= 16 && pruned[2] > 16)
  }

  @Test func aBudgetThatCannotBeMetIsAnError() throws {
    let solver = try solver("plain") { ($0.pruneRatio, $0.pruningParam.budget) = (0.25, 0.5) }
    let error = #expect(throws: IncRegError.self) { try solver.solve() }
    #expect(
      error?.description.hasPrefix("solver: pruning_param.budget: 0.5 of the net's multiply-adds cannot be met") == true
    )
  }

  /// Before the first batch for keep ratios, between two, right behind one, at the cut, and in fine-tuning; and with
  /// gradients over two passes.
  @Test(arguments: [3, 0])
  func resumedRunsAreTheUnbrokenOnes(_ interval: Int) throws {
    for stop in [1, 6, 7, 13, 19, 20, 25] {
      let change: (inout SolverParameter) -> Void = {
        ($0.pruningParam.keepInterval, $0.iterSize) = (interval, 1 + interval % 2)
      }
      let whole = try solver("residual", iterations: 50, change)
      try whole.step(stop)
      let state = try whole.snapshot()
      try whole.step(30 - stop)
      let resumed = try solver("residual", iterations: 50, change)
      try resumed.restore(state)
      try resumed.step(30 - stop)
      for (one, other) in zip(whole.net.parameters, resumed.net.parameters) {
        try #require(one.blob.plainData == other.blob.plainData, "\(one.layer), stopped at \(stop)")
      }
      let (one, other) = (try hook(whole), try hook(resumed))
      #expect(one.entries.map(\.memory.logit) == other.entries.map(\.memory.logit))
    }
  }

  /// Gradients of gates over several passes are their mean, whether a channel was hidden or not.
  @Test func passesAddUp() throws {
    func gradients(_ passes: Int) throws -> [[Double]] {
      let solver = try solver("plain") {
        ($0.pruningParam.keepInterval, $0.iterSize) = (0, passes)
        // The same images in every pass.
        $0.netParam.layer[0].dummyDataParam.dataFiller[0] = .with { ($0.type, $0.value) = ("constant", 0.5) }
        $0.pruningParam.keepStart = 0
      }
      try solver.step(1)
      return try hook(solver).entries.map(\.gateGradient)
    }
    let (one, three) = (try gradients(1), try gradients(3))
    #expect(one.joined().contains { $0 != 0 })
    for (one, three) in zip(one.joined(), three.joined()) { #expect(abs(one - three) <= 1e-5 + 1e-3 * abs(one)) }
  }

  @Test func settingsThatCannotWorkNameTheirField() {
    for (field, change) in [
      ("budget", { $0.budget = 0 }), ("budget", { $0.budget = 1.5 }), ("budget", { $0.budget = .nan }),
      ("budget_weight", { $0.budgetWeight = -1 }), ("keep_lr", { $0.keepLr = 0 }),
      ("keep_start", { $0.keepStart = .infinity }), ("keep_interval", { $0.keepInterval = -1 }),
      ("keep_interval", { $0.keepInterval = 40 }), ("gate_slope", { $0.gateSlope = 0.5 }),
      ("iters_before_cut", { $0.itersBeforeCut = 0 }), ("iters_before_cut", { $0.itersBeforeCut = 101 }),
    ] as [(String, (inout PruningParameter) -> Void)] {
      let error = #expect(throws: IncRegError.self) {
        try method(DSA.self, "DSA") { change(&$0.pruningParam) } as DSA
      }
      #expect(
        error?.description.hasPrefix("solver: pruning_param.\(field): ") == true,
        "\(field): \(error?.description ?? "")")
    }
  }
}
