import Base
import CaffeProto
import Engine
import Layers
import NetModel
import TestSupport
import Testing

/// One layer on a bench: a net of Input layers and the layer "l", from its prototxt text.
struct Bench {
  let net: Net
  let layer: RunningLayer
  let random: RandomSource

  /// - Parameters:
  ///   - layer: the body of the message, without its name
  ///   - inputs: the bottoms' names and shapes
  init(_ layer: String, inputs: KeyValuePairs<String, [Int]> = [:], phase: Phase = .test, seed: Int = 1) throws {
    let text = inputs.map { input($0.key, $0.value) }.joined()
    try self.init(text: text + "layer { name: 'l' \(layer) }", phase: phase, seed: seed)
  }

  init(text: String, phase: Phase = .test, seed: Int = 1) throws {
    random = RandomSource(seed: seed)
    net = try Net(
      NetParameter(text: text), state: NetState.with { $0.phase = phase }, registry: .caffe,
      backend: ReferenceBackend(), random: random, use: .allGradients)
    layer = try #require(net.layer("l"))
  }

  /// The layer as one that reads data.
  var source: any PositionedLayer { get throws { try #require(layer.layer as? any PositionedLayer) } }

  /// Goes on where the data layer of another bench stands, and expects the same numbers from both.
  func expectBatches(_ count: Int, as other: Bench, tops: [String] = ["data", "label"]) throws {
    try source.position = other.source.position
    for _ in 0..<count {
      try other.net.forward()
      try net.forward()
      for top in tops { #expect(try data(top) == other.data(top)) }
    }
  }

  func blob(_ name: String) throws -> Blob { try #require(net.blob(name)) }

  func set(_ name: String, _ values: [Float]) throws { try blob(name).setPlainData(values) }

  func data(_ name: String) throws -> [Float] { try blob(name).plainData }

  /// Fills a blob with numbers that follow from the seed.
  func randomise(_ name: String, seed: Int, low: Float = -1, high: Float = 1) throws {
    let random = RandomSource(seed: seed)
    try set(name, (0..<blob(name).count).map { _ in random.uniform(low, high) })
  }

  /// Wrong gradients, of all inputs but `constants`.
  func wrongGradients(constants: Set<String> = [], step: Float = 1e-2) throws -> [String] {
    var check = GradientCheck()
    check.constants = constants
    check.step = step
    return try check.failures(net, random: random)
  }
}

/// The error that describing or building a net gives, as text.
func failure(_ layer: String, inputs: KeyValuePairs<String, [Int]> = [:], phase: Phase = .test) -> String {
  do {
    _ = try Bench(layer, inputs: inputs, phase: phase)
    return "no error"
  } catch {
    return "\(error)"
  }
}
