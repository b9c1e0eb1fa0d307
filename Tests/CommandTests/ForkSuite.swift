import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Slimming
import TestSupport
import Testing

/// Suites that send nets of forks of Caffe through the commands, as a user does.
protocol ForkSuite {
  var folder: TemporaryFolder { get }
}

extension ForkSuite {
  /// Random weights for a net; layers of unknown types get one blob.
  func write(_ net: String, phase: Phase = .test) throws {
    try folder.write(net, to: "net.prototxt")
    let parameter = try Prototxt.anyNet(folder("net.prototxt")).net
    let description = try NetDescription(
      parameter, state: .with { $0.phase = phase }, registry: .caffe.looking())
    let random = RandomSource(seed: 3)
    var blobs: [String: [WeightBlob]] = [:]
    for layer in description.layers where !layer.blobs.isEmpty {
      blobs[layer.name] = layer.blobs.map { spec in
        let least: Float = spec.defaultMultiplier == 0 ? 0.5 : -1
        return WeightBlob(
          shape: spec.shape, data: Floats((0..<spec.shape.count).map { _ in random.uniform(least, 1) }))
      }
    }
    for layer in description.passedThrough {
      blobs[layer.name] = [WeightBlob(shape: [2, 3], data: [1, 2, 3, 4, 5, 6])]
    }
    try CaffeModel.write(WeightSet(description, blobs: blobs), to: folder("w.caffemodel"))
  }

  func run(_ line: String, fails: Bool = false) throws -> Invocation.Outcome {
    let outcome = try ProgramRun.run(line, in: folder)
    #expect((outcome.status != 0) == fails, "\(line): \(outcome.output)\(outcome.errors)")
    return outcome
  }

  /// Prunes, slims and compares; returns what slim printed.
  @discardableResult func slim(_ flags: String = "") throws -> String {
    _ = try run(
      "prune --model net.prototxt --weights w.caffemodel --ratio 0.5 --round 1 --out-weights m.caffemodel \(flags)")
    let slim = try run(
      "slim --model net.prototxt --weights m.caffemodel --out-model s.prototxt --out-weights s.caffemodel "
        + "--out-deploy d.prototxt \(flags)")
    _ = try run(
      "compare --model net.prototxt --weights m.caffemodel --other-model s.prototxt --other-weights s.caffemodel \(flags)"
    )
    return slim.output
  }

  static var input: String {
    """
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 8 dim: 8 } } }

    """
  }

  static func convolution(_ name: String, _ bottom: String, _ outputs: Int, _ more: String = "") -> String {
    """
    layer { name: "\(name)" type: "Convolution" bottom: "\(bottom)" top: "\(name)"
      convolution_param { num_output: \(outputs) kernel_size: 3 pad: 1 \(more) } }

    """
  }
}
