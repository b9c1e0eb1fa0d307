import Base
import CaffeProto
import Engine
import NetModel
import Slimming
import Solver

/// Measures a sensitivity map: the net runs on its own test data, the same images each time, with one family masked to
/// one width after the other.
public final class SensitivityRun {
  private let space: WidthSpace
  private let net: Net
  private let batches: Int
  private let sources: [any PositionedLayer]
  private let start: [DataPosition]

  /// How many widths of a family are tried at most.
  private static let widths = 8
  /// Once the net has lost this share of its accuracy, nothing narrower is tried.
  private static let hopeless = 0.5

  /// The images that are run.
  public let images: Int

  /// Builds the net and gives it its weights.
  ///
  /// - Parameters:
  ///   - space: the widths that the net may have
  ///   - images: how many, rounded up to whole batches, but no more batches than the data has
  ///   - state: the part of the net
  ///   - registry: the layer types
  ///   - backend: who computes
  /// - Throws: `PruneError` where there are no data, ``BudgetError`` where there is no accuracy; what building a net throws
  public init(_ space: WidthSpace, images: Int, state: NetState, registry: LayerRegistry, backend: any Backend) throws {
    let described = space.ranking.net
    let outputs = described.outputs.map { described.blobs[$0].name }
    guard outputs.contains(where: \.isAccuracy) else { throw BudgetError.noAccuracy(outputs: outputs) }
    self.space = space
    let data = try DataNet(
      described.parameter, state: state, weights: space.ranking.weights, registry: registry, backend: backend,
      use: .inference)
    net = data.net
    batches = data.batches(for: images)
    self.images = batches * data.batch
    sources = net.layers.compactMap { $0.layer as? any PositionedLayer }
    start = sources.map(\.position)
  }

  private func set(_ layer: String, _ weights: [String: [WeightBlob]]) {
    for (blob, weight) in zip(net.layer(layer)?.layer.blobs ?? [], weights[layer] ?? []) {
      blob.setPlainData(Array(weight.data))
    }
  }

  /// The accuracy with the weights as they are now.
  private func accuracy() throws -> Double {
    for (source, position) in zip(sources, start) { source.position = position }
    return try net.outputMeans(batches: batches).accuracy ?? 0
  }

  /// Measures all families.
  ///
  /// - Parameters:
  ///   - identity: what tells the net with its weights from others
  ///   - importance: what says which channels go first
  ///   - progress: gets how many families are done, and of how many
  public func measure(
    identity: String, importance: String, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> SensitivityMap {
    let base = try accuracy()
    guard base > 0 else { throw BudgetError.noBase(accuracy: base) }
    let families = try space.rungs.indices.map { family in
      progress(family, space.rungs.count)
      return SensitivityMap.Family(
        makers: space.ranking.makers(space.ranking.survey.families[family]), channels: space.ladders[family].channels,
        points: try points(family, base))
    }
    progress(space.rungs.count, space.rungs.count)
    return SensitivityMap(
      identity: identity, importance: importance, images: images, accuracy: base, families: families)
  }

  private func points(_ family: Int, _ base: Double) throws -> [SensitivityMap.Point] {
    let all = space.rungs[family].indices.dropFirst()
    let stride = max(1, (all.count + Self.widths - 1) / Self.widths)
    // The narrowest width is among them, so that the curve has an end.
    let tried = all.filter { ($0 - 1) % stride == stride - 1 || $0 == all.last }
    var (points, isHopeless): ([SensitivityMap.Point], Bool) = ([], false)
    for rung in tried {
      let accuracy = isHopeless ? nil : try accuracy(family, rung)
      points.append(.init(width: space.width(family, rung), accuracy: accuracy))
      if let accuracy, base - accuracy > Self.hopeless * base { isHopeless = true }
    }
    return points
  }

  /// The accuracy with one family on a rung.
  private func accuracy(_ family: Int, _ rung: Int) throws -> Double {
    let masked = space.plan(space.whole.moved(family, to: rung, in: space)).masked()
    let layers = space.layers[family].map { space.ranking.net.layers[$0].name }
    for layer in layers { set(layer, masked) }
    defer { for layer in layers { set(layer, space.ranking.weights) } }
    return try accuracy()
  }
}

extension OutputMeans {
  /// The smallest of the accuracies, which is top-1 where a net has top-1 and top-5; nil where it has none.
  public var accuracy: Double? {
    outputs.filter(\.name.isAccuracy).flatMap(\.values).min().map(Double.init)
  }
}
