import CaffeProto
import Layers
import NetIO
import NetModel

/// What is checked: one phase of a net, its weights and its solver, as far as they are given and can be read.
struct CheckSubject {
  /// A net's prototxt.
  struct Model {
    let path: String
    let net: NetParameter
    let lines: LayerLines?
    /// Fields that the schema does not have and that may mean something.
    var unknown: [UnknownNetFields.Refusal] = []
  }

  /// A caffemodel.
  struct Weights {
    let path: String
    let set: WeightSet
  }

  /// A solver's prototxt.
  struct Solver {
    let path: String
    let parameter: SolverParameter
  }

  let model: Model?
  let weights: [Weights]
  let solver: Solver?
  let state: NetState
  /// The net. A layer that cannot be described is replaced by one that accepts everything.
  let net: NetDescription?
  /// Why layers of the net cannot be described.
  let faults: [any Error]

  /// - Parameter registry: the layer types, for nets that are only looked at
  init(model: Model?, weights: [Weights], solver: Solver?, state: NetState, registry: LayerRegistry) {
    (self.model, self.weights, self.solver, self.state) = (model, weights, solver, state)
    (net, faults) = model.map { Self.describe($0.net, state, registry) } ?? (nil, [])
  }

  /// Describes a net in spite of its faults, as long as each is in another layer.
  private static func describe(_ whole: NetParameter, _ state: NetState, _ registry: LayerRegistry) -> (
    NetDescription?, [any Error]
  ) {
    // For every fault the whole net is described once more.
    let mostFaults = 30
    var (net, faults, replaced) = (whole, [any Error](), Set<String>())
    while faults.count < mostFaults {
      do { return (try NetDescription(net, state: state, registry: registry), faults) } catch {
        let name = (error as? NetError)?.layerName
        // A fault that only follows from a replaced layer is not a fault of the net.
        var follows = name.map(replaced.contains) ?? false
        if case NetError.guess = error, !replaced.isEmpty { follows = true }
        if !follows { faults.append(error) }
        guard let name, replaced.insert(name).inserted,
          let index = net.layer.lastIndex(where: {
            $0.name == name && state.selects(include: $0.include, exclude: $0.exclude)
          })
        else { return (nil, faults) }
        let makers = Set(net.layer[..<index].flatMap(\.top))
        var layer = net.layer[index]
        layer.bottom.removeAll { !makers.contains($0) }
        let kept = layer.bottom
        layer.top.removeAll { makers.contains($0) && !kept.contains($0) }
        layer.type = "(faulty)"
        net.layer[index] = layer
      }
    }
    return (nil, faults)
  }

  /// The line on which a layer of this phase begins.
  func line(of layer: String) -> Int? {
    let named = model?.lines?.entries.filter { $0.name == layer } ?? []
    return (named.first { state.selects(include: $0.include, exclude: $0.exclude) } ?? named.first)?.line
  }

  /// A warning about a layer of the net.
  func warning(_ rule: String, layer: String, _ message: String, remedy: String) -> Finding {
    Finding(
      severity: .warning, rule: rule, file: model?.path ?? "", line: line(of: layer), layer: layer,
      message: "layer '\(layer)': \(message)", remedy: remedy)
  }
}
