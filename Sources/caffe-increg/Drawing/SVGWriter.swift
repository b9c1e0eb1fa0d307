import Report

/// Draws a net's graph as SVG.
struct SVGWriter {
  private typealias Point = (x: Double, y: Double)

  private static let margin = 12.0
  private static let lineHeight = 15.0
  private static let characterWidth = 7.0

  private let graph: NetGraph
  private let sizes: [(width: Double, height: Double)]
  private let layout: GraphFolding
  /// The ends of all edges.
  private let pairs: Set<[Int]>

  /// The largest drawing that programs show whole at its size, about; longer ones are folded.
  static let largest = (width: 8000.0, height: 20_000.0)

  static func text(of graph: NetGraph) -> String { SVGWriter(graph).text }

  /// How wide the drawing would be in one piece.
  static func width(of graph: NetGraph) -> Double {
    let writer = SVGWriter(graph, folds: false)
    return writer.point(writer.layout.extent).x + margin
  }

  private init(_ graph: NetGraph, folds: Bool = true) {
    self.graph = graph
    pairs = Set(graph.edges.map { [$0.from, $0.to] })
    sizes = graph.nodes.map { node in
      let width = Double(node.lines.map(\.count).max() ?? 0) * Self.characterWidth + 20
      return (width, Double(node.lines.count) * Self.lineHeight + 12)
    }
    let horizontal = graph.direction.isHorizontal
    let edges = graph.edges.map { (from: $0.from, to: $0.to) }
    let whole = GraphLayout(
      sizes: sizes.map { .init(along: horizontal ? $0.width : $0.height, across: horizontal ? $0.height : $0.width) },
      edges: edges,
      // Room for the labels of edges along the flow.
      gap: .init(along: horizontal ? 70 : 42, across: 18))
    let limit = (horizontal ? Self.largest.width : Self.largest.height) - 2 * Self.margin
    layout = GraphFolding(whole, edges, limit: folds ? limit : .infinity)
  }

