import Base
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

/// What a run prunes by channel is what slimming takes away: all of it, and nothing else.
@Suite struct ChannelRunTests {
  /// A residual sum, a concatenation, a depthwise and a group convolution.
  private static let net = """
    layer { name: "data" type: "DummyData" top: "data" top: "label" dummy_data_param {
      shape { dim: 4 dim: 3 dim: 8 dim: 8 } shape { dim: 4 }
      data_filler { type: "gaussian" std: 1 } data_filler { type: "constant" value: 2 } } }
    layer { name: "stem" type: "Convolution" bottom: "data" top: "stem" prune_param { prune_ratio: 0.5 }
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 weight_filler { type: "msra" } } }
    layer { name: "bn" type: "BatchNorm" bottom: "stem" top: "stem" }
    layer { name: "scale" type: "Scale" bottom: "stem" top: "stem" scale_param { bias_term: true } }
    layer { name: "relu" type: "ReLU" bottom: "stem" top: "stem" }
    layer { name: "a" type: "Convolution" bottom: "stem" top: "a" prune_param { prune_ratio: 0.25 }
      convolution_param { num_output: 12 kernel_size: 3 pad: 1 group: 2 weight_filler { type: "msra" } } }
    layer { name: "d" type: "Convolution" bottom: "a" top: "d"
      convolution_param { num_output: 12 kernel_size: 3 pad: 1 group: 12 weight_filler { type: "msra" } } }
    layer { name: "b" type: "Convolution" bottom: "d" top: "b"
      convolution_param { num_output: 16 kernel_size: 1 weight_filler { type: "msra" } } }
    layer { name: "add" type: "Eltwise" bottom: "stem" bottom: "b" top: "add" }
    layer { name: "cat" type: "Concat" bottom: "add" bottom: "d" top: "cat" }
    layer { name: "ip" type: "InnerProduct" bottom: "cat" top: "ip"
      inner_product_param { num_output: 5 weight_filler { type: "xavier" } } }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }
    """

  /// Two blocks of a group convolution, one of which has two channels that must stay.
  private static let uneven = """
    layer { name: "data" type: "DummyData" top: "data" top: "label" dummy_data_param {
      shape { dim: 4 dim: 3 dim: 8 dim: 8 } shape { dim: 4 }
      data_filler { type: "gaussian" std: 1 } data_filler { type: "constant" value: 2 } } }
    layer { name: "p" type: "Convolution" bottom: "data" top: "p" prune_param { prune_ratio: 0.5 }
      convolution_param { num_output: 4 kernel_size: 3 weight_filler { type: "msra" } } }
    layer { name: "q" type: "Convolution" bottom: "data" top: "q"
      convolution_param { num_output: 4 kernel_size: 3 weight_filler { type: "msra" } } }
    layer { name: "cut" type: "Slice" bottom: "q" top: "u" top: "v" }
    layer { name: "soft" type: "Softmax" bottom: "u" top: "soft" }
    layer { name: "cat" type: "Concat" bottom: "p" bottom: "u" bottom: "v" top: "cat" }
    layer { name: "g" type: "Convolution" bottom: "cat" top: "g"
      convolution_param { num_output: 4 kernel_size: 1 group: 2 weight_filler { type: "msra" } } }
    layer { name: "ip" type: "InnerProduct" bottom: "g" top: "ip"
      inner_product_param { num_output: 5 weight_filler { type: "xavier" } } }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }
    """

