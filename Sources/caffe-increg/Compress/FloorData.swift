import Base
import Budgets
import CaffeProto
import Engine
import Layers
import NetModel
import Slimming
import Solver

/// A net's test data in two parts: the first serves decisions, which are the map of sensitivities, the fitting of weights,
/// whether a plan is made anew, and which net is taken; the second only the verdict.
struct FloorData {
  /// Images of a batch.
  let batch: Int
  /// Batches of the first part.
  let chosen: Int
  /// Batches of the second; 0 where there are too few for two parts.
  let judged: Int
  private let state: NetState
  private let backend: any Backend

  /// Looks how much data a net has.
  ///
  /// - Parameter usual: the batches to test with where the data does not say how much it is
  /// - Throws: `PruneError` where there are no data, `BudgetError` where there is no accuracy
  init(_ net: NetDescription, _ weights: [String: [WeightBlob]], usual: Int?, on backend: any Backend) throws {
    let outputs = net.outputs.map { net.blobs[$0].name }
    guard outputs.contains(where: \.isAccuracy) else { throw BudgetError.noAccuracy(outputs: outputs) }
    (state, self.backend) = (net.parameter.state, backend)
    let running = try Self.run(net.parameter, weights, state, backend)
    let sources = running.layers.compactMap { $0.layer as? any SampledLayer }
    batch = sources.first?.batch ?? net.blobs.first?.shape.dims.first ?? 1
    let counted = sources.compactMap { source in source.samples.map { $0 / max(1, source.batch) } }.min()
    let batches = max(1, counted ?? usual ?? 1)
    (chosen, judged) = batches > 1 ? (batches / 2, batches - batches / 2) : (1, 0)
  }

  private static func run(
    _ net: NetParameter, _ weights: [String: [WeightBlob]], _ state: NetState, _ backend: any Backend
  ) throws -> Net {
    try DataNet(net, state: state, weights: weights, registry: .caffe, backend: backend, use: .inference).net
  }

  /// The images by which decisions are made.
  var chosenImages: Int { chosen * batch }

  /// What the verdict is made on.
  var judgedImages: String {
    judged > 0
      ? "\(judged * batch) test images that nothing was chosen by"
      : "the \(chosenImages) test images by which it was chosen, as there are too few for two parts"
  }

  /// The accuracies of a net with the same data layers.
  func score(
    _ net: NetParameter, _ weights: [String: [WeightBlob]], progress: ProgressLine
  ) throws -> CompressState.Scores {
    let running = try Self.run(net, weights, state, backend)
    defer { progress.clear() }
    let accuracies = try [chosen, judged].enumerated().map { part, count in
      try running.outputMeans(batches: count) {
        progress.update((part == 0 ? 0 : chosen) + $0, of: chosen + judged)
      }.accuracy
    }
    let first = accuracies[0] ?? 0
    return CompressState.Scores(chosen: first, judged: accuracies[1] ?? first)
  }
}
