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
    var text = ""
    for (name, dims) in inputs {
      let shape = dims.map { "dim: \($0) " }.joined()
      text += "layer { name: 'in_\(name)' type: 'Input' top: '\(name)' input_param { shape { \(shape)} } }\n"
    }
    text += "layer { name: 'l' \(layer) }\n"
    try self.init(text: text, phase: phase, seed: seed)
  }

  init(text: String, phase: Phase = .test, seed: Int = 1) throws {
    random = RandomSource(seed: seed)
    net = try Net(
      NetParameter(text: text), state: NetState.with { $0.phase = phase }, registry: .caffe,
      backend: ReferenceBackend(), random: random, use: .allGradients)
    layer = try #require(net.layer("l"))
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

/// Whether two arrays agree but for rounding.
func close(_ got: [Float], _ expected: [Float]) -> Bool { mismatch(got, expected, within: 1e-5) == nil }
