import Base
import CKernels
import CaffeProto
import Engine
import Layers
import NetModel
import Testing

/// Layouts that trials choose, in nets.
@Suite(.enabled(if: ck_has_wide_vectors(), "tries on AVX-512 only")) struct TrialLayoutTests {
  /// Trials by which convolutions without a bias are fastest in blocks, and those with one channels last.
  private final class Contrary: TrialRecord {
    func outcome(for key: String) -> String? {
      key.contains("bias") ? "1 1 0 0 0 1;2 2 0 0 0 1000" : "1 1 0 0 0 1000;2 2 0 0 0 1"
    }
    func keep(_ outcome: String, for key: String) {}
  }

  /// oneDNN has only a loop as slow as it is plain for a bottom in one layout and a top in the other.
  @Test func aBiasThatComesWithAFoldedNormalisationLeavesBothSidesInOneLayout() throws {
    let backend = try DNNLBackend(algorithm: .auto, record: Contrary())
    let net = try Net(
      NetParameter(
        text: """
          layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: 1 dim: 32 dim: 6 dim: 6 } } }
          layer { name: 'conv' type: 'Convolution' bottom: 'data' top: 'conv'
            convolution_param { num_output: 32 kernel_size: 1 bias_term: false } }
          layer { name: 'bn' type: 'BatchNorm' bottom: 'conv' top: 'conv' }
          """),
      state: NetState.with { $0.phase = .test }, registry: .caffe, backend: backend, random: RandomSource(seed: 1),
      use: NetUse(gradients: false, keepsBlobs: true))
    let conv = try #require(net.layer("conv"))
    #expect(conv.bottom[0].layout == .channelBlocked)
    #expect(conv.top[0].layout == .channelBlocked)
  }
}
