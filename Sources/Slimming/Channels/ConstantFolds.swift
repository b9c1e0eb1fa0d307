import NetModel

/// Constants that removed channels leave behind, folded into the biases of their readers.
struct ConstantFolds {
  let graph: ChannelGraph
  let weights: [String: [WeightBlob]]
  /// What to add to biases: layer index to one value per made channel.
  private(set) var sums: [Int: [Double]] = [:]

  /// Why constants cannot be folded into all readers; nil where they can.
  func obstacle(_ reads: [Liveness.Read], _ constants: [Float?], _ liveness: Liveness) -> String? {
    for read in reads {
      let index = read.port.layer
      let layer = graph.net.layers[index]
      guard let value = constants[read.channel] else {
        return "it is not a constant where layer '\(layer.name)' reads it"
      }
      guard value != 0 else { continue }
      if let reason = layer.description.foldObstacle { return "layer '\(layer.name)': \(reason)" }
      if graph.bottomSites[index].count > 1 { return "layer '\(layer.name)' has one bias for several bottoms" }
      if let bias = liveness.biases[index] {
        guard !graph.net.shared.isShared(index, bias.blob) else {
          return "layer '\(layer.name)' shares its bias with other layers"
        }
      } else if !(layer.description is any BiasAdding) {
        return "layer '\(layer.name)' cannot have a bias"
      }
    }
    return nil
  }

  /// Adds what the readers of channels make of their constants.
  mutating func fold(_ reads: [Liveness.Read], _ constants: [Float?], _ liveness: Liveness) {
    for read in reads {
      let (port, local) = (read.port, read.local)
      guard let value = constants[read.channel], value != 0, let blocks = liveness.blocks[port.layer],
        let blob = weights[graph.net.layers[port.layer].name]?[port.blob]
      else { continue }
      let inner = blob.shape.count(from: 2)
      let slices = port.place(of: local, in: blob.shape).slices
      var sums = sums[port.layer] ?? [Double](repeating: 0, count: blocks.made)
      blob.data.withUnsafeBufferPointer { buffer in
        for made in 0..<blocks.made where blocks[made, local] {
          for slice in slices {
            let (outer, next) = port.axis == 1 ? (made, slice) : (slice, made)
            let start = (outer * blob.shape[1] + next) * inner
            for k in start..<(start + inner) { sums[made] += Double(buffer[k]) * Double(value) }
          }
        }
      }
      self.sums[port.layer] = sums
    }
  }
}
