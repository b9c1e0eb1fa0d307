import ArgumentParser
import Base
import CaffeProto
import NetIO
import NetModel

/// Draws a net (Caffe: `python/draw_net.py`).
struct DrawNetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw_net", abstract: "Draws a net as SVG, or writes it in Graphviz's DOT.",
    discussion: "The format follows from the name of the file to write: .svg, or .dot, .gv or .raw for DOT.")

  @Argument(help: "The net's prototxt.", completion: .file())
  var source: String

  @Argument(help: "The file to write.", completion: .file())
  var target: String

  @Option(help: "Where the data flows: LR (left to right), RL, TB (top to bottom) or BT.")
  var rankdir = DrawingDirection.LR

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
      throw ValidationError("\(target): the name must end in .svg, .dot, .gv or .raw; for others convert the DOT")
    }
  }

  func validate() throws { _ = try format() }

  func run() throws {
    var net = try Prototxt.keptNet(source, log: .standardError)
    if phase != .ALL {
      var state = net.state
      state.phase = phase == .TRAIN ? .train : .test
      net = try net.filtered(for: state)
    }
    let graph = NetGraph(net, direction: rankdir, showsRates: displaysRates)
    let text =
      switch try format() {
      case .dot: DOTWriter.text(of: graph)
      case .svg: SVGWriter.text(of: graph)
      }
    try AtomicFile.write(to: target) { $0.write(text) }
    say("Drawing net to \(target)")
  }
}

extension DrawingDirection: ExpressibleByArgument {}
