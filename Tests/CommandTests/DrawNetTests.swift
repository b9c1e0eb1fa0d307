import CaffeProto
import Testing
import TestSupport

@testable import caffe_increg

@Suite struct DrawNetTests {
  private static let text = """
    name: "tiny"
    layer { name: "d|1" type: "Data" top: "x" data_param { batch_size: 64 } include { phase: TRAIN } }
    layer { name: "c" type: "Convolution" bottom: "x" top: "y"
      convolution_param { num_output: 20 kernel_size: 5 pad: 2 }
      param { lr_mult: 1 } param { lr_mult: 2 } }
    layer { name: "r" type: "ReLU" bottom: "y" top: "y" }
    layer { name: "p" type: "Pooling" bottom: "y" top: "z" pooling_param { pool: AVE kernel_size: 3 stride: 2 } }
    layer { name: "sum" type: "Eltwise" bottom: "x" bottom: "z" top: "s" }
    """

  @Test func dot() throws {
    // The labels, colours and edge labels are those of Caffe's draw.py, read from its source.
    let graph = NetGraph(try NetParameter(text: Self.text), direction: .LR, showsRates: true)
    let expected = #"""
      digraph "tiny" {
      rankdir=LR;
      n0 [label="d\|1\n(Data)", shape=record, style=filled, fillcolor="#6495ED"];
      n1 [label="x", shape=octagon, style=filled, fillcolor="#E0E0E0"];
      n2 [label="c\n(Convolution)\nkernel size: 5\nstride: 1\npad: 2\nlr mult: 1.0, 2.0", shape=record, style=filled, fillcolor="#FF5050"];
      n3 [label="y", shape=octagon, style=filled, fillcolor="#E0E0E0"];
      n4 [label="r\n(ReLU)", shape=record, style=filled, fillcolor="#90EE90"];
      n5 [label="p\n(Pooling AVE)\nkernel size: 3\nstride: 2\npad: 0", shape=record, style=filled, fillcolor="#FF9900"];
      n6 [label="z", shape=octagon, style=filled, fillcolor="#E0E0E0"];
      n7 [label="sum\n(Eltwise)", shape=record, style=filled, fillcolor="#6495ED"];
      n8 [label="s", shape=octagon, style=filled, fillcolor="#E0E0E0"];
      n0 -> n1 [label="Batch 64"];
      n1 -> n2;
      n2 -> n3 [label="20"];
      n3 -> n4;
      n4 -> n3;
      n3 -> n5;
      n5 -> n6;
      n1 -> n7;
      n6 -> n7;
      n7 -> n8;
      }

      """#
    #expect(DOTWriter.text(of: graph) == expected)
  }

  @Test func verticalLabelsAreOneLine() throws {
    let net = try NetParameter(text: Self.text)
    #expect(NetGraph(net, direction: .TB).nodes[2].lines == ["c (Convolution) kernel size: 5 stride: 1 pad: 2"])
  }

  @Test func ranksFollowTheFlowAndNothingOverlaps() throws {
    var net = NetParameter()
    // A ladder with long rungs, in-place layers and one blob with many readers.
    for index in 0..<30 {
      net.layer.append(
        .with {
          ($0.name, $0.type, $0.bottom, $0.top) = (
            "l\(index)", "Eltwise", ["b\(index)", "b\(index / 3)"], ["b\(index + 1)"]
          )
        })
      net.layer.append(
        .with { ($0.name, $0.type, $0.bottom, $0.top) = ("r\(index)", "ReLU", ["b\(index + 1)"], ["b\(index + 1)"]) })
    }
    let graph = NetGraph(net, direction: .TB)
    let size = GraphLayout.Point(along: 20, across: 50)
    let layout = GraphLayout(
      sizes: graph.nodes.map { _ in size }, edges: graph.edges.map { ($0.from, $0.to) },
      gap: .init(along: 30, across: 10))
    for edge in graph.edges where edge.from < edge.to {
      #expect(layout.centres[edge.to].along >= layout.centres[edge.from].along + 50)
    }
    for a in layout.centres.indices {
      for b in layout.centres.indices where a < b && layout.centres[a].along == layout.centres[b].along {
        #expect(abs(layout.centres[a].across - layout.centres[b].across) >= 59.99)
      }
    }
    let ends = layout.centres.map(\.across)
    #expect((ends.min() ?? 0) >= 25 && (ends.max() ?? 0) <= layout.extent.across - 25)
  }

  @Test(arguments: DrawingDirection.allCases)
  func svg(_ direction: DrawingDirection) throws {
    var net = try NetParameter(text: Self.text)
    net.name = "<&>"
    let svg = SVGWriter.text(of: NetGraph(net, direction: direction))
    #expect(svg.hasPrefix("<svg xmlns=") && svg.hasSuffix("</svg>\n") && svg.contains("<title>&lt;&amp;&gt;</title>"))
    // Background and five layers, four blobs, ten edges and the arrow's head.
    #expect(svg.split(separator: "<rect").count - 1 == 6)
    #expect(svg.split(separator: "<polygon").count - 1 == 4)
    #expect(svg.split(separator: "<path").count - 1 == 11)
    #expect(svg.contains(##"fill="#90EE90""##) && svg.contains(">Batch 64</text>") && svg.contains(">20</text>"))
  }

  @Test func command() throws {
    let folder = try TemporaryFolder()
    try writeText(Self.text, to: folder("net.prototxt"))
    let command = try DrawNetCommand.parse([folder("net.prototxt"), folder("net.gv"), "--phase", "TEST"])
    try command.run()
    // The data layer is for training only.
    let drawn = try readText(folder("net.gv"))
    #expect(drawn.hasPrefix("digraph \"tiny\" {\nrankdir=LR;\n") && !drawn.contains("Data"))
    #expect(throws: (any Error).self) { try DrawNetCommand.parse(["net.prototxt", "net.png"]) }
  }
}

/// Drawings of long nets, and of two nets in one.
@Suite struct LongDrawingTests {
  /// A chain with a shortcut over every three layers, as residual nets have them.
  private func chain(_ blocks: Int, channels: Int = 64) -> NetParameter {
    var net = NetParameter()
    var last = "data"
    for block in 0..<blocks {
      let start = last
      for part in ["a", "b", "c"] {
        let name = "res\(block)_branch2\(part)"
        net.layer.append(
          .with {
            ($0.name, $0.type, $0.bottom, $0.top) = (name, "Convolution", [last], [name])
            $0.convolutionParam.numOutput = channels
            $0.convolutionParam.kernelSize = [3]
          })
        for type in ["BatchNorm", "Scale", "ReLU"] {
          net.layer.append(
            .with {
              ($0.name, $0.type, $0.bottom, $0.top) = ("\(type.lowercased())\(block)\(part)", type, [name], [name])
            })
        }
        last = name
      }
      let sum = "res\(block)"
      net.layer.append(.with { ($0.name, $0.type, $0.bottom, $0.top) = (sum, "Eltwise", [start, last], [sum]) })
      last = sum
    }
    return net
  }

  private func size(_ svg: String) throws -> (width: Double, height: Double) {
    let match = try #require(svg.firstMatch(of: /width="([\d.]+)" height="([\d.]+)"/))
    return (try #require(Double(match.1)), try #require(Double(match.2)))
  }

  /// As many layers as ResNet-50 has, downwards; to the right they are folded.
  @Test(arguments: DrawingDirection.allCases)
  func aLongNetFitsOnPaper(_ direction: DrawingDirection) throws {
    let net = chain(16)
    let svg = SVGWriter.text(of: NetGraph(net, direction: direction))
    let size = try size(svg)
    #expect(size.width <= 8000 && size.height <= 20_000, "\(size)")
    // Everything is there once, inside of the paper.
    #expect(svg.split(separator: "<rect").count - 1 == net.layer.count + 1)
    for match in svg.matches(of: /<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"/) {
      let (x, y) = (Double(match.1) ?? -1, Double(match.2) ?? -1)
      #expect(x >= 0 && y >= 0 && x + (Double(match.3) ?? 0) <= size.width && y + (Double(match.4) ?? 0) <= size.height)
    }
    for layer in net.layer { #expect(svg.contains(">\(layer.name)<") || svg.contains(">\(layer.name) (")) }
    // What is cut bears its blob's name at both ends.
    let names = svg.matches(of: /font-style="italic">([^<]*)</).map { String($0.1) }
    #expect(direction.isHorizontal == !names.isEmpty && names.count % 2 == 0)
    guard direction == .LR else { return }
    let places = svg.matches(of: /<text x="([\d.]+)" y="[\d.]+" font-style="italic"/).compactMap { Double($0.1) }
    // The chain leaves a row at its right and enters the next one at its left.
    for pair in 0..<places.count / 2 { #expect(places[2 * pair] > 3000 && places[2 * pair + 1] < 100) }
  }

  @Test func theCommandGoesDownwardsByItself() throws {
    let folder = try TemporaryFolder()
    try writeText(try chain(16).text(), to: folder("net.prototxt"))
    try writeText(try chain(1).text(), to: folder("short.prototxt"))
    for (net, isTall) in [("net", true), ("short", false)] {
      try DrawNetCommand.parse([folder("\(net).prototxt"), folder("\(net).svg")]).run()
      let size = try size(readText(folder("\(net).svg")))
      #expect((size.height > size.width) == isTall, "\(size)")
      #expect(size.width <= 8000 && size.height <= 20_000)
    }
  }

  @Test func twoNetsInOne() throws {
    var slim = chain(2)
    slim.layer[0].convolutionParam.numOutput = 24
    slim.layer[4].convolutionParam.kernelSize = [1]
    slim.layer.removeAll { $0.name == "relu1c" }
    let graph = NetGraph(chain(2), direction: .LR, other: slim)
    #expect(
      graph.edges.filter { $0.label == "64 → 24" }.count == 1 && graph.edges.filter { $0.label == "64" }.count == 5)
    #expect(graph.nodes.filter { $0.lines.contains("kernel size: 3 → 1") }.count == 1)
    #expect(graph.nodes.filter { $0.lines.contains("(not in the other net)") }.map { $0.lines[0] } == ["relu1c"])
    #expect(NetGraph(chain(2), direction: .LR, other: chain(2)).nodes == NetGraph(chain(2), direction: .LR).nodes)
  }

  /// Every layer reads the first blob, too: points of edges stay near their ends, so there are not as many as the
  /// square of the layers.
  @Test func longEdgesTakeFewPoints() {
    let edges = (1..<4000).flatMap { [(from: $0 - 1, to: $0), (from: 0, to: $0)] }
    let layout = GraphLayout(
      sizes: Array(repeating: .init(along: 10, across: 10), count: 4000), edges: edges,
      gap: .init(along: 10, across: 10))
    #expect(layout.bends.reduce(0) { $0 + $1.count } < 33 * edges.count)
  }
}
