import Base
import CaffeProto
import Engine
import Layers
import NetModel
import TestSupport

/// The text of an Input layer.
func input(_ name: String, _ dims: [Int]) -> String {
  "layer { name: 'in_\(name)' type: 'Input' top: '\(name)' input_param { shape { dim: \(dims) } } }\n"
}

/// Runs a net with random inputs and parameters, all the same for the same seed, forward and, with random gradients on
/// the outputs, backward.
func run(
  _ net: NetParameter, phase: Phase = .train, on backend: any Backend, seed: Int = 5, offering layout: Layout = .plain
) throws -> Net {
  let random = RandomSource(seed: seed)
  let net = try Net(
    net.offering(layout), state: NetState.with { $0.phase = phase },
    registry: .caffe.adding([Relayout.self]), backend: backend, random: random, use: .allGradients)
  random.snapshot = RandomSource(seed: seed).snapshot
  func numbers(_ count: Int, least: Float = -1) -> [Float] { (0..<count).map { _ in random.uniform(least, 1) } }
  for parameter in net.parameters {
    // Statistics are positive.
    parameter.blob.setPlainData(numbers(parameter.blob.count, least: parameter.lrMult == 0 ? 0.2 : -1))
  }
  for blob in net.layers.filter({ $0.described.type == "Input" }).flatMap(\.top) {
    blob.setPlainData(numbers(blob.count))
  }
  try net.forward()
  for blob in net.outputs { blob.setPlainDiff(numbers(blob.count)) }
  net.clearParameterDiffs()
  try net.backward()
  return net
}

/// Describes the layer `l` of a net with inputs of these shapes.
func describe(_ layer: String, _ shapes: [[Int]], tops: Int = 1, phase: Phase = .train) throws -> DescribedLayer {
  let inputs = shapes.indices.map { input("x\($0)", shapes[$0]) }.joined()
  let bottoms = shapes.indices.map { "bottom: 'x\($0)' " }.joined()
  let topNames = (0..<tops).map { "top: 'y\($0)' " }.joined()
  let net = try NetParameter(text: inputs + "layer { name: 'l' \(layer) \(bottoms)\(topNames)}")
  let description = try NetDescription(net, state: NetState.with { $0.phase = phase }, registry: .caffe)
  return description.layers[description.layers.count - 1]
}

extension NetParameter {
  /// This net with no layer in place: a top that is its layer's bottom is called as the layer.
  var withOwnTops: NetParameter {
    var net = self
    var names: [String: String] = [:]
    for index in net.layer.indices {
      let layer = net.layer[index]
      net.layer[index].bottom = layer.bottom.map { names[$0] ?? $0 }
      for (position, top) in layer.top.enumerated() where layer.bottom.contains(top) {
        names[top] = layer.name
        net.layer[index].top[position] = layer.name
      }
    }
    return net
  }
}
