import Pruning

// The blocks of a group convolution lose as many channels as one another: slimming could not cut out more of one.
extension [GroupFamily] {
  /// The families by position: the blocks of a group convolution together, every other family alone.
  var blocks: [[Int]] {
    var blocks: [[Int]] = []
    for (index, family) in enumerated() {
      if let block = family.block, block > 0, !blocks.isEmpty {
        blocks[blocks.count - 1].append(index)
      } else {
        blocks.append([index])
      }
    }
    return blocks
  }
}

extension PruningRun {
  /// Keeps blocks equal at every moment. In each block as many groups fall as in the block with the fewest that have
  /// fallen or are to fall. Other groups wait until the method prunes them again.
  func levelBlocks() {
    for block in wiring.blocks {
      let wanted = block.map { entries[$0].family.newlyFallen }
      let fallen = block.map { entries[$0].family.state.prunedAt.count { $0 != nil } }
      let level = zip(fallen, wanted).map { $0 + $1.count }.min() ?? 0
      for (place, index) in block.enumerated() {
        entries[index].family.wishes.fallen = Array(wanted[place].prefix(max(0, level - fallen[place])))
      }
    }
  }
}

extension PrunedFamily {
  /// The groups that are to be pruned and live still, each once.
  fileprivate var newlyFallen: [Int] {
    var met: Set<Int> = []
    return wishes.fallen.filter { !state.isPruned($0) && met.insert($0).inserted }
  }
}