  private func solver(
    _ method: String, type: String = "SGD", net: String = Self.net, ratioOfOutput: Float = 0, iterations: Int = 30
  ) throws -> Solver {
    var parameter = SolverParameter.with {
      ($0.baseLr, $0.lrPolicy, $0.momentum, $0.weightDecay) = (0.01, "fixed", 0.9, 0.001)
      ($0.type, $0.maxIter, $0.randomSeed, $0.snapshotAfterTrain) = (type, iterations, 3, false)
      ($0.pruneMethod, $0.regularizationType, $0.epochIters) = (method, "L2", 5)
      ($0.aa, $0.targetReg, $0.pruneInterval) = (method == "PP_Channel" ? 0.2 : 0.5, 2, 1)
      $0.pruningParam.keepInterval = 3
    }
    parameter.netParam = try NetParameter(text: net)
    if let output = parameter.netParam.layer.firstIndex(where: { $0.name == "ip" }), ratioOfOutput > 0 {
      parameter.netParam.layer[output].pruneParam.pruneRatio = ratioOfOutput
    }
    parameter.snapshotPrefix = scratch.path + "/run"
    let hook = try #require(try PruningMethods.hook(for: parameter, output: PruneOutput(write: { _ in })))
    return try Solver(parameter, registry: .caffe, backend: ReferenceBackend(), hook: hook, log: .silent)
  }

  private let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  /// The stem is tied to b by the sum, a is in two blocks: 8 of 16 channels go, and 3 of 12 become 2 of each block's 6.
  static let methods = [
    "Reg_Channel", "AFP_Channel", "PP_Channel", "SFP", "ASFP", "SRFP", "ASRFP", "GReg-1", "GReg-2", "OneShot",
    "OrthoReg", "DSA",
  ]

