import CaffeProto
import NetModel

/// How much of a layer's weight is zero, in the groups that pruning methods remove.
///
/// A row is what makes one output (a filter, an output unit). A column is what one position of one input is multiplied
/// with, over all outputs of its group. A channel is all columns of one input channel.
struct WeightSparsity: Equatable {
  let rows: Group
  let columns: Group
  let channels: Group

  /// Groups of one kind.
  struct Group: Equatable {
    /// Groups without any value but zero.
    let zero: Int
    /// All groups.
    let total: Int

    fileprivate init(used: [Bool]) {
      zero = used.count { !$0 }
      total = used.count
    }
  }

  /// - Parameters:
  ///   - layer: any layer
  ///   - blobs: its parameter blobs, flattened, of the sizes that the layer describes
  /// - Returns: nil where no blob both reads and makes channels
  init?(_ layer: DescribedLayer, blobs: [Floats]) {
    let relations = layer.channelMap.relations
    for relation in relations {
      guard case .reads(_, let blob, let axis, let blocks, let spread) = relation else { continue }
      let makes = relations.contains {
        if case .makes(_, blob, let makeAxis) = $0 { makeAxis == 1 - axis } else { false }
      }
      guard makes, blob < blobs.count, layer.blobs[blob].shape.count == blobs[blob].count else { continue }
      self.init(blobs[blob], layer.blobs[blob].shape, readAxis: axis, blocks: blocks, spread: spread)
      return
    }
    return nil
  }

  private init(_ values: Floats, _ shape: Shape, readAxis: Int, blocks: Int, spread: Int) {
    let (outer, inner, positions) = (shape[0], shape[1], shape.count(from: 2))
    let inputs = readAxis == 0 ? outer : inner * blocks
    var rowUsed = [Bool](repeating: false, count: readAxis == 0 ? inner * blocks : outer)
    var columnUsed = [Bool](repeating: false, count: inputs * positions)
    values.withUnsafeBufferPointer { buffer in
      var at = 0
      for first in 0..<outer {
        // Axis 0 is cut into blocks; axis 1 counts within the block.
        let block = first / (outer / blocks)
        for second in 0..<inner {
          let within = block * inner + second
          let (row, input) = readAxis == 0 ? (within, first) : (first, within)
          for position in 0..<positions where buffer[at + position] != 0 {
            rowUsed[row] = true
            columnUsed[input * positions + position] = true
          }
          at += positions
        }
      }
    }
    rows = Group(used: rowUsed)
    columns = Group(used: columnUsed)
    let width = spread * positions
    channels = Group(
      used: stride(from: 0, to: columnUsed.count, by: width).map { start in
        columnUsed[start..<min(start + width, columnUsed.count)].contains(true)
      })
  }
}
