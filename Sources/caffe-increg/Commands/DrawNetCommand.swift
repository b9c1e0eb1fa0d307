import ArgumentParser
import Base
import CaffeProto
import NetIO
import NetModel
import Solver

/// Draws a net (Caffe: `python/draw_net.py`).
struct DrawNetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw_net", abstract: "Draws a net as SVG, or writes it in Graphviz's DOT.",
    discussion: """
      The format follows from the name of the file to write: .svg, or .dot, .gv or .raw for DOT. An SVG that would be wider \
      than 8000 pixels goes downwards, unless --rankdir says where; what is longer than 8000 pixels to the right or 20,000 \
      downwards is cut into rows or columns, and edges between them bear the name of their blob at both ends.
      """)

  @Argument(help: "The net's prototxt.", completion: .file())
  var source: String

  @Argument(help: "The file to write.", completion: .file())
  var target: String

  @Option(help: "Where the data flows: LR (left to right), RL, TB (top to bottom) or BT. LR, where that fits.")
  var rankdir: DrawingDirection?

  @Option(
    help: ArgumentHelp(
      "Another net of the same layers, such as a slim one: what differs is shown as before → after.",
      valueName: "prototxt"), completion: .file())
  var other: String?

  @Option(help: "TRAIN, TEST, or ALL for all layers regardless of their phase.")
  var phase = PhaseChoice.ALL

  @Flag(name: .customLong("display_lrm"), help: "Shows the learning rate multipliers of learning layers.")
  var displaysRates = false

  /// Which layers are drawn.
  enum PhaseChoice: String, ExpressibleByArgument, CaseIterable {
    case TRAIN
    case TEST
    case ALL
  }

  private enum Format { case dot, svg }

  private func format() throws -> Format {
    switch target.lastIndex(of: ".").map({ target[$0...] }) {
    case ".svg": return .svg
    case ".dot", ".gv", ".raw": return .dot
    default:
      throw ValidationError("'\(target)': the name must end in .svg, .dot, .gv or .raw; for others convert the DOT")
    }
  }

  func validate() throws {
    _ = try format()
    try checkNames(outputs: [target], inputs: [source] + [other].compactMap(\.self))
  }

  func run() throws {
    let (net, other) = (try read(source), try other.map(read))
    func graph(_ direction: DrawingDirection) -> NetGraph {
      NetGraph(net, direction: direction, showsRates: displaysRates, other: other)
    }
    let text: String
    switch try format() {
    case .dot: text = DOTWriter.text(of: graph(rankdir ?? .LR))
    case .svg:
      let isWide = rankdir == nil && SVGWriter.width(of: graph(.LR)) > SVGWriter.largest.width
      text = SVGWriter.text(of: graph(rankdir ?? (isWide ? .TB : .LR)))
    }
    try AtomicFile.write(to: target) { $0.write(text) }
    say("Drawing net to \(target)")
  }

  /// The layers of a file that are drawn.
  private func read(_ path: String) throws -> NetParameter {
    let net = try Prototxt.keptNet(path, log: .standardError)
    guard phase != .ALL else {
      RunLog.standardError.warn(ifEmpty: net.layer, of: path)
      return net
    }
    var state = net.state
    state.phase = phase == .TRAIN ? .train : .test
    let part = try net.filtered(for: state)
    RunLog.standardError.warn(ifEmpty: part.layer, of: path, in: state.phase)
    return part
  }
}

extension DrawingDirection: ExpressibleByArgument {}
