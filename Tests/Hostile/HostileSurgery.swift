import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Pruning
import Slimming

/// What is done to nets: a random net with random weights is pruned, planned and slimmed, and the slim one is run beside it.
enum HostileSurgery {
  /// The bytes are the net's seed, and say what is asked for.
  static func run(_ bytes: [UInt8]) throws {
    let words = stride(from: 0, to: min(bytes.count, 64), by: 8).map { start in
      bytes[start..<min(start + 8, bytes.count)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    let random = RandomSource(mixing: words)
    let made = RandomNet(random)
    let net = try NetParameter(text: made.text)
    let state = NetState.with { $0.phase = .test }
    let description = try NetDescription(net, state: state, registry: .caffe)
    // One net in two has weights that are no numbers, or hardly any.
    let isStrange = random.next() % 2 == 0
    var weights: [String: [WeightBlob]] = [:]
    for layer in description.layers where !layer.blobs.isEmpty {
      weights[layer.name] = layer.blobs.map {
        WeightBlob(shape: $0.shape, data: values($0.shape.count, random, isStrange))
      }
    }
    let names = Importances.names
    let importance = Importances.named(names[Int(random.next() % UInt64(names.count))]) ?? L1Norm()
    let request = PrunePlan.Request(
      importance: importance, ratios: try PruneRatios(Double(random.uniform())),
      multiple: 1 + Int(random.next() % 3), isGlobal: random.next() % 2 == 0)
    let plan = try PrunePlan(description, weights: weights, request)
    let masked = WeightSet(description, blobs: plan.masked())
    let slim = try plan.slimmed(net, masked, state: state, registry: .caffe)
    _ = try slim.prove(on: ReferenceBackend())
  }

  private static func values(_ count: Int, _ random: RandomSource, _ isStrange: Bool) -> Floats {
    let strange: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -1]
    return Floats(
      (0..<count).map { _ in
        isStrange && random.next() % 16 == 0
          ? strange[Int(random.next() % UInt64(strange.count))] : random.gaussian(deviation: 0.3)
      })
  }
}
