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

  var lines: [String] {
    var head = ["layer", "type", "top shape", "parameters", "multiply-adds"]
    if weights != nil { head += ["zero columns", "zero rows", "zero channels"] }
    var table = TextTable(head, numbers: [3, 4, 5, 6, 7])
    let cost = net.cost
    for (index, layer) in net.layers.enumerated() {
      var row = [layer.name, layer.type, layer.topShapes.first.map(text) ?? "-"]
      row += ["\(cost.parameters[index])", "\(cost.multiplyAdds[index])"]
      if let sparsity = weights?.sparsity(of: layer) {
        row += [sparsity.columns, sparsity.rows, sparsity.channels].map(text)
      }
      table.add(row)
    }
    table.add(["total", "", "", "\(cost.totalParameters)", "\(cost.totalMultiplyAdds)"])
    return table.lines + [convention(cost.items)]
  }

  /// The same for machines.
  var record: Record {
    let cost = net.cost
    return Record(
      items: cost.items, parameters: cost.totalParameters, multiplyAdds: cost.totalMultiplyAdds,
      layers: net.layers.enumerated().map { index, layer in
        let sparsity = weights?.sparsity(of: layer)
        return Record.Layer(
          name: layer.name, type: layer.type, shapes: layer.topShapes.map(\.dims), parameters: cost.parameters[index],
          multiplyAdds: cost.multiplyAdds[index],
          zeroColumns: sparsity?.columns.zero, zeroRows: sparsity?.rows.zero, zeroChannels: sparsity?.channels.zero)
      })
  }

  /// A net in numbers.
  struct Record: Encodable {
    /// One of its layers; zeros are nil where no weights were given.
    struct Layer: Encodable {
      let name: String
      let type: String
      /// Of the tops.
      let shapes: [[Int]]
      let parameters: Int
      let multiplyAdds: Int
      let zeroColumns: Int?
      let zeroRows: Int?
      let zeroChannels: Int?
    }

    /// The items of a batch, for one of which multiply-adds are counted.
    let items: Int
    let parameters: Int
    let multiplyAdds: Int
    let layers: [Layer]
  }

  private func convention(_ items: Int) -> String {
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
