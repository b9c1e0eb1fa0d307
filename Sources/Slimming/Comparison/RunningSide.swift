import Base
import CaffeProto
import Engine
import Layers
import NetModel

/// A net of a comparison, running.
struct RunningSide {
  let net: Net
  /// The names of its inputs.
  let inputs: [String]
  /// Inputs that are labels.
  let labels: Set<String>
  /// Blobs that losses and accuracies hold against labels.
  let scores: Set<String>
}

extension ComparisonRun {
  /// Builds a net that reads nothing but what it is given.
  func running(_ side: Comparison.Side) throws -> RunningSide {
    let whole = try NetDescription(side.net, state: state, registry: registry)
    let described = try NetDescription(whole.separatingUnknown(), state: state, registry: registry)
    // Layers that are passed through do not run: their tops are inputs, too.
    let unknown = described.layers.indices.filter { described.layers[$0].description is PassedThrough }
    let sources = Set(described.dataLayers + unknown).sorted()
    var (labels, scores): (Set<String>, Set<String>) = ([], [])
    for layer in described.layers {
      for (position, blob) in layer.bottom.enumerated()
      where !layer.description.allowsBackward(bottom: position) {
        labels.insert(described.blobs[blob].name)
        if position > 0 { scores.insert(described.blobs[layer.bottom[0]].name) }
      }
    }
    // Parameters may be as large as the batch, as those of a Scale from axis 0 on.
    let net =
      try cut(described, sources).flatMap { try? make($0, side.weights) }
      ?? make(replacing(sources, of: described, following(described, sources)), side.weights)
    return RunningSide(
      net: net, inputs: sources.flatMap { described.layers[$0].parameter.top }, labels: labels, scores: scores)
  }

  private func make(_ parameter: NetParameter, _ weights: [String: [WeightBlob]]) throws -> Net {
    var use = NetUse(gradients: false, keepsBlobs: true)
    use.fillsParameters = false
    let net = try Net(
      parameter, state: state, registry: registry, backend: backend, random: RandomSource(seed: 0), use: use)
    try net.borrow(weights)
    return net
  }

  /// The net with a smaller batch, where all inputs agree on it.
  private func cut(_ net: NetDescription, _ sources: [Int]) throws -> NetParameter? {
    let shapes = sources.flatMap { net.layers[$0].topShapes }
    guard let items, inputs.isEmpty, let batch = shapes.first?.dims.first, batch > items,
      shapes.allSatisfy({ $0.dims.first == batch })
    else { return nil }
    return replacing(sources, of: net) { $0.replacing(axis: 0, with: items) }
  }

  /// A net with the shapes of the given values in place of its inputs', which become Input layers.
  ///
  /// - Throws: `NetError` where the net cannot be described
  public func reshapingInputs(of net: NetParameter) throws -> NetParameter {
    let described = try NetDescription(net, state: state, registry: registry)
    let sources = described.dataLayers
    return replacing(sources, of: described, following(described, sources))
  }

  /// The change of the other inputs where some are given: they get as many items as those.
  private func following(_ net: NetDescription, _ sources: [Int]) -> (Shape) -> Shape {
    for index in sources {
      let layer = net.layers[index]
      for (name, shape) in zip(layer.parameter.top, layer.topShapes) {
        guard let given = inputs[name]?.shape.dims.first, let batch = shape.dims.first else { continue }
        return { $0.dims.first == batch ? $0.replacing(axis: 0, with: given) : $0 }
      }
    }
    return { $0 }
  }

  /// The net with Input layers in place of `sources`, their shapes given or else changed by `change`.
  private func replacing(_ sources: [Int], of net: NetDescription, _ change: (Shape) -> Shape) -> NetParameter {
    var parameter = net.parameter
    for index in sources {
      let layer = net.layers[index]
      let shapes = zip(layer.parameter.top, layer.topShapes).map { inputs[$0]?.shape ?? change($1) }
      parameter.layer[index] = Input.replacing(layer, shapes: shapes)
    }
    // Layers that are passed through need not make anything.
    parameter.layer.removeAll { $0.type == Input.type && $0.top.isEmpty }
    return parameter
  }
}

extension NetDescription {
  /// The net with tops of their own for layers that work in place and are passed through, so that these can be inputs.
  fileprivate func separatingUnknown() -> NetParameter {
    var net = parameter
    var names: [String: String] = [:]
    for (index, layer) in zip(layers.indices, parameter.layer) {
      net.layer[index].bottom = layer.bottom.map { names[$0] ?? $0 }
      let isPassed = layers[index].description is PassedThrough
      for (place, top) in layer.top.enumerated() {
        if isPassed, layer.bottom.contains(top) { names[top] = "\(top) behind \(layer.name)" }
        net.layer[index].top[place] = layer.bottom.contains(top) ? names[top] ?? top : top
      }
    }
    return net
  }
}
