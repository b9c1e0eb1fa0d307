import Engine
import Pruning
import Solver

/// What pruning in one layer means for its neighbours: a channel that no filter reads needs no filter that makes it,
/// and the other way round. Neighbours follow from the order of the net, as in caffe_increg (Q16). Where a net
/// branches, that is wrong, and `IF_update_row_col: false` at a layer turns it off there. The structure *channel*
/// follows the wiring.
enum Neighbours {
  /// Queues the filters of the layer before `index` that make the channels which `pruned` columns complete.
  static func queueRows(for pruned: [Int], of index: Int, in layers: inout [PrunableLayer]) {
    guard index > 0, layers[index].isConvolution == layers[index - 1].isConvolution,
      layers[index - 1].takesFromNeighbours
    else { return }
    let layer = layers[index]
    let (spatial, channels) = (layer.matrix.spatial, layer.matrix.channels)
    // A channel is queued when its last column falls.
    var seen: Set<Int> = []
    let complete = pruned.reversed().map { $0 / spatial }.filter { channel in
      seen.insert(channel).inserted
        && (channel * spatial..<(channel + 1) * spatial).allSatisfy { layer.mask.isMasked(column: $0) }
    }
    for channel in complete.reversed() {
      for group in 0..<layer.matrix.blocks {
        let row = channel + group * channels
        // There may be no such row where the order of the net is not its wiring.
        if row < layers[index - 1].matrix.rows { layers[index - 1].queuedRows.append(row) }
      }
    }
  }

  /// Masks the rows queued for a layer; gives them.
  ///
  /// - Parameter countsAgain: rows that are masked already count once more
  static func takeRows(_ layer: inout PrunableLayer, weights: MutableFloatView, countsAgain: Bool) -> [Int] {
    let rows = layer.queuedRows
    layer.queuedRows.removeAll(keepingCapacity: true)
    let columns = layer.matrix.columns
    layer.unsettled = PrunableLayer.settlingUpdates
    for row in rows {
      if countsAgain, layer.mask.isMasked(row: row) { layer.twiceCounted.rows += 1 }
      layer.mask.mask(row: row)
      weights.part(row * columns, count: columns).fill(0)
    }
    return rows
  }

  /// Masks the columns of a layer that read rows pruned in the layer before it; gives the channels.
  ///
  /// - Parameter countsAgain: columns that are masked already count once more
  static func takeColumns(_ index: Int, in layers: inout [PrunableLayer], countsAgain: Bool) -> [Int] {
    guard index > 0, layers[index].takesFromNeighbours,
      layers[index].isConvolution == layers[index - 1].isConvolution
    else { return [] }
    let rows = layers[index - 1].prunedRows
    layers[index - 1].prunedRows.removeAll(keepingCapacity: true)
    let (spatial, channels) = (layers[index].matrix.spatial, layers[index].matrix.channels)
    if !rows.isEmpty { layers[index].unsettled = PrunableLayer.settlingUpdates }
    return rows.compactMap { row in
      let (channel, block) = (row % channels, row / channels)
      guard block < layers[index].matrix.blocks else { return nil }
      for column in channel * spatial..<(channel + 1) * spatial {
        if countsAgain, layers[index].mask.isMasked(column: column, block: block) {
          layers[index].twiceCounted.columns += 1 / Float(layers[index].matrix.blocks)
        }
        layers[index].mask.mask(column: column, block: block)
      }
      return channel
    }
  }
}

extension PruningRun {
  /// Tells the neighbours of a family's layer what has fallen.
  func tellNeighbours(_ fallen: [Int], of family: PrunedFamily) {
    guard method.habits.asksNeighbours, !fallen.isEmpty, let only = family.groups.only else { return }
    switch only.slices {
    case .rows: layers[family.layer].prunedRows += fallen
    case .columns(nil): Neighbours.queueRows(for: fallen, of: family.layer, in: &layers)
    case .columns, .tiles: break
    }
  }

  /// Takes what neighbours have queued for a layer.
  func takeNeighbours(_ index: Int, _ solver: Solver) {
    guard method.habits.asksNeighbours || !layers[index].queuedRows.isEmpty else { return }
    let (name, again) = (layers[index].name, rules?.isReference == true)
    if method.structure is Rows {
      let channels = Neighbours.takeColumns(index, in: &layers, countsAgain: again)
      if !channels.isEmpty { detail("        \(name) in UpdateNumPrunedCol") }
      for channel in channels { detail("  \(name) prune a channel successfully: \(channel)") }
    } else if !layers[index].queuedRows.isEmpty {
      detail("        \(name) in UpdateNumPrunedRow")
      let weights = weight(index, solver).mutableData
      for row in Neighbours.takeRows(&layers[index], weights: weights, countsAgain: again) {
        detail(" \(name) prune a row successfully: \(row)")
      }
    }
  }

  private func detail(_ line: @autoclosure () -> String) { if rules != nil { output.detail(line()) } }
}