  @Test(arguments: methods, ["SGD", "Nesterov", "Adam"])
  func slimmingTakesWhatWasPruned(_ method: String, _ type: String) throws {
    let solver = try solver(method, type: type)
    try solver.solve()
    let weights = solver.net.weights()
    var state = NetState()
    state.phase = .test
    let run = SlimRun(solver.parameter.netParam, weights: weights, .init(state: state), registry: .caffe)
    let plan = try run.plan()
    let slim = try plan.apply()
    let proof = try slim.prove(on: ReferenceBackend())
    #expect(proof.random.outputs.map(\.relative).max() ?? 1 < 1e-5)
    let shapes = Dictionary(
      uniqueKeysWithValues: slim.weights.layers.filter { !$0.blobs.isEmpty }.map { ($0.name, $0.blobs[0].shape.dim) })
    // The SFP family cuts off: 1 of each block's 6.
    let left = method.contains("FP") && method != "AFP_Channel" ? 10 : 8
    // In one ranking of all families each may lose more or less than its ratio: of 28 channels 11 go, or 10 where the
    // eleventh would be one of two that go together.
    if method == "OrthoReg" {
      let (stem, a) = (try #require(shapes["stem"]?[0]), try #require(shapes["a"]?[0]))
      #expect([17, 18].contains(stem + a) && stem < 16 && a % 2 == 0)
      #expect(shapes["b"] == [stem, a, 1, 1] && shapes["ip"] == [5, (stem + a) * 64])
      #expect(plan.rules.flatMap(\.held).isEmpty)
      return
    }
    // The ratios are the most that may go, and the budget half of the multiply-adds.
    if method == "DSA" {
      let share = Double(slim.description.cost.totalMultiplyAdds) / Double(plan.masked.net.cost.totalMultiplyAdds)
      #expect(share <= 0.5 && share > 0.4 && plan.rules.flatMap(\.held).isEmpty, "\(share): \(shapes)")
      return
    }
    #expect(shapes["stem"] == [8, 3, 3, 3])
    #expect(shapes["a"] == [left, 4, 3, 3])
    #expect(shapes["d"] == [left, 1, 3, 3])
    #expect(shapes["b"] == [8, left, 1, 1])
    #expect(shapes["ip"] == [5, (8 + left) * 64])
    // Nothing that was pruned is left, and what is left was not pruned.
    #expect(plan.rules.flatMap(\.held).isEmpty)
    let before = plan.masked.net.cost
    #expect(slim.description.cost.totalMultiplyAdds < before.totalMultiplyAdds / 2)
  }

  /// Slimming takes as many of every block, so that a run must prune as many: in every moment, since it may end in any, and
  /// where one block has fewer that may go.
  @Test(arguments: ["Reg_Channel", "AFP_Channel", "PP_Channel", "SFP", "DSA"])
  func blocksStayEqual(_ method: String) throws {
    let solver = try solver(method)
    var most = 0
    for _ in 0..<30 {
      try solver.step(1)
      let pruned = prunedOfBlocks(solver.hook)
      #expect(pruned.allSatisfy { Set($0).count == 1 }, "iteration \(solver.iteration): \(pruned)")
      most = max(most, pruned.flatMap(\.self).max() ?? 0)
    }
    // SFP cuts at the end of a whole run only.
    #expect(most > 0 || method == "SFP")
  }

  private func prunedOfBlocks(_ hook: (any SolverHook)?) -> [[Int]] {
    let families: [PrunedFamily] =
      switch hook {
      case let run as PruningRun<IncReg>: run.families
      case let run as PruningRun<AutoBalanced>: run.families
      case let run as PruningRun<Probabilistic>: run.families
      case let run as PruningRun<SoftFilter>: run.families
      case let run as PruningRun<DSA>: run.families
      default: []
      }
    let blocks = families.map(\.groups).blocks.filter { $0.count > 1 }
    #expect(!blocks.isEmpty)
    return blocks.map { $0.map { families[$0].state.prunedAt.count { $0 != nil } } }
  }

  /// Of the four channels that may go in one block and the two in the other one each goes.
  @Test(arguments: ["Reg_Channel", "AFP_Channel", "PP_Channel", "SFP"])
  func theSmallestBlockSaysHowManyGo(_ method: String) throws {
    let solver = try solver(method, net: Self.uneven)
    try solver.solve()
    // Of g itself nothing is asked.
    #expect(prunedOfBlocks(solver.hook) == [[1, 1], [0, 0]])
    var state = NetState()
    state.phase = .test
    let plan = try SlimRun(
      solver.parameter.netParam, weights: solver.net.weights(), .init(state: state), registry: .caffe
    ).plan()
    #expect(plan.rules.flatMap(\.held).isEmpty)
    let weights = try plan.apply().weights
    #expect(["p", "q", "g"].map { weights[$0]?.blobs[0].shape.dim } == [[3, 3, 3, 3], [3, 3, 3, 3], [4, 3, 1, 1]])
  }

  @Test func aPlanCountsTheChannelsOfALayer() throws {
    let net = try solver("AFP_Channel")
    try net.step(1)
    let families = try #require(net.hook as? PruningRun<AutoBalanced>).families
    var plan = RunPlan()
    plan.add(families, Channels())
    #expect(
      plan.lines == [
        "layer 'stem': 16 channels, 8 to prune, of each of 2 blocks as many (prune_ratio 0.5)",
        "layer 'a': 12 channels, 4 to prune, of each of 2 blocks as many (prune_ratio 0.25)",
      ])
    #expect(plan.warnings.isEmpty)
  }

  @Test func resumedRunsAreTheUnbrokenOnes() throws {
    for method in Self.methods {
      let whole = try solver(method)
      try whole.step(12)
      let state = try whole.snapshot()
      try whole.step(18)
      let resumed = try solver(method)
      try resumed.restore(state)
      try resumed.step(18)
      for (one, other) in zip(whole.net.parameters, resumed.net.parameters) {
        #expect(one.blob.plainData == other.blob.plainData, "\(method), \(one.layer)")
      }
    }
  }

  @Test func channelsThatMustStayAreNamed() throws {
    let solver = try solver("Reg_Channel", ratioOfOutput: 0.5)
    let error = #expect(throws: IncRegError.self) { try solver.solve() }
    #expect(error?.description.contains("layer 'ip': prune_param.prune_ratio: its channels cannot be pruned: ") == true)
  }
}
