import Base
import NetModel
import TestSupport
import Testing

@testable import Engine

struct MemoryPackingTests {
  /// What lives at the same time lies apart, and the whole is no smaller than the most that does.
  @Test func itemsLieApart() {
    let random = RandomSource(seed: 5)
    for count in [0, 1, 2, 10, 60] {
      let items = (0..<count).map { _ in
        let first = Int(random.next() % 40)
        return MemoryPacking.Item(size: 1 + Int(random.next() % 500), steps: first...first + Int(random.next() % 12))
      }
      let packing = MemoryPacking(items.sorted { $0.size > $1.size })
      let placed = zip(items.sorted { $0.size > $1.size }, packing.offsets).map { (item: $0, offset: $1) }
      for (index, one) in placed.enumerated() {
        #expect(one.offset % Memory.alignment == 0 && one.offset >= 0 && one.offset + one.item.size <= packing.size)
        for other in placed[..<index] where other.item.steps.overlaps(one.item.steps) {
          #expect(one.offset >= other.offset + other.item.size || other.offset >= one.offset + one.item.size)
        }
      }
      let most = (0..<60).map { step in items.filter { $0.steps.contains(step) }.reduce(0) { $0 + $1.size } }.max()
      #expect(packing.size >= most ?? 0)
    }
  }

  /// A large top, the pooled one, their gradients: placed by size alone the two small ones lie beside each other.
  @Test func aChainFitsExactly() {
    let unit = Memory.alignment
    let items = [(4, 0...1), (4, 4...5), (1, 1...3), (1, 3...4)].map {
      MemoryPacking.Item(size: $0.0 * unit, steps: $0.1)
    }
    #expect(MemoryPacking(items).size == 5 * unit)
  }
}
