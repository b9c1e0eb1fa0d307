import Base
import CaffeProto
import Engine
import Layers
import NetModel
import Slimming
import Testing

/// A described net with weights that a test can zero.
struct Fixture {
  let parameter: NetParameter
  let description: NetDescription
  var weights: [String: [WeightBlob]]

  /// Describes a prototxt for the TEST phase and draws weights: gaussian, variances and scale factors positive.
  init(_ text: String, seed: Int = 1) throws {
    parameter = try NetParameter(text: text, file: "fixture.prototxt")
    description = try NetDescription(parameter, state: Fixture.state, registry: .caffe)
    let random = RandomSource(seed: seed)
    weights = [:]
    for layer in description.layers where !layer.blobs.isEmpty {
      weights[layer.name] = layer.blobs.enumerated().map { index, spec in
        let values: [Float]
        if layer.type == "BatchNorm" {
          let statistics = (0..<spec.shape.count).map { _ in
            index == 1 ? random.uniform(0.5, 2) : random.gaussian()
          }
          values = index == 2 ? [2] : statistics
        } else {
          values = (0..<spec.shape.count).map { _ in random.gaussian(deviation: 0.3) }
        }
        return WeightBlob(shape: spec.shape, data: Floats(values))
      }
    }
  }

  static var state: NetState {
    var state = NetState()
    state.phase = .test
    return state
  }

  /// Sets one slice of an axis of a blob to zero.
  mutating func zero(_ layer: String, blob: Int = 0, axis: Int, _ slices: some Sequence<Int>) {
    guard var blobs = weights[layer] else { return }
    let shape = blobs[blob].shape
    let inner = shape.count(from: axis + 1)
    var values = Array(blobs[blob].data)
    for slice in slices {
      for outer in 0..<shape.count(from: 0, to: axis) {
        let start = (outer * shape[axis] + slice) * inner
        for k in start..<(start + inner) { values[k] = 0 }
      }
    }
    blobs[blob] = WeightBlob(shape: shape, data: Floats(values))
    weights[layer] = blobs
  }

  /// Sets one element of a blob.
  mutating func set(_ layer: String, blob: Int, _ index: Int, _ value: Float) {
    guard var blobs = weights[layer] else { return }
    var values = Array(blobs[blob].data)
    values[index] = value
    blobs[blob] = WeightBlob(shape: blobs[blob].shape, data: Floats(values))
    weights[layer] = blobs
  }

  /// The net with its weights, as rules take it.
  var subject: SlimSubject {
    get throws { try SlimSubject.checked(parameter, description, weights: weights, registry: .caffe) }
  }

  /// Slims the net and compares both.
  func slim() throws -> (
    removal: ChannelRemoval, net: NetParameter, weights: [String: [WeightBlob]], comparison: Comparison
  ) {
    let masked = try subject
    let removal = ChannelRemoval.plan(for: masked)
    let part = try removal.apply(to: masked)
    let slim = try KernelShrink.plan(for: part).apply(to: part)
    let comparison = try ComparisonRun(state: Fixture.state, registry: .caffe, backend: ReferenceBackend()).compare(
      .init(net: parameter, weights: weights), .init(net: slim.parameter, weights: slim.weights))
    return (removal, slim.parameter, slim.weights, comparison)
  }
}

extension Comparison {
  /// The worst of the outputs.
  var worst: Difference? { outputs.max { $0.relative < $1.relative } }
}

/// Slims a net after `mask`, expects that both compute the same, and hands over what is left.
func slimmed(
  _ net: String, at location: SourceLocation = #_sourceLocation, _ mask: (inout Fixture) -> Void
) throws -> (removal: ChannelRemoval, net: NetParameter, weights: [String: [WeightBlob]]) {
  var fixture = try Fixture(net)
  mask(&fixture)
  let (removal, slim, weights, comparison) = try fixture.slim()
  #expect(comparison.worst?.relative ?? 1 < 1e-5, sourceLocation: location)
  return (removal, slim, weights)
}

/// A layer by its name.
func layer(_ net: NetParameter, _ name: String) -> LayerParameter? { net.layer.first { $0.name == name } }

/// How many filters a convolution has.
func numOutput(_ net: NetParameter, _ name: String) -> Int? { layer(net, name)?.convolutionParam.numOutput }
