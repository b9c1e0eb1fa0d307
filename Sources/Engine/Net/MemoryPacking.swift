/// Places for items that need room during some steps, in as little memory as a search finds.
///
/// Items are placed one after the other, each at the lowest address that is free throughout its steps. The result
/// depends on the order, so several are tried: items that end up at the top are placed earlier next time. The search
/// ends when no more memory is taken than what lives at once, or when nothing is gained any more.
struct MemoryPacking {
  /// Something that needs `size` units during `steps`.
  struct Item {
    let size: Int
    let steps: ClosedRange<Int>
  }

  /// Where each item lies.
  private(set) var offsets: [Int]
  /// What all of them take.
  private(set) var size: Int

  /// How often the search may fail in a row, and how many places it may look at in all. Large nets have little to gain
  /// by more.
  private static let patience = 40
  private static let effort = 4_000_000

  /// - Parameter items: in the order of the first try, which should begin with the large ones
  init(_ items: [Item]) {
    let items = items.map { item in
      let unit = Memory.alignment
      return Item(size: (item.size + unit - 1) / unit * unit, steps: item.steps)
    }
    var order = Array(items.indices)
    (offsets, size) = Self.place(items, order)
    let least = Self.leastSize(items)
    var (failures, rounds) = (0, Self.effort / max(1, items.count * items.count))
    var (tried, height) = (offsets, size)
    while size > least, failures < Self.patience, rounds > 0 {
      let isAtTop = items.indices.map { tried[$0] + items[$0].size == height }
      order = order.filter { isAtTop[$0] } + order.filter { !isAtTop[$0] }
      (tried, height) = Self.place(items, order)
      failures = height < size ? 0 : failures + 1
      rounds -= 1
      if height < size { (offsets, size) = (tried, height) }
    }
  }

  /// The most that lives at once.
  private static func leastSize(_ items: [Item]) -> Int {
    items.reduce(0) { most, item in
      let step = item.steps.lowerBound
      return max(most, items.reduce(0) { $0 + ($1.steps.contains(step) ? $1.size : 0) })
    }
  }

  private static func place(_ items: [Item], _ order: [Int]) -> (offsets: [Int], size: Int) {
    var offsets = [Int](repeating: 0, count: items.count)
    // In the order of their addresses.
    var placed: [Int] = []
    var size = 0
    for index in order {
      let item = items[index]
      var offset = 0
      for other in placed where items[other].steps.overlaps(item.steps) {
        if offsets[other] >= offset + item.size { break }
        offset = max(offset, offsets[other] + items[other].size)
      }
      offsets[index] = offset
      size = max(size, offset + item.size)
      let position = placed.firstIndex { offsets[$0] > offset } ?? placed.count
      placed.insert(index, at: position)
    }
    return (offsets, size)
  }
}
