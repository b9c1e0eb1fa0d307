import Base
import Budgets
import CaffeProto
import NetModel
import Slimming

/// What `time --table` prints: layer times at the widths from which plans for a latency begin.
struct TimeTable {
  private let table: LatencyTable

  /// Measures what earlier runs have not.
  init(_ net: NetDescription, _ run: RunOptions, batch: Int?, registry: LayerRegistry, _ log: RunLog) throws {
    let space = try WidthSpace(PruneRanking(ofShapes: net), registry: registry)
    table = try LatencyTable(space, run, state: net.parameter.state, batch: batch, log)
    try table.fill()
  }

  /// A line for each layer and width.
  var lines: [String] {
    let space = table.space
    var text = TextTable(["layer", "channels read", "channels made", "ms"], numbers: [1, 2, 3])
    for (layer, described) in space.ranking.net.layers.enumerated() {
      var seen: Set<LayerWidths> = []
      for point in space.corners {
        let widths = space.channels(of: layer, at: point)
        let time = table.cost(of: layer, widths)
        guard time > 0, seen.insert(widths).inserted else { continue }
        text.add(
          [described.name] + [widths.bottom, widths.top].map { "\($0.reduce(0, +))" } + [time.fixed(4)])
      }
    }
    return text.lines + (table.isNoisy ? ["the machine was busy: some of the times are noisy"] : [])
  }
}
