import CaffeProto
import Engine
import Layers
import Solver
import Testing
import TestSupport

@testable import IncRegSolver

/// Layers whose weights lie in tiles are pruned as plain ones are: the same groups in the same iterations, the same weights to
/// the last bit.
@Suite struct TiledPruningTests {
  private static let net = """
    layer { name: 'data' type: 'DummyData' top: 'data' top: 'label' dummy_data_param {
      shape { dim: 2 dim: 16 dim: 4 dim: 4 } shape { dim: 2 }
      data_filler { type: 'gaussian' std: 1 } data_filler { type: 'constant' value: 2 } } }
    layer { name: 'a' type: 'Convolution' bottom: 'data' top: 'a' prune_param { prune_ratio: 0.4 } convolution_param {
      num_output: 192 kernel_size: 3 pad: 1 weight_filler { type: 'msra' } } }
    layer { name: 'a_relu' type: 'ReLU' bottom: 'a' top: 'a' }
    layer { name: 'b' type: 'Convolution' bottom: 'a' top: 'b' prune_param { prune_ratio: 0.4 } convolution_param {
      num_output: 192 kernel_size: 3 pad: 1 weight_filler { type: 'msra' } } }
    layer { name: 'c' type: 'Convolution' bottom: 'b' top: 'c' prune_param { prune_ratio: 0.4 } convolution_param {
      num_output: 320 kernel_size: 3 pad: 1 group: 2 weight_filler { type: 'msra' } } }
    layer { name: 'ip' type: 'InnerProduct' bottom: 'c' top: 'ip' inner_product_param {
      num_output: 10 weight_filler { type: 'xavier' } } }
    layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip' bottom: 'label' top: 'loss' }
    """

  private func run(_ method: String, tiled: Bool, quiet: Bool) throws -> (solver: Solver, lines: [String]) {
    let lines = Lines()
    let scratch = try TemporaryFolder()
    var parameter = SolverParameter.with {
      ($0.baseLr, $0.lrPolicy, $0.momentum, $0.weightDecay) = (0.001, "fixed", 0.9, 0.001)
      ($0.maxIter, $0.randomSeed, $0.snapshotPrefix) = (24, 3, scratch("run"))
      ($0.pruneMethod, $0.regularizationType) = (method, method == "PP_Col" ? "L2" : method)
      ($0.aa, $0.targetReg, $0.pruneInterval) = (0.5, 2, 1)
      $0.ifUpdateRowCol = true
    }
    parameter.netParam = try NetParameter(text: Self.net)
    let output = PruneOutput(onlyApp: quiet, stamp: { "" }) { lines.add($0) }
    let hook = try #require(try PruningMethods.hook(for: parameter, output: output))
    let solver = try Solver(
      parameter, registry: .caffe, backend: try DNNLBackend(algorithm: .direct, compact: .off), hook: hook,
      log: .silent)
    if !tiled { for learned in solver.net.parameters { learned.blob.staysPlain = true } }
    try solver.solve()
    return (solver, lines.all)
  }

  @Test(arguments: ["Reg_Col", "Reg_Row", "RegSpa_Col", "AFP_Row", "PP_Col"], [true, false])
  func prunesTheSame(method: String, quiet: Bool) throws {
    let (tiled, plain) = (try run(method, tiled: true, quiet: quiet), try run(method, tiled: false, quiet: quiet))
    #expect(tiled.lines == plain.lines && !plain.lines.isEmpty)
    for (one, other) in zip(tiled.solver.net.parameters, plain.solver.net.parameters) {
      #expect(one.blob.plainData == other.blob.plainData, "\(one.layer)")
    }
    for (one, other) in zip(tiled.solver.history, plain.solver.history) {
      #expect(one.map(\.plainData) == other.map(\.plainData))
    }
    let zeros = plain.solver.net.parameters[2].blob.plainData.count { $0 == 0 }
    #expect(zeros > 0, "nothing was pruned in layer b")
    let inTiles = tiled.solver.net.parameters.filter { $0.blob.dataTiles != nil }.map(\.layer)
    let expected = ["Reg_Col": ["b", "c"], "Reg_Row": ["a", "b", "c"]]
    #expect(inTiles == (DNNLBackend.hasWideVectors ? expected[method] ?? [] : []))
  }
}
