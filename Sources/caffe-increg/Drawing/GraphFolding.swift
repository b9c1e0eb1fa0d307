/// A layout that is cut into bands, which lie beside each other: a long chain on paper of a given length.
struct GraphFolding {
  /// Centres, node by node, and the points of edges.
  private(set) var centres: [GraphLayout.Point]
  private(set) var bends: [[GraphLayout.Point]]
  /// The band of each node, and of each point of edges.
  private(set) var bands: [Int] = []
  private(set) var bendBands: [[Int]] = []
  /// Where each band ends along the flow; all begin at 0.
  private(set) var ends: [Double] = []
  /// The rank of each node, which says whether an edge goes forward.
  let ranks: [Int]
  /// The whole drawing's extent.
  private(set) var extent: GraphLayout.Point

  /// The room at both ends of a band for edges that go on in another one.
  static let room = 90.0
  private static let gap = 40.0

  /// - Parameters:
  ///   - limit: how long a band may be along the flow
  ///   - edges: those of the layout
  init(_ layout: GraphLayout, _ edges: [(from: Int, to: Int)], limit: Double) {
    (centres, bends, extent) = (layout.centres, layout.bends, layout.extent)
    ranks = layout.nodeRanks
    guard layout.extent.along > limit, layout.depths.count > 1 else {
      bands = Array(repeating: 0, count: centres.count)
      bendBands = bends.map { $0.map { _ in 0 } }
      ends = [extent.along]
      return
    }
    let starts = Self.starts(layout, edges, limit: limit - 2 * Self.room)
    var bandOfRank: [Int] = []
    for rank in layout.depths.indices {
      let last = bandOfRank.last ?? 0
      bandOfRank.append(last + 1 < starts.count && starts[last + 1] == rank ? last + 1 : last)
    }
    bands = layout.nodeRanks.map { bandOfRank[$0] }
    bendBands = layout.bendRanks.map { $0.map { bandOfRank[$0] } }
    move(layout, starts, sizes: layout.sizes)
  }

  /// The first rank of each band. It is as far behind that of the band before as there is room, at a place where few
  /// edges are cut.
  private static func starts(_ layout: GraphLayout, _ edges: [(from: Int, to: Int)], limit: Double) -> [Int] {
    var changes = [Int](repeating: 0, count: layout.depths.count + 1)
    for edge in edges {
      let (a, b) = (layout.nodeRanks[edge.from], layout.nodeRanks[edge.to])
      changes[min(a, b) + 1] += 1
      changes[max(a, b) + 1] -= 1
    }
    // Edges between a rank and the one before.
    var crossing: [Int] = []
    for change in changes { crossing.append((crossing.last ?? 0) + change) }
    var (starts, length) = ([0], 0.0)
    var (best, lengthAtBest) = (0, 0.0)
    for (rank, depth) in layout.depths.enumerated() {
      let start = starts.last ?? 0
      if length + depth > limit, rank > start {
        let cut = best > start ? best : rank
        starts.append(cut)
        length -= cut == rank ? length : lengthAtBest
        best = cut
      }
      if length > limit * 0.7, best <= (starts.last ?? 0) || crossing[rank] < crossing[best] {
        (best, lengthAtBest) = (rank, length)
      }
      length += depth + layout.gap.along
    }
    return starts
  }

  private mutating func move(_ layout: GraphLayout, _ starts: [Int], sizes: [GraphLayout.Point]) {
    var rankStarts: [Double] = [0]
    for depth in layout.depths { rankStarts.append((rankStarts.last ?? 0) + depth + layout.gap.along) }
    var (low, high) = (
      [Double](repeating: .infinity, count: starts.count), [Double](repeating: -.infinity, count: starts.count)
    )
    for (node, band) in bands.enumerated() {
      low[band] = min(low[band], centres[node].across - sizes[node].across / 2)
      high[band] = max(high[band], centres[node].across + sizes[node].across / 2)
    }
    for (edge, places) in bends.enumerated() {
      for (index, place) in places.enumerated() {
        let band = bendBands[edge][index]
        (low[band], high[band]) = (min(low[band], place.across), max(high[band], place.across))
      }
    }
    var (shifts, across) = ([Double](), 0.0)
    for band in starts.indices {
      shifts.append(across - (low[band].isFinite ? low[band] : 0))
      across += max(0, high[band] - low[band]) + Self.gap
    }
    func moved(_ place: GraphLayout.Point, _ band: Int) -> GraphLayout.Point {
      .init(along: place.along - rankStarts[starts[band]] + Self.room, across: place.across + shifts[band])
    }
    for node in centres.indices { centres[node] = moved(centres[node], bands[node]) }
    for edge in bends.indices {
      for index in bends[edge].indices { bends[edge][index] = moved(bends[edge][index], bendBands[edge][index]) }
    }
    ends = starts.indices.map { band in
      let behind = band + 1 < starts.count ? starts[band + 1] : layout.depths.count
      return rankStarts[behind] - layout.gap.along - rankStarts[starts[band]] + 2 * Self.room
    }
    extent = .init(along: ends.max() ?? 0, across: max(0, across - Self.gap))
  }
}
