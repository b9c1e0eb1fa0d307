import Base
import CaffeProto
import Engine
import NetModel

/// How two nets are compared: on `inputs`, values by the input blob's name, and else on random ones, uniform in [0, 1)
/// where gradients could flow, 0 for labels. Data layers are replaced by inputs of the same shapes, so no data source
/// is read beyond its first record.
public struct ComparisonRun {
  /// The part of the nets that runs.
  public var state: NetState
  /// The layer types.
  public var registry: LayerRegistry
  /// What computes.
  public var backend: any Backend
  /// Values and shapes of inputs.
  public var inputs: [String: Comparison.Values] = [:]
  /// For random inputs.
  public var seed = 1
  /// How many times both nets are run.
  public var batches = 2
  /// A larger batch is cut to as many items, where all inputs have it and the net allows it; nil leaves all.
  public var items: Int?

  /// A run on random inputs.
  public init(state: NetState, registry: LayerRegistry, backend: any Backend) {
    (self.state, self.registry, self.backend) = (state, registry, backend)
  }

  /// Runs both nets.
  ///
  /// - Parameter progress: gets the number of batches that are done, after each
  /// - Throws: ``NetError`` where a net cannot be built; ``SlimError`` where the nets' inputs are not the same, or
  ///   `inputs` names none of them
  public func compare(_ a: Comparison.Side, _ b: Comparison.Side, progress: (Int) -> Void = { _ in }) throws
    -> Comparison
  {
    let (first, second) = (try running(a), try running(b))
    for name in inputs.keys.sorted() where !first.inputs.contains(name) {
      throw SlimError.noInput(name, known: first.inputs)
    }
    let random = RandomSource(seed: seed)
    let outputs = Set(first.net.outputs.map(\.name))
    let pairs = first.net.blobs.compactMap { blob -> (Blob, Blob)? in
      guard let other = second.net.blob(blob.name), other.shape == blob.shape, !first.inputs.contains(blob.name)
      else { return nil }
      return (blob, other)
    }
    var differences = pairs.map { BlobDifference(name: $0.0.name) }
    var agreement = Top1Agreement()
    for batch in 0..<batches {
      try feed(first, second, random)
      try first.net.forward()
      try second.net.forward()
      for (index, (blob, other)) in pairs.enumerated() {
        let (x, y) = (blob.plainData, other.plainData)
        differences[index].add(x, y)
        if outputs.contains(blob.name) || first.scores.contains(blob.name) { agreement.add(x, y, shape: blob.shape) }
      }
      progress(batch + 1)
    }
    let blobs = differences.map(\.difference)
    return Comparison(
      blobs: blobs, outputs: blobs.filter { outputs.contains($0.blob) }, top1Agreement: agreement.share,
      undefined: differences.first { $0.isUndefined }?.name, batches: batches)
  }

  /// Gives both nets the same inputs.
  private func feed(_ first: RunningSide, _ second: RunningSide, _ random: RandomSource) throws {
    for name in first.inputs {
      guard let blob = first.net.blob(name), let other = second.net.blob(name), blob.shape == other.shape else {
        throw SlimError.inputs(
          blob: name, expected: first.net.blob(name)?.shape, got: second.net.blob(name)?.shape)
      }
      let values =
        inputs[name]?.values
        ?? (first.labels.contains(name)
          ? [Float](repeating: 0, count: blob.count) : (0..<blob.count).map { _ in random.uniform() })
      guard values.count == blob.count else {
        throw SlimError.inputs(blob: name, expected: blob.shape, got: Shape([values.count]))
      }
      blob.setPlainData(values)
      other.setPlainData(values)
    }
  }
}
