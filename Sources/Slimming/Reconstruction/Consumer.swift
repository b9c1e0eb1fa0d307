import NetModel

/// A layer that reads channels some of which are gone, and whose weights for the others can be fitted anew.
struct Consumer {
  /// The layer's name.
  let name: String
  /// What it reads at a position.
  let patches: Patches
  /// The channels of its bottom that are left, ascending, by block of the layer.
  let inputs: [[Int]]
  /// The channels that it makes and that are left, ascending, by block.
  let outputs: [[Int]]
  /// Channels of its bottom in all.
  let inputCount: Int
  /// Channels that it makes in all.
  let outputCount: Int

  /// The places in the weight of the elements that a block's outputs read: outputs by inputs by elements of the kernel.
  func places(_ block: Int) -> [Int] {
    let (area, share) = (patches.area, inputCount / patches.blocks)
    return outputs[block].flatMap { output in
      inputs[block].flatMap { input in
        let column = (input - block * share) * area
        return (column..<column + area).map {
          patches.isTransposed ? $0 * outputCount + output : output * share * area + $0
        }
      }
    }
  }

  /// Values of a block's sample.
  func width(_ block: Int) -> Int { inputs[block].count * patches.area }

  /// Those of the largest block.
  var width: Int { inputs.indices.map(width).max() ?? 0 }
}

/// Why a layer stays as it is.
private struct Unfitted: Error { let reason: String }

extension PrunePlan {
  private var graph: ChannelGraph { ranking.survey.graph }

  /// The layers that read removed channels, in the net's order, and those among them that stay as they are, with the
  /// reason (a sentence for the user).
  func consumers() -> (found: [Consumer], left: [(layer: String, reason: String)]) {
    var (found, left): ([Consumer], [(layer: String, reason: String)]) = ([], [])
    let readers = Dictionary(grouping: graph.readers) { $0.layer }
    for (index, ports) in readers.sorted(by: { $0.key < $1.key }) {
      guard let site = ports.map(\.site).first(where: { isRemoved($0).contains(true) }) else { continue }
      let layer = graph.net.layers[index]
      do { found.append(try consumer(layer, index, reads: site)) } catch { left.append((layer.name, error.reason)) }
    }
    return (found, left)
  }

  private func consumer(_ layer: DescribedLayer, _ index: Int, reads site: Int) throws(Unfitted) -> Consumer {
    guard layer.bottom.count == 1, let shape = layer.bottomShapes.first,
      let patches = (layer.description as? any PatchReading)?.patches(shape)
    else { throw Unfitted(reason: "layers of type '\(layer.type)' that read so are not fitted") }
    guard !layer.blobs.indices.contains(where: { graph.net.shared.isShared(index, $0) }) else {
      throw Unfitted(reason: "other layers share its weights")
    }
    let top = graph.topSites[index][0]
    let consumer = Consumer(
      name: layer.name, patches: patches, inputs: kept(site, blocks: patches.blocks),
      outputs: kept(top, blocks: patches.blocks), inputCount: graph.sites[site].channels,
      outputCount: graph.sites[top].channels)
    guard consumer.width <= Reconstruction.mostInputs else {
      throw Unfitted(
        reason: "it reads \(consumer.width) values at a position, more than \(Reconstruction.mostInputs)")
    }
    return consumer
  }

  private func kept(_ site: Int, blocks: Int) -> [[Int]] {
    let gone = isRemoved(site)
    let share = gone.count / blocks
    return (0..<blocks).map { block in (block * share..<(block + 1) * share).filter { !gone[$0] } }
  }

  /// Per channel of a site whether it goes.
  private func isRemoved(_ site: Int) -> [Bool] {
    let removed = removed
    return (0..<graph.sites[site].channels).map { removed[graph.group(site, $0)] }
  }
}
