import CaffeProto
import Engine
import NetModel

/// Fits weights anew behind removed channels, without training: each consumer's weights become those with which the
/// pruned net's channels give what the original net gave there, by least squares over images of the net's own data (He
/// et al., Channel Pruning, ICCV 2017, second step; Luo et al., ThiNet, ICCV 2017). It goes in the net's order, so that
/// a consumer sees what those before it have become.
public struct Reconstruction {
  /// The fewest images: every fifth one tests the fit of the others.
  public static let fewestImages = 10
  /// The most values that a consumer may read at a position: the equations take 8 bytes for each pair of them, several
  /// times.
  static let mostInputs = 6144
  /// Ridges that are tried, as shares of the inputs' mean variance: they hold weights near what they were.
  private static let ridges: [Double] = [0, 1e-6, 1e-4, 1e-3, 1e-2, 1e-1, 1]

  /// What became of a consumer.
  public struct Step: Sendable {
    /// The layer.
    public let layer: String
    /// The samples.
    public let samples: Int
    /// Unknown weights of an output.
    public let unknowns: Int
    /// The root mean square error with the weights as they were, divided by the root mean square of the wanted outputs.
    public let errorBefore: Double
    /// The same with the fitted ones.
    public let errorAfter: Double
  }

  /// The fitted layers, in order.
  public private(set) var steps: [Step] = []
  /// Layers that stay as they are though they read removed channels, and why.
  public let left: [(layer: String, reason: String)]
  /// Normalisations whose statistics were taken anew.
  public private(set) var normalised: [String] = []
  private let visits: [Visit]
  private let nets: TwinNets
  /// The images that are looked at: those that were asked for, or all there are.
  public let images: Int
  private let seed: Int

  /// A layer to be fitted, or a normalisation.
  private struct Visit {
    let index: Int
    let consumer: Consumer?
  }

  /// Prepares a reconstruction.
  ///
  /// - Parameters:
  ///   - plan: what goes
  ///   - parameter: the net, all phases
  ///   - state: the phase that was planned
  ///   - registry: the layer types
  ///   - backend: who computes
  ///   - images: how many of the data's first images are looked at, at least ``fewestImages``; no more than there are
  ///   - seed: for the positions that are drawn
  /// - Throws: ``PruneError/noData(layer:type:)``, ``PruneError/fewImages(_:)``; what building the nets throws
  public init(
    _ plan: PrunePlan, _ parameter: NetParameter, state: NetState, registry: LayerRegistry, backend: any Backend,
    images: Int, seed: Int
  ) throws {
    let (consumers, left) = plan.consumers()
    (self.left, self.seed) = (left, seed)
    nets = try TwinNets(
      parameter, state: state, original: plan.ranking.weights, pruned: plan.masked(), registry: registry,
      backend: backend)
    self.images = min(images, nets.images ?? images)
    guard self.images >= Self.fewestImages else { throw PruneError.fewImages(self.images) }
    visits = Self.visits(nets.pruned, consumers)
  }

  /// Consumers, and normalisations behind the first consumer that follow none directly.
  private static func visits(_ net: Net, _ consumers: [Consumer]) -> [Visit] {
    var (changed, renewed): (Set<Int>, Set<Int>) = ([], [])
    return net.layers.enumerated().compactMap { index, layer in
      let consumer = consumers.first { $0.name == layer.described.name }
      guard consumer != nil || layer.described.bottom.contains(where: changed.contains) else { return nil }
      changed.formUnion(layer.described.top)
      if consumer != nil {
        if let next = net.normalisation(behind: index) { renewed.insert(next) }
      } else if !(layer.layer is any StatisticsLayer) || renewed.contains(index) {
        return nil
      }
      return Visit(index: index, consumer: consumer)
    }
  }

  /// How many layers are visited.
  public var count: Int { visits.count }