  private var text: String {
    let end = self.point(layout.extent)
    let zero = self.point(.init(along: 0, across: 0))
    let (width, height) = (max(end.x, zero.x) + Self.margin, max(end.y, zero.y) + Self.margin)
    var lines = [
      #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(width.svg)" height="\#(height.svg)" "#
        + #"viewBox="0 0 \#(width.svg) \#(height.svg)" font-family="sans-serif" font-size="12">"#,
      "<title>\(graph.name.markup)</title>",
      #"<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">"#
        + #"<path d="M0 0L8 4L0 8z"/></marker></defs>"#,
      #"<rect width="100%" height="100%" fill="white"/>"#,
    ]
    for index in graph.edges.indices { lines += drawn(edge: index) }
    for index in graph.nodes.indices { lines += drawn(node: index) }
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  /// A place on the paper.
  private func point(_ place: GraphLayout.Point) -> Point {
    let (along, across) = (place.along + Self.margin, place.across + Self.margin)
    let back = layout.extent.along - place.along + Self.margin
    return switch graph.direction {
    case .LR: (along, across)
    case .RL: (back, across)
    case .TB: (across, along)
    case .BT: (across, back)
    }
  }

  private func drawn(node index: Int) -> [String] {
    let (node, size, centre) = (graph.nodes[index], sizes[index], point(layout.centres[index]))
    let (left, top) = (centre.x - size.width / 2, centre.y - size.height / 2)
    let style = #"fill="\#(node.fill)" stroke="black""#
    var lines: [String] = []
    switch node.kind {
    case .layer:
      lines.append(
        #"<rect x="\#(left.svg)" y="\#(top.svg)" width="\#(size.width.svg)" height="\#(size.height.svg)" \#(style)/>"#)
    case .blob:
      let cut = size.height / 3.4
      let (right, bottom) = (left + size.width, top + size.height)
      let corners: [Point] = [
        (left + cut, top), (right - cut, top), (right, top + cut), (right, bottom - cut), (right - cut, bottom),
        (left + cut, bottom), (left, bottom - cut), (left, top + cut),
      ]
      lines.append(
        #"<polygon points="\#(corners.map { "\($0.x.svg),\($0.y.svg)" }.joined(separator: " "))" \#(style)/>"#)
    }
    for (row, line) in node.lines.enumerated() {
      let y = centre.y + (Double(row) - Double(node.lines.count - 1) / 2) * Self.lineHeight + 4
      lines.append(#"<text x="\#(centre.x.svg)" y="\#(y.svg)" text-anchor="middle">\#(line.markup)</text>"#)
    }
    return lines
  }

  /// A curve from border to border that leaves and meets ranks straight.
  private func drawn(edge index: Int) -> [String] {
    let edge = graph.edges[index]
    var (start, end) = (layout.centres[edge.from], layout.centres[edge.to])
    let sign = layout.ranks[edge.from] <= layout.ranks[edge.to] ? 1.0 : -1.0
    start.along += sign * depth(edge.from) / 2
    end.along -= sign * depth(edge.to) / 2
    // Way there and way back of an in-place layer stand apart.
    if pairs.contains([edge.to, edge.from]) {
      start.across -= 6 * sign
      end.across -= 6 * sign
    }
    let places = [start] + layout.bends[index] + [end]
    let bands = [layout.bands[edge.from]] + layout.bendBands[index] + [layout.bands[edge.to]]
    guard bands.allSatisfy({ $0 == bands[0] }) else { return cut(edge, places, bands, sign) }
    let path = curve(places)
    var lines = [#"<path d="\#(path)" fill="none" stroke="black" marker-end="url(#arrow)"/>"#]
    if !edge.label.isEmpty {
      let next = places[1]
      let place = point(
        .init(along: (start.along + next.along) / 2, across: (start.across + next.across) / 2))
      let (x, y, anchor) =
        graph.direction.isHorizontal ? (place.x, place.y - 4, "middle") : (place.x + 5, place.y + 4, "start")
      lines.append(
        #"<text x="\#(x.svg)" y="\#(y.svg)" text-anchor="\#(anchor)">\#(edge.label.markup)</text>"#)
    }
    return lines
  }

  /// A curve through places.
  private func curve(_ places: [GraphLayout.Point]) -> String {
    var path = "M\(text(point(places[0])))"
    for (a, b) in zip(places, places.dropFirst()) {
      let middle = (a.along + b.along) / 2
      let controls = [a, b].map { point(.init(along: middle, across: $0.across)) }
      path += "C\(text(controls[0])) \(text(controls[1])) \(text(point(b)))"
    }
    return path
  }

  /// An edge that goes on in another band: its two ends, each with the name of the blob that flows there.
  private func cut(_ edge: NetGraph.Edge, _ places: [GraphLayout.Point], _ bands: [Int], _ sign: Double) -> [String] {
    let blob = graph.nodes[graph.nodes[edge.from].kind == .blob ? edge.from : edge.to].lines[0]
    let head = Array(zip(places, bands).prefix { $0.1 == bands[0] }.map(\.0))
    let last = bands[bands.count - 1]
    let tail = Array(zip(places, bands).reversed().prefix { $0.1 == last }.map(\.0).reversed())
    func border(_ band: Int, atEnd: Bool, _ across: Double) -> GraphLayout.Point {
      .init(along: atEnd ? layout.ends[band] - GraphFolding.room / 3 : GraphFolding.room / 3, across: across)
    }
    let leaves = border(bands[0], atEnd: sign > 0, head.last?.across ?? 0)
    let enters = border(last, atEnd: sign < 0, tail.first?.across ?? 0)
    return [(head + [leaves], leaves), ([enters] + tail, enters)].flatMap { places, end in
      let place = point(end)
      return [
        #"<path d="\#(curve(places))" fill="none" stroke="black" marker-end="url(#arrow)"/>"#,
        #"<text x="\#((place.x + 4).svg)" y="\#((place.y - 4).svg)" font-style="italic">\#(blob.markup)</text>"#,
      ]
    }
  }

  private func depth(_ node: Int) -> Double {
    graph.direction.isHorizontal ? sizes[node].width : sizes[node].height
  }

  private func text(_ point: Point) -> String { "\(point.x.svg) \(point.y.svg)" }
}

extension Double {
  /// With at most one decimal.
  fileprivate var svg: String {
    let tenths = Int((self * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
  }
}
