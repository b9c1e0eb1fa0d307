import Engine
import Pruning

// Between a family's groups and the masks of the layers that its members belong to.
extension PrunedFamily {
  /// Counts anew. Where a group is a whole row or column of one weight, one that is masked for another reason counts,
  /// too.
  mutating func refresh(_ all: [PrunableLayer]) {
    pruned = state.prunedAt.count { $0 != nil }
    achieved = Float(pruned) / Float(max(1, counted))
    guard let only = groups.only, let layer = layers[0] else { return }
    switch only.slices {
    case .rows(nil): (pruned, achieved) = (all[layer].countedRows, all[layer].achieved.rows)
    case .columns(nil): (pruned, achieved) = (Int(all[layer].countedColumns), all[layer].achieved.columns)
    // The original compares the share of masked columns, whatever a group is.
    case .columns: achieved = all[layer].achieved.columns
    case .rows, .tiles: break
    }
  }

  /// Takes the status of groups from what is masked. Filters between those that make a channel and those that read it
  /// do not count: one-shot pruning leaves them as they are.
  mutating func adoptMasks(_ all: [PrunableLayer]) {
    var isMasked = [Bool](repeating: !groups.members.isEmpty, count: count)
    forEachSlice { member, layer, slice, group in
      if member.role != .carrier, !all[layer].mask.isMasked(slice, of: member) { isMasked[group] = false }
    }
    for group in isMasked.indices where isMasked[group] != state.isPruned(group) {
      state.prunedAt[group] = isMasked[group] ? 0 : nil
    }
    refresh(all)
  }

  /// Does what the method wishes to be masked; weights are masked with the next update, or before the next pass.
  ///
  /// - Returns: the layers whose masks have changed
  mutating func mask(_ all: inout [PrunableLayer], step: Int, countsAgain: Bool) -> Set<Int> {
    guard !wishes.fallen.isEmpty || !wishes.revived.isEmpty else { return [] }
    var change = [Bool?](repeating: nil, count: count)
    for group in wishes.revived {
      state.prunedAt[group] = nil
      change[group] = false
    }
    for group in wishes.fallen {
      if countsAgain, state.isPruned(group), let layer = layers[0] { all[layer].twiceCounted.rows += 1 }
      state.prunedAt[group] = step
      change[group] = true
    }
    var changed: Set<Int> = []
    forEachSlice { member, layer, slice, group in
      guard let masks = change[group] else { return }
      all[layer].mask.set(slice, of: member, isMasked: masks)
      all[layer].unsettled = PrunableLayer.settlingUpdates
      changed.insert(layer)
    }
    return changed
  }

  /// Calls `body` for every slice of every member that a mask can hold: the member, its layer, the slice (a row, or
  /// block * columns + column, or tile * columns + column) and the slice's group.
  private func forEachSlice(_ body: (GroupMember, _ layer: Int, _ slice: Int, _ group: Int) -> Void) {
    for (member, layer) in zip(groups.members, layers) {
      guard let layer else { continue }
      for slice in 0..<member.sliceCount {
        let group = member.group(ofSlice: slice)
        if group >= 0 { body(member, layer, slice, group) }
      }
    }
  }
}

extension MaskSet {
  fileprivate func isMasked(_ slice: Int, of member: GroupMember) -> Bool {
    switch member.slices {
    case .rows: isMasked(row: slice)
    case .columns: isMasked(column: slice % matrix.width, block: slice / matrix.width)
    case .tiles(let height): member.matrix.elements(ofSlice: slice, height).allSatisfy { isMasked(element: $0) }
    }
  }

  fileprivate mutating func set(_ slice: Int, of member: GroupMember, isMasked: Bool) {
    switch (member.slices, isMasked) {
    case (.rows, true): mask(row: slice)
    case (.rows, false): unmask(row: slice)
    case (.columns, true): mask(column: slice % matrix.width, block: slice / matrix.width)
    case (.columns, false): unmask(column: slice % matrix.width, block: slice / matrix.width)
    case (.tiles(let height), _): set(member.matrix.elements(ofSlice: slice, height), isMasked: isMasked)
    }
  }
}

extension WeightMatrix {
  /// The elements of a tile's column.
  fileprivate func elements(ofSlice slice: Int, _ height: Int) -> some Sequence<Int> {
    tiles(height).rows(of: slice / columns).lazy.map { $0 * columns + slice % columns }
  }
}

// What a group's weights are, in the members that make it.
extension PrunedFamily {
  /// Multiplies the weights of groups by their factors.
  func scale(_ factors: [Int: Float], _ blobs: (Int) -> MutableFloatView) {
    for (member, layer) in zip(groups.members, layers) where member.role == .maker {
      guard let layer else { continue }
      member.scale(blobs(layer)) { factors[$0] ?? 1 }
    }
  }
}

extension GroupMember {
  /// Multiplies the weights of every group by its factor, where that is not 1.
  func scale(_ values: MutableFloatView, _ factor: (_ group: Int) -> Float) {
    let factors = (0..<sliceCount).map { slice in
      let group = group(ofSlice: slice)
      return group < 0 ? 1 : factor(group)
    }
    for row in 0..<matrix.rows {
      let first = row * matrix.columns
      switch slices {
      case .rows:
        guard factors[row] != 1 else { continue }
        for column in 0..<matrix.columns { values[first + column] *= factors[row] }
      case .columns:
        let block = matrix.block(ofRow: row) * matrix.columns
        for column in 0..<matrix.columns where factors[block + column] != 1 {
          values[first + column] *= factors[block + column]
        }
      case .tiles(let height):
        let tile = matrix.tiles(height).tile(ofRow: row) * matrix.columns
        for column in 0..<matrix.columns where factors[tile + column] != 1 {
          values[first + column] *= factors[tile + column]
        }
      }
    }
  }
}