  /// Fits.
  ///
  /// - Parameter progress: gets the number of layers that are done, after each
  /// - Returns: the masked weights of all layers, with those that were fitted
  public mutating func fit(progress: (Int) -> Void = { _ in }) throws -> [String: [WeightBlob]] {
    for (number, visit) in visits.enumerated() {
      if let consumer = visit.consumer {
        steps.append(try fit(consumer, visit.index))
      } else {
        try nets.renewStatistics(ofLayer: visit.index, images: images)
        normalised.append(nets.pruned.layers[visit.index].described.name)
      }
      progress(number + 1)
    }
    let blobs = nets.pruned.layers.filter { !$0.layer.blobs.isEmpty }.map { layer in
      (layer.described.name, layer.layer.blobs.map { WeightBlob(shape: $0.shape, data: .init($0.plainData)) })
    }
    return Dictionary(blobs) { first, _ in first }
  }

  private mutating func fit(_ consumer: Consumer, _ index: Int) throws -> Step {
    let (fitted, held) = try Samples(consumer, nets, index, images: images).equations(images: images, seed: seed)
    let blobs = nets.pruned.layers[index].layer.blobs
    let (hasBias, normalisation) = (blobs.count > 1, nets.pruned.normalisation(behind: index))
    var weight = blobs[0].plainData
    var bias = hasBias ? blobs[1].plainData : [Float](repeating: 0, count: consumer.outputCount)
    var (before, after, size, samples) = (0.0, 0.0, 0.0, 0)
    for block in consumer.inputs.indices where !consumer.inputs[block].isEmpty && !consumer.outputs[block].isEmpty {
      let (places, outputs) = (consumer.places(block), consumer.outputs[block])
      let prior = places.map { Double(weight[$0]) }
      let all = fitted[block].adding(held[block])
      // A normalisation subtracts the mean, so the bias need not hold it.
      let fit = Self.best(fitted[block], held[block], all, near: prior, hasIntercept: hasBias || normalisation != nil)
      before += all.squaredError(of: .init(weights: prior, intercept: outputs.map { Double(bias[$0]) }))
      after += all.squaredError(of: fit)
      size += all.squaredOutputs
      samples += all.samples
      for (place, value) in zip(places, fit.weights) { weight[place] = Float(value) }
      for (output, value) in zip(outputs, fit.intercept) { bias[output] = Float(value) }
      guard let normalisation else { continue }
      var moments = all.moments(of: fit.weights)
      if hasBias { moments.means = zip(moments.means, fit.intercept).map { $0 + $1 } }
      nets.renewStatistics(ofLayer: normalisation, outputs, from: all.targets, to: moments)
    }
    blobs[0].setPlainData(weight)
    if hasBias { blobs[1].setPlainData(bias) }
    if let normalisation { normalised.append(nets.pruned.layers[normalisation].described.name) }
    func share(_ error: Double) -> Double { size > 0 ? (error / size).squareRoot() : 0 }
    return Step(
      layer: consumer.name, samples: samples, unknowns: consumer.width, errorBefore: share(before),
      errorAfter: share(after))
  }

  /// The fit to all samples, with the ridge that was best in a test: fits to most samples are tested on the others.
  /// Where inputs depend on each other, there is no fit without a ridge. Where no fit is better than the weights as
  /// they are, these stay.
  static func best(
    _ fitted: NormalEquations, _ held: NormalEquations, _ all: NormalEquations, near prior: [Double],
    hasIntercept: Bool
  ) -> NormalEquations.Fit {
    var least = held.squaredError(of: fitted.keeping(prior, hasIntercept: hasIntercept))
    var chosen: Double?
    for ridge in ridges {
      guard let fit = fitted.fit(ridge: ridge, near: prior, hasIntercept: hasIntercept) else { continue }
      let error = held.squaredError(of: fit)
      if error < least { (least, chosen) = (error, ridge) }
    }
    return chosen.flatMap { all.fit(ridge: $0, near: prior, hasIntercept: hasIntercept) }
      ?? all.keeping(prior, hasIntercept: hasIntercept)
  }
}
