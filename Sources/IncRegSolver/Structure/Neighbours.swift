import Engine

/// What pruning in one layer means for its neighbours: a channel that no filter reads needs no filter that makes it, and
/// the other way round. Neighbours are taken from the order of the net, as caffe_increg takes them (Q16): where a net
/// branches, `IF_update_row_col: false` at a layer keeps them from it.
enum Neighbours {
  /// Queues the filters of the layer before `index` that make the channels which `pruned` columns complete.
  static func queueRows(for pruned: [Int], of index: Int, in layers: inout [PrunableLayer], enabled: Bool) {
    guard enabled, index > 0, layers[index].isConvolution == layers[index - 1].isConvolution,
      layers[index - 1].takesFromNeighbours
    else { return }
    let layer = layers[index]
    let (spatial, channels) = (layer.space.spatial, layer.space.channels)
    // A channel is queued when its last column falls.
    var seen: Set<Int> = []
    let complete = pruned.reversed().map { $0 / spatial }.filter { channel in
      seen.insert(channel).inserted
        && (channel * spatial..<(channel + 1) * spatial).allSatisfy { layer.mask.isMasked(column: $0) }
    }
    for channel in complete.reversed() {
      for group in 0..<layer.space.convolutionGroups {
        let row = channel + group * channels
        // Only where the order of the net is not its wiring can there be no such row.
        if row < layers[index - 1].space.rows { layers[index - 1].queuedRows.append(row) }
      }
    }
  }

  /// Masks the rows queued for a layer; gives them.
  ///
  /// - Parameter countsAgain: rows that are masked already count once more
  static func takeRows(
    _ layer: inout PrunableLayer, weights: MutableFloatView, countsAgain: Bool = false
  ) -> [Int] {
    let rows = layer.queuedRows
    layer.queuedRows.removeAll(keepingCapacity: true)
    let columns = layer.space.columns
    layer.unsettled = PrunableLayer.settlingUpdates
    for row in rows {
      if countsAgain, layer.mask.isMasked(row: row) { layer.twiceCounted.rows += 1 }
      layer.mask.mask(row: row)
      for column in 0..<columns { weights.pointer[row * columns + column] = 0 }
    }
    return rows
  }

  /// Masks the columns of a layer that read rows pruned in the layer before it; gives the channels.
  ///
  /// - Parameter countsAgain: columns that are masked already count once more
  static func takeColumns(
    _ index: Int, in layers: inout [PrunableLayer], enabled: Bool, countsAgain: Bool = false
  ) -> [Int] {
    guard enabled, index > 0, layers[index].takesFromNeighbours,
      layers[index].isConvolution == layers[index - 1].isConvolution
    else { return [] }
    let rows = layers[index - 1].prunedRows
    layers[index - 1].prunedRows.removeAll(keepingCapacity: true)
    let (spatial, channels) = (layers[index].space.spatial, layers[index].space.channels)
    if !rows.isEmpty { layers[index].unsettled = PrunableLayer.settlingUpdates }
    return rows.compactMap { row in
      let (channel, group) = (row % channels, row / channels)
      guard group < layers[index].space.convolutionGroups else { return nil }
      for column in channel * spatial..<(channel + 1) * spatial {
        if countsAgain, layers[index].mask.isMasked(column: column, group: group) {
          layers[index].twiceCounted.columns += 1 / Float(layers[index].space.convolutionGroups)
        }
        layers[index].mask.mask(column: column, group: group)
      }
      return channel
    }
  }
}
