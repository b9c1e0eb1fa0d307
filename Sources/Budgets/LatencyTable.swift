import Base
import CaffeProto
import Engine
import NetModel
import Slimming

/// Where measured times are kept, so that a machine measures each layer once.
public protocol TimeRecord: AnyObject {
  /// What was kept for all keys that begin with `beginning`, by the rest of the key.
  func outcomes(beginning: String) -> [String: String]
  /// Keeps an outcome; neither text contains tabs or line breaks.
  func keep(_ outcome: String, for key: String)
}

/// Layer times by widths, measured on this machine: of every layer where it stands in its net, with its epilogues, in
/// the layouts that its neighbours leave it.
public final class LatencyTable: WidthCost {
  /// The widths of the net.
  public let space: WidthSpace
  private let state: NetState
  private let batch: Int?
  private let backend: any Backend
  private let record: (any TimeRecord)?
  private let sitting: Sitting
  private let progress: (String, Int, Int) -> Void
  private var curves: [String: LatencyCurve] = [:]
  /// Per layer, what the curves give; emptied when a curve changes.
  private var known: [[LayerWidths: Double]]
  /// Per layer of the net, the name of its curve; nil where it never runs.
  private var curveOfLayer: [String?]
  /// The time of what runs, but is no layer of the net, such as splits.
  public private(set) var constant = 0.0
  /// The whole net, ready to run.
  private let whole: NetTiming
  /// Whether times scatter too much to rely on: those of the last plan that was measured beside the whole net, or else
  /// those of any point.
  public private(set) var isNoisy = false

  /// Builds the whole net; nothing is measured yet.
  ///
  /// - Parameters:
  ///   - state: the part of the net
  ///   - batch: the items of a batch; nil for the net's own
  ///   - record: what earlier runs have measured
  ///   - progress: gets a name, how much is done, and of what
  public init(
    _ space: WidthSpace, state: NetState, batch: Int?, backend: any Backend, record: (any TimeRecord)? = nil,
    sitting: Sitting = Sitting(), progress: @escaping (String, Int, Int) -> Void = { _, _, _ in }
  ) throws {
    (self.space, self.state, self.batch, self.backend) = (space, state, batch, backend)
    (self.record, self.sitting, self.progress) = (record, sitting, progress)
    let net = space.ranking.net
    whole = try NetTiming(net.parameter, state: state, batch: batch, registry: space.registry, backend: backend)
    curveOfLayer = net.layers.map { _ in nil }
    known = net.layers.map { _ in [:] }
    for piece in whole.pieces {
      for (part, name) in piece.layers.enumerated() {
        guard let layer = net.index(ofLayer: name) else { continue }
        let curve = try signature(layer, part, of: piece)
        curveOfLayer[layer] = curve
        if curves[curve] == nil { curves[curve] = recorded(curve, whole: place(layer, space.whole)) }
      }
    }
  }

  private func recorded(_ name: String, whole: LatencyCurve.Point) -> LatencyCurve {
    var times: [LatencyCurve.Point: Double] = [:]
    for (place, time) in record?.outcomes(beginning: name + " at ") ?? [:] {
      let numbers = place.split(separator: " ").compactMap { Int($0) }
      guard numbers.count == 2, let time = Double(time) else { continue }
      times[.init(bottom: numbers[0], top: numbers[1])] = time
    }
    var curve = LatencyCurve(whole: whole)
    curve.add(times)
    return curve
  }

  /// A layer's time at other widths, in milliseconds.
  public func cost(of layer: Int, _ widths: LayerWidths) -> Double {
    guard let name = curveOfLayer[layer] else { return 0 }
    if let time = known[layer][widths] { return time }
    let time = curves[name]?.milliseconds(at: Self.place(widths)) ?? 0
    known[layer][widths] = time
    return time
  }

  /// Measures what is not known yet: the diagonal, on which all families have the same share of their width, and the
  /// corners, at which some families have their whole width and their neighbours are narrow.
  public func fill() throws {
    let points = space.corners
    for (index, point) in points.enumerated() {
      progress("table", index, points.count)
      if index == 0 || !isKnown(point) { try measure(point, besideWhole: false, Self.quickly(sitting)) }
    }
    progress("table", points.count, points.count)
  }

