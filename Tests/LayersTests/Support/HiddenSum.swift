import Base
import CaffeProto
import Engine
import Layers
import NetModel
import TestSupport
import Testing

/// A net run for its outputs only, where layers hide in those before them, beside the same net with all its blobs.
enum HiddenSum {
  /// How the sum of a net is computed: by itself, by the convolution before it, or by that in the addend's memory.
  enum Outcome {
    case alone
    case beside
    case inPlace
  }

  /// Makes a net whose parameters are drawn: those of channels between 0.5 and 2, weights as `msra` fills them.
  static func make(_ text: String, _ use: NetUse, _ backend: any Backend) throws -> Net {
    let net = try Net(
      NetParameter(text: text), state: NetState.with { $0.phase = .test }, registry: .caffe, backend: backend,
      random: RandomSource(seed: 3), use: use)
    let random = RandomSource(seed: 7)
    for parameter in net.parameters {
      let (blob, role) = (parameter.blob, parameter.role)
      let deviation = role == .weight ? (2 / Float(blob.shape.count(from: 1))).squareRoot() : 0
      blob.setPlainData(
        (0..<blob.count).map { _ in
          switch role {
          case .weight: random.gaussian(deviation: deviation)
          case .channel: random.uniform(0.5, 2)
          default: random.uniform(-0.5, 0.5)
          }
        })
    }
    return net
  }

  private static func feed(_ net: Net, _ shape: Shape?, seed: Int) throws {
    let random = RandomSource(seed: seed)
    for blob in try #require(net.layer("data")).top {
      if let shape { blob.reshape(shape) }
      blob.setPlainData((0..<blob.count).map { _ in random.uniform(-1, 1) })
    }
  }

  /// Runs both nets on several inputs, one of them larger, and expects the same outputs.
  ///
  /// - Returns: the former, and how its layer 'sum' was computed at first: what grows leaves common memory
  @discardableResult static func expectTheSame(
    _ text: String, _ backend: any Backend
  ) throws -> (net: Net, sum: Outcome?) {
    var first: Outcome?
    let (hiding, showing) = (
      try make(text, .inference, backend), try make(text, NetUse(gradients: false, keepsBlobs: true), backend)
    )
    for (pass, shape) in [nil, nil, Shape([3, 16, 9, 8]), [2, 16, 9, 8]].enumerated() {
      for net in [hiding, showing] {
        try feed(net, shape, seed: pass)
        try net.forward()
      }
      for (got, wanted) in zip(hiding.outputs, showing.outputs) {
        let difference = mismatch(got.plainData, wanted.plainData, within: 2e-5)
        #expect(difference == nil, "\(backend.name), pass \(pass), \(got.name): \(String(describing: difference))")
      }
      if pass == 0 { first = try outcome(hiding) }
    }
    return (hiding, first)
  }

  private static func outcome(_ net: Net) throws -> Outcome? {
    guard let sum = net.layer("sum") else { return nil }
    guard sum.absorbed == .everything else { return .alone }
    let adds = try #require(
      net.layers.last { $0.absorbed == .nothing && $0.described.type == "Convolution" && $0.top[0] === sum.top[0] })
    let addend = try #require(sum.bottom.first { $0.name != adds.described.name })
    return addend.data.pointer == adds.top[0].data.pointer ? .inPlace : .beside
  }
}
