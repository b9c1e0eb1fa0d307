/// Places the nodes of a graph in ranks, in the manner of Sugiyama: every node is one rank behind the last of its
/// sources, edges pass the ranks between through points of their own, nodes of a rank are ordered by their
/// neighbours' places, and move as near to them as their order allows.
///
/// Positions are `along` the flow and `across` it; the writer turns them.
struct GraphLayout {
  /// A size or a place.
  struct Point: Equatable {
    var along: Double
    var across: Double
  }

  /// Centres, node by node.
  private(set) var centres: [Point]
  /// The points an edge goes through between its ends, edge by edge.
  private(set) var bends: [[Point]]
  /// The ranks of nodes and of the points of edges.
  private(set) var nodeRanks: [Int] = []
  private(set) var bendRanks: [[Int]] = []
  /// The nodes' sizes.
  let sizes: [Point]
  /// How deep each rank is.
  private(set) var depths: [Double] = []
  /// The whole drawing's extent; it starts at 0.
  private(set) var extent = Point(along: 0, across: 0)

  /// A place in a rank: a node, or a bend of an edge.
  private struct Slot {
    let size: Point
    let rank: Int
    var before: [Int] = []
    var behind: [Int] = []
    var across = 0.0
  }

  private var slots: [Slot] = []
  private var ranks: [[Int]] = []
  let gap: Point

  /// - Parameters:
  ///   - sizes: the nodes', in an order in which every edge but those back to a node before goes forward
  ///   - edges: pairs of nodes
  ///   - gap: the room between ranks and between neighbours in one
  init(sizes: [Point], edges: [(from: Int, to: Int)], gap: Point) {
    (self.gap, self.sizes) = (gap, sizes)
    (centres, bends) = (sizes, edges.map { _ in [] })
    let rank = Self.ranks(of: sizes.count, edges)
    slots = zip(sizes, rank).map { Slot(size: $0, rank: $1) }
    let chains = edges.map { addBends($0.from, $0.to) }
    ranks = Array(repeating: [], count: (rank.max() ?? -1) + 1)
    for (index, slot) in slots.enumerated() { ranks[slot.rank].append(index) }
    order()
    place()
    let along = alongCentres()
    func point(_ slot: Int) -> Point { Point(along: along[slots[slot].rank], across: slots[slot].across) }
    centres = sizes.indices.map(point)
    bends = chains.map { $0.map(point) }
    (nodeRanks, bendRanks) = (sizes.indices.map { slots[$0].rank }, chains.map { $0.map { slots[$0].rank } })
  }

  /// Nodes come in the order in which the net runs, so one pass finds the longest ways. An edge to a node that already
  /// has a successor's rank is one back: an in-place layer's.
  private static func ranks(of count: Int, _ edges: [(from: Int, to: Int)]) -> [Int] {
    var rank = Array(repeating: 0, count: count)
    for edge in edges.sorted(by: { max($0.from, $0.to) < max($1.from, $1.to) }) where edge.from < edge.to {
      rank[edge.to] = max(rank[edge.to], rank[edge.from] + 1)
    }
    return rank
  }

  /// Adds the bends of an edge, and makes its parts known to both ends.
  private mutating func addBends(_ from: Int, _ to: Int) -> [Int] {
    let forward = slots[from].rank < slots[to].rank
    var last = forward ? from : to
    let end = forward ? to : from
    var chain: [Int] = []
    let (first, behind) = (slots[last].rank + 1, slots[end].rank)
    for rank in Self.bends(first, behind) {
      slots.append(Slot(size: Point(along: 0, across: 0), rank: rank))
      chain.append(slots.count - 1)
      connect(last, slots.count - 1)
      last = slots.count - 1
    }
    connect(last, end)
    return forward ? chain : chain.reversed()
  }

  /// The ranks in which an edge has a point that passes those from `first` up to `behind`. Long ones have them near
  /// their ends only: a net of long edges would have as many points as the square of its layers.
  private static func bends(_ first: Int, _ behind: Int) -> [Int] {
    let near = min(max(first, behind), first + longest / 2)
    return Array(first..<near) + Array(max(near, behind - longest / 2)..<max(near, behind))
  }

  /// The ranks that an edge may pass with a point in each.
  private static let longest = 32

  private mutating func connect(_ a: Int, _ b: Int) {
    slots[a].behind.append(b)
    slots[b].before.append(a)
  }

  /// Sorts each rank by the mean place of its neighbours, forward and backward in turn.
  private mutating func order() {
    for sweep in 0..<12 {
      let forward = sweep % 2 == 0
      for rank in forward ? Array(ranks.indices) : ranks.indices.reversed() {
        for (position, slot) in ranks[rank].enumerated() { slots[slot].across = Double(position) }
        let keys = ranks[rank].map { wish(for: $0, forward ? slots[$0].before : slots[$0].behind) }
        let sorted = zip(keys, ranks[rank]).enumerated().sorted {
          ($0.element.0, $0.offset) < ($1.element.0, $1.offset)
        }
        ranks[rank] = sorted.map(\.element.1)
        for (position, slot) in ranks[rank].enumerated() { slots[slot].across = Double(position) }
      }
    }
  }

  /// Moves every rank's slots to their neighbours, as far as order and gaps allow.
  private mutating func place() {
    for rank in ranks { settle(rank, at: rank.map { _ in 0 }) }
    for sweep in 0..<24 {
      for rank in sweep % 2 == 0 ? Array(ranks.indices) : ranks.indices.reversed() {
        settle(ranks[rank], at: ranks[rank].map { wish(for: $0, slots[$0].before + slots[$0].behind) })
      }
    }
    let low = slots.map { $0.across - $0.size.across / 2 }.min() ?? 0
    for index in slots.indices { slots[index].across -= low }
    extent.across = slots.map { $0.across + $0.size.across / 2 }.max() ?? 0
  }

  private func wish(for slot: Int, _ neighbours: [Int]) -> Double {
    neighbours.isEmpty
      ? slots[slot].across : neighbours.reduce(0) { $0 + slots[$1].across } / Double(neighbours.count)
  }

  /// The places nearest to the wishes, by least squares: slots that would overlap form blocks, which go where their
  /// members' mean wish is.
  private mutating func settle(_ rank: [Int], at wishes: [Double]) {
    var offsets = [0.0]
    for (a, b) in zip(rank, rank.dropFirst()) {
      offsets.append((offsets.last ?? 0) + (slots[a].size.across + slots[b].size.across) / 2 + gap.across)
    }
    var blocks: [(sum: Double, count: Int)] = []
    for (wish, offset) in zip(wishes, offsets) {
      blocks.append((wish - offset, 1))
      while blocks.count > 1 {
        let (a, b) = (blocks[blocks.count - 2], blocks[blocks.count - 1])
        if a.sum / Double(a.count) < b.sum / Double(b.count) { break }
        blocks.replaceSubrange((blocks.count - 2)..., with: [(a.sum + b.sum, a.count + b.count)])
      }
    }
    let places = blocks.flatMap { Array(repeating: $0.sum / Double($0.count), count: $0.count) }
    for ((slot, place), offset) in zip(zip(rank, places), offsets) { slots[slot].across = place + offset }
  }

  /// The ranks' centres, each as deep as its deepest node.
  private mutating func alongCentres() -> [Double] {
    depths = ranks.map { $0.map { slots[$0].size.along }.max() ?? 0 }
    var start = 0.0
    let centres = depths.map { depth in
      defer { start += depth + gap.along }
      return start + depth / 2
    }
    extent.along = max(0, start - gap.along)
    return centres
  }
}