  /// A sitting for a point of the table, of which there are many: it may not take long.
  private static func quickly(_ sitting: Sitting) -> Sitting {
    var sitting = sitting
    sitting.patience = min(sitting.patience, 5_000)
    return sitting
  }

  /// Measures the net at a point, and the whole one beside it; the table knows both from then on.
  public func measure(_ point: WidthSpace.Point) throws { try measure(point, besideWhole: true, sitting) }

  private func measure(_ point: WidthSpace.Point, besideWhole: Bool, _ sitting: Sitting) throws {
    if besideWhole { isNoisy = false }
    var timed = besideWhole || point == space.whole ? [(net: whole, point: space.whole)] : []
    if point != space.whole {
      let net = try NetTiming(
        space.net(at: point), state: state, batch: batch, registry: space.registry, backend: backend)
      timed.append((net, point))
    }
    let series = try NetTiming.measure(timed.map(\.net), sitting)
    for ((net, point), series) in zip(timed, series) {
      isNoisy = isNoisy || series.isNoisy
      learn(net, series, at: point)
    }
    known = known.map { _ in [:] }
  }

  private func learn(_ timing: NetTiming, _ series: [Series], at point: WidthSpace.Point) {
    if point == space.whole {
      constant = zip(timing.pieces, series).reduce(0) {
        space.ranking.net.index(ofLayer: $1.0.layers[0]) == nil ? $0 + $1.1.estimate : $0
      }
    }
    let own = Dictionary(zip(timing.pieces.map { $0.layers[0] }, series)) { first, _ in first }
    // Equal layers take the same time, so their times are joined.
    var seen: [String: [LatencyCurve.Point: [Series?]]] = [:]
    for (layer, curve) in curveOfLayer.enumerated() {
      guard let curve else { continue }
      seen[curve, default: [:]][place(layer, point), default: []].append(own[space.ranking.net.layers[layer].name])
    }
    for (name, places) in seen {
      var times: [LatencyCurve.Point: Double] = [:]
      for (place, series) in places {
        let time = series.reduce(0) { $0 + ($1?.estimate ?? 0) } / Double(series.count)
        times[place] = time
        guard curves[name]?.times[place] == nil, series.allSatisfy({ $0?.isNoisy != true }) else { continue }
        record?.keep("\(time)", for: "\(name) at \(place.bottom) \(place.top)")
      }
      curves[name]?.add(times)
    }
  }

  /// Whether most layers' times at a point are known: those that were noisy are not worth another sitting.
  private func isKnown(_ point: WidthSpace.Point) -> Bool {
    let known = curveOfLayer.enumerated().compactMap { layer, curve in
      curve.map { curves[$0]?.times[place(layer, point)] != nil }
    }
    return 5 * known.count { $0 } >= 4 * known.count
  }

  private func place(_ layer: Int, _ point: WidthSpace.Point) -> LatencyCurve.Point {
    Self.place(space.channels(of: layer, at: point))
  }

  private static func place(_ widths: LayerWidths) -> LatencyCurve.Point {
    .init(bottom: widths.bottom.reduce(0, +), top: widths.top.reduce(0, +))
  }

  /// All that a layer's time depends on but widths.
  private func signature(_ layer: Int, _ part: Int, of piece: NetTiming.Piece) throws -> String {
    let described = space.ranking.net.layers[layer]
    var message = described.parameter
    (message.name, message.bottom, message.top, message.param, message.blobs) = ("", [], [], [], [])
    (message.include, message.exclude) = ([], [])
    let shapes = [described.bottomShapes, described.topShapes].map { shapes in
      shapes.map { $0.dims.enumerated().map { "\($0 == 0 ? batch ?? $1 : $1)" }.joined(separator: "x") }
        .joined(separator: ",")
    }
    let text = try message.text().split { $0 == "\n" || $0 == " " || $0 == "\t" }.joined(separator: " ")
    return
      "\(backend.name) threads \(DNNLBackend.threads) \(part) of \(piece.types.joined(separator: "+")): \(text) \(shapes.joined(separator: " -> "))"
  }
}
