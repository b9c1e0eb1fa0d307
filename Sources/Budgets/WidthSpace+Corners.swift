/// Where tables of times begin.
extension WidthSpace {
  /// All families at 8, 7, ... 1 eighths of their widths; then those of one colour as wide as they are, and all others at an
  /// eighth and at a half, so that layers read much and make little, or the other way round.
  public var corners: [Point] {
    let colours = colours
    let diagonal = (1...8).reversed().map { eighths in point { _ in Double(eighths) / 8 } }
    return Set(colours).sorted().reduce(diagonal) { points, colour in
      points + [0.125, 0.5].map { narrow in point { colours[$0] == colour ? 1 : narrow } }
    }
  }

  /// Colours of the families: one that a layer reads has another colour than one that it makes.
  private var colours: [Int] {
    let graph = ranking.survey.graph
    var colours = rungs.map { _ in 0 }
    for family in rungs.indices {
      let sites = Set(ladders[family].sites)
      let beside = layers[family].filter { !ranking.net.layers[$0].blobs.isEmpty }.flatMap { layer -> [Int] in
        let (reads, makes) = (graph.bottomSites[layer], graph.topSites[layer])
        let others = sites.isDisjoint(with: reads) ? reads : makes
        return (0..<family).filter { !Set(ladders[$0].sites).isDisjoint(with: others) }
      }
      let taken = Set(beside.map { colours[$0] })
      colours[family] = (0...taken.count).first { !taken.contains($0) } ?? 0
    }
    return colours
  }
}
