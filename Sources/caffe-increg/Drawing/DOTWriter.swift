/// Writes a net's graph in Graphviz's DOT language.
enum DOTWriter {
  static func text(of graph: NetGraph) -> String {
    var lines = ["digraph \(quoted(graph.name)) {", "rankdir=\(graph.direction.rawValue);"]
    for (index, node) in graph.nodes.enumerated() {
      let (shape, label) =
        switch node.kind {
        case .layer: ("record", node.lines.map(record).joined(separator: "\\n"))
        case .blob: ("octagon", node.lines.map(escaped).joined(separator: "\\n"))
        }
      lines.append("n\(index) [label=\"\(label)\", shape=\(shape), style=filled, fillcolor=\"\(node.fill)\"];")
    }
    for edge in graph.edges {
      let label = edge.label.isEmpty ? "" : " [label=\(quoted(edge.label))]"
      lines.append("n\(edge.from) -> n\(edge.to)\(label);")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  private static func escaped(_ text: String) -> String { escaping(text, "\"\\") }

  /// In records these divide the node into fields.
  private static func record(_ text: String) -> String { escaping(text, "\"\\{}|<>") }

  private static func escaping(_ text: String, _ special: String) -> String {
    String(text.flatMap { special.contains($0) ? ["\\", $0] : [$0] })
  }
}
