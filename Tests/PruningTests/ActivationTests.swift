import Base
import CaffeProto
import Engine
import Layers
import NetModel
import Testing

@testable import Pruning

/// What channels are worth by what they hold. Expected numbers are computed by hand.
@Suite struct ActivationTests {
  /// Channel 0 is the input, channel 1 its negative.
  private let layers = [
    #"layer { name: "x" type: "Input" top: "x" input_param { shape { dim: 2 dim: 1 dim: 1 dim: 2 } } }"#,
    convolution("a", "x", 2, "bias_term: false"), inPlace("relu", "ReLU", "a"),
    layer("p", "Pooling", ["a"], "pooling_param { pool: MAX kernel_h: 1 kernel_w: 2 }"),
    layer("f", "Flatten", ["p"]), innerProduct("ip", "f", 3),
  ]

  /// Evidence that a pass over two images gives: (1, -2) and (3, 0).
  private struct Seen: Evidence {
    let channels: ChannelActivity
    func withValues(of member: GroupMember, _ body: (FloatView) throws -> Void) {}
    func activity() -> ChannelActivity { channels }
  }

  private func run(_ layers: [String], splits: Bool, _ use: NetUse) throws -> (net: NetDescription, seen: Seen) {
    let text = layers.joined(separator: "\n")
    let description = try NetDescription(
      NetParameter(text: text, file: "a.prototxt"), state: NetState(), registry: .caffe, splits: splits)
    let net = try Net(
      NetParameter(text: text, file: "a.prototxt"), state: NetState(), registry: .caffe, backend: ReferenceBackend(),
      random: RandomSource(seed: 1), use: use)
    net.blob("x")?.setPlainData([1, -2, 3, 0])
    net.layer("a")?.layer.blobs[0].setPlainData([1, -1])
    var activity = ChannelActivity()
    // The same images twice: means stay.
    for _ in 0..<2 { try net.forward(observing: Set(net.description.blobs.map(\.name)), &activity) }
    return (description, Seen(channels: activity))
  }

  private func family(_ net: NetDescription, _ structure: any Structure = Channels()) throws -> GroupFamily {
    try #require(structure.divide(net, weights: net.filterWeights).families.first)
  }

  /// Behind the rectifier (1, 0), (3, 0) and (0, 2), (0, 0); behind the pooling 1, 3 and 2, 0.
  @Test(arguments: [false, true])
  func channelsHaveTheMeansOfTheirBlobs(splits: Bool) throws {
    let (net, seen) = try run(layers, splits: splits, NetUse(gradients: false, keepsBlobs: true))
    let family = try family(net)
    #expect(family.sites.map(\.blob) == ["a", "p"] && family.sites.map(\.isRectified) == [true, false])
    #expect(try APoZ().scores(family, seen) == [0.5, 0.25])
    #expect(try MeanActivation().scores(family, seen) == [1.5, 0.75])
    #expect(seen.channels.magnitudes(of: "x") == [1.5] && seen.channels.magnitudes(of: "nowhere") == nil)
  }

  /// A filter has what its layer makes.
  @Test func filtersHaveTheirLayersTop() throws {
    let (net, seen) = try run(layers, splits: false, NetUse(gradients: false, keepsBlobs: true))
    #expect(try MeanActivation().scores(family(net, Rows()), seen) == [1, 0.5])
    #expect(try APoZ().scores(family(net, Rows()), seen) == [0.5, 0.25])
    for structure in [Columns(), Inputs(), Weights()] as [any Structure] {
      let error = #expect(throws: ImportanceError.self) { try MeanActivation().scores(family(net, structure), seen) }
      #expect(error == .nothingToScore(family: "a", importance: "activation", needs: "channels or filters"))
    }
  }

  /// A channel of a blob with several readers counts once, and the concatenation, in which it lies again, is a blob of its
  /// own: (1 + 2 + 1) / 3.
  @Test(arguments: [false, true])
  func blobsWithSeveralReadersCountOnce(splits: Bool) throws {
    let tail = [
      layer("cat", "Concat", ["a", "x"]), convolution("c", "cat", 1), layer("d", "Flatten", ["c"]),
    ]
    let (net, seen) = try run(layers + tail, splits: splits, NetUse(gradients: false, keepsBlobs: true))
    let family = try family(net)
    #expect(family.sites.map(\.blob) == ["a", "p", "cat"])
    #expect(family.sites.map(\.owners) == [[0, 1], [0, 1], [0, 1, -1]])
    let scores = try MeanActivation().scores(family, seen)
    #expect(abs(scores[0] - 4 / 3) < 1e-6 && abs(scores[1] - 2 / 3) < 1e-6)
  }

  /// A rectifier with a slope makes no zeros.
  @Test func withoutARectifierThereAreNoZerosToCount() throws {
    var leaky = layers
    leaky[2] = inPlace("relu", "ReLU", "a", "relu_param { negative_slope: 0.1 }")
    let (net, seen) = try run(leaky, splits: false, NetUse(gradients: false, keepsBlobs: true))
    let error = #expect(throws: ImportanceError.self) { try APoZ().scores(family(net), seen) }
    #expect(error == .nothingToScore(family: "a", importance: "apoz", needs: "a ReLU behind it"))
    #expect(throws: ImportanceError.noActivations) { try APoZ().scores(family(net), Values(blobs: [:])) }
  }
}
