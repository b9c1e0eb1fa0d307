import Glibc
@testable import Layers
import Synchronization
import Testing

@Suite struct PrefetcherTests {
  struct Broken: Error, Equatable { let at: Int }

  /// Counts, and breaks at a number.
  static func counter(depth: Int, breaksAt end: Int = .max, pause: UInt32 = 0) throws -> Prefetcher<[Int]> {
    var number = 0
    return try Prefetcher(depth: depth, empty: []) { batch in
      if number == end { throw Broken(at: number) }
      if pause > 0 { usleep(pause) }
      batch = [number]
      number += 1
    }
  }

  @Test(arguments: [1, 2, 4]) func keepsOrder(_ depth: Int) throws {
    for pause in [0, 200] as [UInt32] {
      let prefetcher = try Self.counter(depth: depth, pause: pause)
      for expected in 0..<50 {
        if expected % 7 == 0, pause == 0 { usleep(300) }
        try prefetcher.next { #expect($0 == [expected]) }
      }
    }
  }

  @Test func errorsComeInOrderAndStay() throws {
    let prefetcher = try Self.counter(depth: 4, breaksAt: 3)
    for expected in 0..<3 { try prefetcher.next { #expect($0 == [expected]) } }
    for _ in 0..<3 { #expect(throws: Broken(at: 3)) { try prefetcher.next { _ in } } }
  }

  @Test func endsWithoutBeingRead() throws {
    for depth in 1...20 { _ = try Self.counter(depth: depth, breaksAt: depth % 3 == 0 ? 2 : .max) }
  }

  @Test func runsAheadByItsDepthOnly() throws {
    final class Made: Sendable { let count = Atomic(0) }
    let made = Made()
    let prefetcher = try Prefetcher(depth: 3, empty: 0) { batch in
      made.count.add(1, ordering: .relaxed)
      batch += 1
    }
    for taken in 0..<4 {
      for _ in 0..<2000 where made.count.load(ordering: .relaxed) < taken + 3 { usleep(500) }
      usleep(2000)
      #expect(made.count.load(ordering: .relaxed) == taken + 3)
      try prefetcher.next { _ in }
    }
  }
}
