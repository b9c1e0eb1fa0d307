import Base
import NetModel
import Slimming

/// What a net costs before and after slimming, layer by layer: as `plan` says it beforehand and `slim` afterwards.
struct CostReport: Encodable {
  /// A layer with parameters, or one that takes time.
  struct Layer: Encodable {
    let layer: String
    let channels: Change<Int>
    let parameters: Change<Int>
    let multiplyAdds: Change<Int>
    /// Of one forward pass; nil where nothing was measured.
    let milliseconds: Change<Double>?
  }

  /// By layer, in the net's order.
  let layers: [Layer]
  let parameters: Change<Int>
  /// Of one item of a batch.
  let multiplyAdds: Change<Int>
  /// Of the values of all parameters.
  let bytes: Change<Int>
  /// Of one forward pass over a batch; nil where nothing was measured.
  let milliseconds: Change<Double>?

  /// - Parameters:
  ///   - masked: before
  ///   - slim: after
  ///   - times: of a layer by position, and of the whole net last
  init(_ masked: NetDescription, _ slim: NetDescription, times: [Change<Double>]? = nil) {
    let (before, after) = (masked.cost, slim.cost)
    layers = masked.layers.enumerated().compactMap { index, layer in
      guard !layer.blobs.isEmpty else { return nil }
      return Layer(
        layer: layer.name,
        channels: Change(
          before: layer.topShapes.first?.legacy(1) ?? 0, after: slim.layers[index].topShapes.first?.legacy(1) ?? 0),
        parameters: Change(before: before.parameters[index], after: after.parameters[index]),
        multiplyAdds: Change(before: before.multiplyAdds[index], after: after.multiplyAdds[index]),
        milliseconds: times?[index])
    }
    parameters = Change(before: before.totalParameters, after: after.totalParameters)
    multiplyAdds = Change(before: before.totalMultiplyAdds, after: after.totalMultiplyAdds)
    let stride = MemoryLayout<Float>.stride
    bytes = Change(before: parameters.before * stride, after: parameters.after * stride)
    milliseconds = times?.last
  }

  /// The table, and a line of the totals' bytes and times.
  var lines: [String] {
    let isTimed = milliseconds != nil
    var table = TextTable(
      ["layer", "channels", "parameters", "multiply-adds"] + (isTimed ? ["ms"] : []), numbers: [1, 2, 3, 4])
    func row(
      _ name: String, _ channels: String, _ parameters: Change<Int>, _ work: Change<Int>, _ time: Change<Double>?
    ) {
      table.add(
        [name, channels, parameters.text { "\($0)" }, work.text { "\($0)" }]
          + (isTimed ? [time?.text { $0.fixed(3) } ?? ""] : []))
    }
    for layer in layers {
      row(
        layer.layer, layer.channels.text { "\($0)" }, layer.parameters, layer.multiplyAdds, layer.milliseconds)
    }
    if isTimed {
      let own = layers.compactMap(\.milliseconds)
      let others = milliseconds.map { all in
        Change(
          before: own.reduce(all.before) { $0 - $1.before }, after: own.reduce(all.after) { $0 - $1.after })
      }
      table.add(["others", "", "", "", others?.text { $0.fixed(3) } ?? ""])
    }
    row("total", "", parameters, multiplyAdds, milliseconds)
    return table.lines + ["bytes of the parameters: \(bytes.text { "\($0)" })"]
  }
}
