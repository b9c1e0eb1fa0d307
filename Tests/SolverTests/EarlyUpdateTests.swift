import CaffeProto
import Engine
import Layers
import NetModel
import TestSupport
import Testing

@testable import Solver

/// Without anybody who asks for all gradients at once, a parameter is updated as soon as its gradient is complete: with the
/// same result, to the last bit.
@Suite struct EarlyUpdateTests {
  /// Layers that others take over in training, a blob with several readers, and a parameter with two users.
  private static let net = """
    layer { name: 'data' type: 'DummyData' top: 'data' top: 'label' dummy_data_param {
      shape { dim: 4 dim: 3 dim: 8 dim: 8 } shape { dim: 4 }
      data_filler { type: 'gaussian' std: 1 } data_filler { type: 'constant' value: 2 } } }
    layer { name: 'a' type: 'Convolution' bottom: 'data' top: 'a' param { name: 'w' } convolution_param {
      num_output: 16 kernel_size: 3 pad: 1 bias_term: false weight_filler { type: 'msra' } } }
    layer { name: 'a_bn' type: 'BatchNorm' bottom: 'a' top: 'a' }
    layer { name: 'a_scale' type: 'Scale' bottom: 'a' top: 'a' scale_param { bias_term: true } }
    layer { name: 'a_relu' type: 'ReLU' bottom: 'a' top: 'a' }
    layer { name: 'pool' type: 'Pooling' bottom: 'a' top: 'pool' pooling_param { kernel_size: 2 stride: 2 } }
    layer { name: 'b' type: 'Convolution' bottom: 'pool' top: 'b' convolution_param {
      num_output: 16 kernel_size: 3 pad: 1 weight_filler { type: 'msra' } } }
    layer { name: 'b_bn' type: 'BatchNorm' bottom: 'b' top: 'b' }
    layer { name: 'b_scale' type: 'Scale' bottom: 'b' top: 'b' scale_param { bias_term: true } }
    layer { name: 'sum' type: 'Eltwise' bottom: 'pool' bottom: 'b' top: 'sum' }
    layer { name: 'sum_relu' type: 'ReLU' bottom: 'sum' top: 'sum' }
    layer { name: 'c' type: 'Convolution' bottom: 'data' top: 'c' param { name: 'w' } convolution_param {
      num_output: 16 kernel_size: 3 stride: 2 pad: 1 bias_term: false weight_filler { type: 'msra' } } }
    layer { name: 'c_relu' type: 'ReLU' bottom: 'c' top: 'c' }
    layer { name: 'both' type: 'Concat' bottom: 'sum' bottom: 'c' top: 'both' }
    layer { name: 'ip' type: 'InnerProduct' bottom: 'both' top: 'ip' inner_product_param {
      num_output: 10 weight_filler { type: 'xavier' } } }
    layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip' bottom: 'label' top: 'loss' }
    """

  private func run(clipGradients: Float, _ backend: any Backend) throws -> Solver {
    let scratch = try TemporaryFolder()
    var parameter = SolverParameter.with {
      ($0.baseLr, $0.lrPolicy, $0.momentum, $0.weightDecay) = (0.05, "fixed", 0.9, 0.001)
      ($0.maxIter, $0.randomSeed, $0.snapshotAfterTrain, $0.clipGradients) = (5, 3, false, clipGradients)
      $0.snapshotPrefix = scratch("run")
    }
    parameter.netParam = try NetParameter(text: Self.net)
    let solver = try Solver(parameter, registry: .caffe, backend: backend, log: .silent)
    try solver.solve()
    return solver
  }

  @Test(arguments: [false, true])
  func learnsTheSame(oneDNN: Bool) throws {
    func backend() throws -> any Backend { oneDNN ? try DNNLBackend(algorithm: .direct) : ReferenceBackend() }
    // No norm is above infinity, but it has to be taken, which needs all gradients.
    let (early, late) = try (run(clipGradients: -1, backend()), run(clipGradients: .infinity, backend()))
    #expect(early.updatesEarly && !late.updatesEarly)
    for (early, late) in zip(early.net.parameters, late.net.parameters) {
      #expect(early.blob.plainData == late.blob.plainData, "\(early.layer)")
    }
    let decayed = try run(clipGradients: 0, backend())
    for (early, decayed) in zip(early.net.parameters, decayed.net.parameters) where early.lrMult != 0 {
      #expect(early.blob.plainData != decayed.blob.plainData, "\(early.layer) does not learn")
    }
  }
}
