import Base
import CaffeProto
import Engine
import Foundation
import Hostile
import Slimming
import Testing

/// Random chains of every layer that channels pass through.
private struct RandomChain {
  var text: String
  /// (layer, axis 0 extent, axis 1 extent in channels, slices per channel)
  var weights: [(name: String, made: Int, read: Int, spread: Int)] = []

  init(_ random: RandomSource) {
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &source) }
    var source = random
    var (channels, size, bottom) = (pick(1...4), pick(9...14), "data")
    text =
      "layer { name: \"data\" type: \"Input\" top: \"data\" "
      + "input_param { shape { dim: 2 dim: \(channels) dim: \(size) dim: \(size) } } }\n"
    for index in 1...pick(1...4) {
      let (kernel, pad, made) = (pick(1...3), pick(0...1), pick(2...9))
      let name = "conv\(index)"
      text +=
        "layer { name: \"\(name)\" type: \"Convolution\" bottom: \"\(bottom)\" top: \"\(name)\" convolution_param "
        + "{ num_output: \(made) kernel_size: \(kernel) pad: \(pad) bias_term: \(pick(0...1) == 1) } }\n"
      weights.append((name, made, channels, 1))
      (channels, size, bottom) = (made, size + 2 * pad - kernel + 1, name)
      if pick(0...2) == 0 {
        text += "layer { name: \"bn\(index)\" type: \"BatchNorm\" bottom: \"\(name)\" top: \"\(name)\" }\n"
        text +=
          "layer { name: \"scale\(index)\" type: \"Scale\" bottom: \"\(name)\" top: \"\(name)\" "
          + "scale_param { bias_term: true } }\n"
      }
      if pick(0...3) > 0 {
        text += "layer { name: \"relu\(index)\" type: \"ReLU\" bottom: \"\(name)\" top: \"\(name)\" }\n"
      }
      if size >= 4, pick(0...1) == 0 {
        let method = pick(0...1) == 0 ? "MAX" : "AVE"
        text +=
          "layer { name: \"pool\(index)\" type: \"Pooling\" bottom: \"\(name)\" top: \"pool\(index)\" "
          + "pooling_param { pool: \(method) kernel_size: 2 stride: 2 pad: \(pick(0...1)) } }\n"
        bottom = "pool\(index)"
        size = -1
        break
      }
    }
    text += "layer { name: \"ip1\" type: \"InnerProduct\" bottom: \"\(bottom)\" top: \"ip1\" "
    text += "inner_product_param { num_output: 6 } }\n"
    text += "layer { name: \"relu\" type: \"ReLU\" bottom: \"ip1\" top: \"ip1\" }\n"
    text += "layer { name: \"ip2\" type: \"InnerProduct\" bottom: \"ip1\" top: \"ip2\" "
    text += "inner_product_param { num_output: 3 } }\n"
  }
}

@Suite struct RandomNetTests {
  @Test(arguments: 0..<60) func slimEqualsMasked(seed: Int) throws {
    let random = RandomSource(seed: seed)
    let net = RandomChain(random)
    var fixture = try Fixture(net.text, seed: seed)
    var zeroed = 0
    for weight in net.weights {
      let rows = (0..<weight.made).filter { _ in random.uniform() < 0.4 }
      let columns = (0..<weight.read).filter { _ in random.uniform() < 0.3 }
      fixture.zero(weight.name, axis: 0, rows)
      fixture.zero(weight.name, axis: 1, columns)
      zeroed += rows.count
    }
    let (removal, slim, _, comparison) = try fixture.slim()
    let text = try slim.text()
    #expect(comparison.worst?.relative ?? 1 < 1e-4, "seed \(seed): \(text)")
    // Whatever is dead is gone or named.
    if zeroed > 0 { #expect(!removal.edits.isEmpty || !removal.heldChannels.isEmpty, "seed \(seed)") }
  }

  /// `SLIM_NETS=10000` in the environment runs as many, `SLIM_SEED=n` begins at another seed.
  private static var seeds: Range<Int> {
    let environment = ProcessInfo.processInfo.environment
    let first = environment["SLIM_SEED"].flatMap { Int($0) } ?? 0
    return first..<(first + (environment["SLIM_NETS"].flatMap { Int($0) } ?? 200))
  }

  @Test func slimEqualsMaskedWithBranches() throws {
    var removed = 0
    for seed in RandomNetTests.seeds {
      let random = RandomSource(seed: seed)
      let net = RandomNet(random)
      do {
        var fixture = try Fixture(net.text, seed: seed)
        for weight in net.weights {
          fixture.zero(weight.name, axis: 0, (0..<weight.filters).filter { _ in random.uniform() < 0.4 })
          fixture.zero(weight.name, axis: 1, (0..<weight.channels).filter { _ in random.uniform() < 0.3 })
        }
        let (removal, slim, _, comparison) = try fixture.slim()
        if !removal.keptChannels.isEmpty { removed += 1 }
        let text = try slim.text()
        // An output that is nothing but rounding has no relative error.
        let equal = comparison.outputs.allSatisfy { $0.relative <= 1e-4 || $0.absolute <= 1e-6 }
        #expect(equal, "seed \(seed): \(comparison.outputs)\n\(net.text)\n\(text)")
      } catch { Issue.record("seed \(seed): \(error)\n\(net.text)") }
    }
    // Most nets have something to lose.
    #expect(removed * 2 > RandomNetTests.seeds.count, "\(removed) nets of \(RandomNetTests.seeds.count)")
  }
}
