import CaffeProto
import NetModel

/// The lines that `summary` prints about a net.
struct NetSummary {
  private let net: NetDescription
  private let weights: LayerWeights?

  /// - Parameter weights: where given, the sparsity is reported too
  init(_ net: NetDescription, weights: LayerWeights? = nil) {
    self.net = net
    self.weights = weights
  }

  /// The items in a batch by which every layer's cost can be divided: the first axis of the first blob, else 1.
  private var items: Int {
    let batch = net.blobs.first?.shape.legacy(0) ?? 1
    return batch > 0 && net.layers.allSatisfy { $0.cost.multiplyAdds % batch == 0 } ? batch : 1
  }

  var lines: [String] {
    var head = ["layer", "type", "top shape", "parameters", "multiply-adds"]
    if weights != nil { head += ["zero columns", "zero rows", "zero channels"] }
    var table = TextTable(head, numbers: [3, 4, 5, 6, 7])
    let parameters = net.ownParameters
    for (layer, own) in zip(net.layers, parameters) {
      var row = [layer.name, layer.type, layer.topShapes.first.map(text) ?? "-", "\(own)"]
      row.append("\(layer.cost.multiplyAdds / items)")
      if let sparsity = weights?.sparsity(of: layer) {
        row += [sparsity.columns, sparsity.rows, sparsity.channels].map(text)
      }
      table.add(row)
    }
    table.add(["total", "", "", "\(parameters.reduce(0, +))", "\(net.cost.multiplyAdds / items)"])
    return table.lines + [convention]
  }

  private var convention: String {
    let batch = items > 1 ? "one of the \(items) items of a batch" : "the whole batch"
    return "Multiply-adds: one per product of a weight and an input, for \(batch); "
      + "biases, activations, pooling and normalisation count nothing."
  }

  private func text(_ shape: Shape) -> String {
    shape.dims.isEmpty ? "(one value)" : shape.dims.map(String.init).joined(separator: " x ")
  }

  private func text(_ group: WeightSparsity.Group) -> String {
    let tenths = group.total == 0 ? 0 : (1000 * group.zero + group.total / 2) / group.total
    return "\(group.zero)/\(group.total) (\(tenths / 10).\(tenths % 10)%)"
  }
}

extension NetDescription {
  /// The values of every layer's blobs; blobs that are shared by name count where they appear first.
  var ownParameters: [Int] {
    var shared: Set<String> = []
    return layers.map { layer in
      layer.blobs.indices.reduce(0) { sum, index in
        let specs = layer.parameter.param
        let name = index < specs.count ? specs[index].name : ""
        let counts = name.isEmpty || shared.insert(name).inserted
        return counts ? sum + layer.blobs[index].shape.count : sum
      }
    }
  }
}
