import Base
import CaffeProto
import Layers
import NetModel

/// Where the data flows in a drawing; Graphviz's names.
enum DrawingDirection: String, CaseIterable {
  case LR
  case RL
  case TB
  case BT

  /// Whether the nodes of a chain stand side by side.
  var isHorizontal: Bool { self == .LR || self == .RL }
}

/// A net as nodes and edges, labelled and coloured as Caffe's `draw.py` does.
///
/// Every blob is one node: an in-place layer has an edge to it and one back. Two layers of the same name, as train and
/// test nets in one file have, are two nodes.
struct NetGraph {
  /// What a node stands for.
  enum Kind { case layer, blob }

  struct Node: Equatable {
    let kind: Kind
    /// Its label: a line each where the drawing is horizontal, else one line for all.
    let lines: [String]
    /// The colour, as `#RRGGBB`.
    let fill: String
  }

  struct Edge: Equatable {
    let from: Int
    let to: Int
    /// How many values go there, where the layer's settings say so.
    let label: String
  }

  /// Characters of a name that are drawn.
  private static let longestName = 200

  let name: String
  let direction: DrawingDirection
  /// In the order in which the net runs.
  private(set) var nodes: [Node] = []
  private(set) var edges: [Edge] = []
  private var blobs: [String: Int] = [:]

  /// - Parameter other: a net of the same layers, whose settings stand behind those of `net` where they differ
  init(
    _ net: NetParameter, direction: DrawingDirection, showsRates: Bool = false, other: NetParameter? = nil,
    registry: LayerRegistry = .caffe
  ) {
    let others = other.map { Dictionary($0.layer.map { ($0.name, $0) }) { first, _ in first } }
    name = net.name.isEmpty ? "Net" : net.name.printable(limit: Self.longestName)
    self.direction = direction
    for layer in net.layer {
      var label = LayerLabel(layer, showsRates: showsRates, registry: registry)
      if let others {
        label.hold(against: others[layer.name].map { LayerLabel($0, showsRates: showsRates, registry: registry) })
      }
      let bottoms = layer.bottom.map { blob($0) }
      let index = nodes.count
      let parts = label.parts.map { $0.printable(limit: Self.longestName) }
      let lines = direction.isHorizontal ? parts : [parts.joined(separator: " ")]
      nodes.append(Node(kind: .layer, lines: lines, fill: label.fill))
      edges += bottoms.map { Edge(from: $0, to: index, label: "") }
      edges += layer.top.map { Edge(from: index, to: blob($0), label: label.output) }
    }
  }

  private mutating func blob(_ name: String) -> Int {
    if let index = blobs[name] { return index }
    nodes.append(Node(kind: .blob, lines: [name.printable(limit: Self.longestName)], fill: "#E0E0E0"))
    blobs[name] = nodes.count - 1
    return nodes.count - 1
  }
}
