import CaffeProto
import Engine
import Layers
import NetModel
import Testing
import TestSupport

@testable import Solver

/// Filters that stay in tiles from iteration to iteration learn what plain ones learn, to the last bit.
@Suite struct TiledTrainingTests {
  /// Filters of several windows, in one group and in two; some are tested folded with what follows, and some are used by a
  /// layer, too, whose groups have no whole tiles.
  private static let net = """
    layer { name: 'data' type: 'DummyData' top: 'data' top: 'label' dummy_data_param {
      shape { dim: 2 dim: 16 dim: 6 dim: 6 } shape { dim: 2 }
      data_filler { type: 'gaussian' std: 1 } data_filler { type: 'constant' value: 2 } } }
    layer { name: 'a' type: 'Convolution' bottom: 'data' top: 'a' convolution_param {
      num_output: 192 kernel_size: 3 pad: 1 weight_filler { type: 'msra' } } }
    layer { name: 'a_relu' type: 'ReLU' bottom: 'a' top: 'a' }
    layer { name: 'b' type: 'Convolution' bottom: 'a' top: 'b' convolution_param {
      num_output: 192 kernel_size: 3 pad: 1 bias_term: false weight_filler { type: 'msra' } } }
    layer { name: 'b_bn' type: 'BatchNorm' bottom: 'b' top: 'b' }
    layer { name: 'b_scale' type: 'Scale' bottom: 'b' top: 'b' scale_param { bias_term: true } }
    layer { name: 'b_relu' type: 'ReLU' bottom: 'b' top: 'b' }
    layer { name: 'c' type: 'Convolution' bottom: 'b' top: 'c' convolution_param {
      num_output: 320 kernel_size: 3 stride: 2 pad: 1 group: 2 weight_filler { type: 'msra' } } }
    layer { name: 'd' type: 'Convolution' bottom: 'c' top: 'd' convolution_param {
      num_output: 832 kernel_size: 1 weight_filler { type: 'msra' } } }
    layer { name: 'e1' type: 'Convolution' bottom: 'data' top: 'e1' param { name: 'w' } convolution_param {
      num_output: 32 kernel_size: 3 pad: 1 bias_term: false weight_filler { type: 'msra' } } }
    layer { name: 'e2' type: 'Convolution' bottom: 'e1' top: 'e2' convolution_param {
      num_output: 64 kernel_size: 3 pad: 1 weight_filler { type: 'msra' } } }
    layer { name: 'e3' type: 'Convolution' bottom: 'e2' top: 'e3' param { name: 'w' } convolution_param {
      num_output: 32 kernel_size: 3 stride: 2 pad: 1 group: 4 bias_term: false } }
    layer { name: 'both' type: 'Concat' bottom: 'd' bottom: 'e3' top: 'both' }
    layer { name: 'ip' type: 'InnerProduct' bottom: 'both' top: 'ip' inner_product_param {
      num_output: 10 weight_filler { type: 'xavier' } } }
    layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip' bottom: 'label' top: 'loss' }
    """

  private func solver(
    tiled: Bool, _ algorithm: ConvolutionAlgorithm, _ scratch: TemporaryFolder,
    _ change: (inout SolverParameter) -> Void
  ) throws -> Solver {
    var parameter = SolverParameter.with {
      ($0.baseLr, $0.lrPolicy, $0.momentum, $0.weightDecay) = (0.01, "fixed", 0.9, 0.001)
      ($0.maxIter, $0.randomSeed, $0.snapshotAfterTrain) = (4, 3, false)
      ($0.testInterval, $0.testIter, $0.snapshotPrefix) = (2, [1], scratch("run"))
    }
    change(&parameter)
    parameter.netParam = try NetParameter(text: Self.net)
    let solver = try Solver(
      parameter, registry: .caffe, backend: try DNNLBackend(algorithm: algorithm), log: .silent)
    if !tiled { for learned in solver.net.parameters { learned.blob.staysPlain = true } }
    return solver
  }

  private func layersInTiles(_ solver: Solver) -> [String] {
    solver.net.parameters.filter { $0.blob.dataTiles != nil }.map(\.layer)
  }

  @Test(arguments: ["SGD", "Nesterov", "Adam"], [ConvolutionAlgorithm.direct, .fixed])
  func learnsTheSame(type: String, algorithm: ConvolutionAlgorithm) throws {
    func run(tiled: Bool, _ change: (inout SolverParameter) -> Void = { _ in }) throws -> Solver {
      let run = try solver(tiled: tiled, algorithm, try TemporaryFolder()) {
        $0.type = type
        change(&$0)
      }
      try run.solve()
      return run
    }
    let (tiled, plain) = (try run(tiled: true), try run(tiled: false))
    #expect(learned(tiled) == learned(plain))
    #expect(tiled.testNets[0].outputs[0].plainData == plain.testNets[0].outputs[0].plainData)
    #expect(layersInTiles(plain) == [])
    // The last test took e2 back to the order of its axes: `fixed` tests with Winograd, which reads no tiles there.
    let expected = algorithm == .direct ? ["a", "b", "c", "d", "e2"] : ["a", "b", "c", "d"]
    #expect(layersInTiles(tiled) == (DNNLBackend.hasWideVectors ? expected : []))
    // All gradients first, of two passes, clipped.
    let wait: (inout SolverParameter) -> Void = { ($0.iterSize, $0.clipGradients) = (2, 0.5) }
    let (tiledLate, plainLate) = (try run(tiled: true, wait), try run(tiled: false, wait))
    // The norm is added up in another order.
    for (one, other) in zip(learned(tiledLate), learned(plainLate)) {
      let scale = other.map(\.magnitude).max() ?? 0
      #expect(isClose(one, other, absolute: 1e-5 * scale))
    }
    #expect(learned(tiledLate) != learned(tiled))
  }

  @Test(arguments: [SolverParameter.SnapshotFormat.binaryproto, .hdf5])
  func snapshotsArePlain(_ format: SolverParameter.SnapshotFormat) throws {
    let scratch = try TemporaryFolder()
    let whole = try solver(tiled: true, .direct, scratch) { ($0.snapshot, $0.snapshotFormat) = (2, format) }
    try whole.solve()
    let ending = format == .hdf5 ? ".solverstate.h5" : ".solverstate"
    for tiled in [true, false] {
      let resumed = try solver(tiled: tiled, .direct, try TemporaryFolder()) { _ in }
      try resumed.solve(resume: scratch("run_iter_2\(ending)"))
      #expect(resumed.iteration == 4 && learned(resumed) == learned(whole))
    }
  }
}
