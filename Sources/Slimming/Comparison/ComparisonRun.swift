import Base
import CaffeProto
import Engine
import NetModel

/// How two nets are compared. Inputs have the values in `inputs`; the others have random values, uniform in [0, 1)
/// where gradients could flow, and 0 for labels. Data layers are replaced by inputs of the same shapes, so no data
/// source is read beyond its first record.
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
  /// The most items of a batch. A larger batch is cut, if all inputs have the same and the net allows it; nil cuts
  /// none.
  public var items: Int?

  /// A run on random inputs.
  public init(state: NetState, registry: LayerRegistry, backend: any Backend) {
    (self.state, self.registry, self.backend) = (state, registry, backend)
  }

  /// Runs both nets. Inputs that both have get the same values; where these differ only in the batch, the larger batch
  /// is cut.
  ///
  /// - Parameters:
  ///   - a: one net
  ///   - b: the other net
  ///   - progress: gets the number of batches that are done, after each
  /// - Throws: `NetError` where a net cannot be built; ``SlimError`` where the nets have no input in common, or an input of
  ///   both has not the same shape; ``SlimError/given(_:)`` instead where values are given
  public func compare(_ a: Comparison.Side, _ b: Comparison.Side, progress: (Int) -> Void = { _ in }) throws
    -> Comparison
  {
    try onInputs { try compareAlike(a, b, progress) }
  }

  /// Runs `body`, in which a net gets the given inputs.
  ///
  /// - Parameter body: the work
  /// - Throws: ``SlimError/given(_:)`` around what `body` throws; that itself where no values are given
  public func onInputs<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw inputs.isEmpty ? error : SlimError.given(error) }
  }

  private func compareAlike(
    _ a: Comparison.Side, _ b: Comparison.Side, _ progress: (Int) -> Void
  ) throws -> Comparison {
    let (first, second) = try runningAlike(a, b)
    let names = first.inputs + second.inputs.filter { !first.inputs.contains($0) }
    for name in inputs.keys.sorted() where !names.contains(name) { throw SlimError.noInput(name, known: names) }
    let random = RandomSource(seed: seed)
    let outputs = Set((first.net.outputs + second.net.outputs).map(\.name))
    let pairs = first.net.blobs.compactMap { blob -> (Blob, Blob)? in
      guard let other = second.net.blob(blob.name), other.shape == blob.shape, !names.contains(blob.name) else {
        return nil
      }
      return (blob, other)
    }
    var differences = pairs.map { BlobDifference(name: $0.0.name) }
    var agreement = Top1Agreement()
    for batch in 0..<batches {
      for name in names { try feed(name, first, second, random) }
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
      blobs: blobs, outputs: blobs.filter { outputs.contains($0.blob) },
      lone: lone(first, than: second, pairs.map(\.0.name), isFirst: true)
        + lone(second, than: first, pairs.map(\.0.name), isFirst: false),
      top1Agreement: agreement.share, undefined: differences.first { $0.isUndefined }?.name, batches: batches)
  }

  /// Builds both nets; with the smaller batch, where inputs of both differ in nothing else.
  private func runningAlike(_ a: Comparison.Side, _ b: Comparison.Side) throws -> (RunningSide, RunningSide) {
    let (first, second) = (try running(a), try running(b))
    let common = first.inputs.filter(second.inputs.contains)
    if common.isEmpty, let name = first.inputs.first, !second.inputs.isEmpty {
      throw SlimError.inputs(blob: name, expected: first.net.blob(name)?.shape, got: nil)
    }
    let batches = common.flatMap { name in
      [first, second].compactMap { $0.net.blob(name)?.shape.dims.first }
    }
    guard Set(batches).count > 1, let smaller = batches.min() else { return (first, second) }
    var run = self
    run.items = smaller
    return (try run.running(a), try run.running(b))
  }

  /// The inputs of a net that the other does not have, and its outputs that the other has nothing to compare with.
  private func lone(
    _ side: RunningSide, than other: RunningSide, _ compared: [String], isFirst: Bool
  ) -> [Comparison.Lone] {
    side.inputs.filter { !other.inputs.contains($0) }.map { .init(blob: $0, isInput: true, isOfFirst: isFirst) }
      + side.net.outputs.map(\.name).filter { !compared.contains($0) && !side.inputs.contains($0) }
      .map { .init(blob: $0, isInput: false, isOfFirst: isFirst) }
  }

  /// Gives an input the same values in each net that has it.
  private func feed(_ name: String, _ first: RunningSide, _ second: RunningSide, _ random: RandomSource) throws {
    let sides = [first, second].filter { $0.inputs.contains(name) }
    let blobs = sides.compactMap { $0.net.blob(name) }
    guard let blob = blobs.first, blobs.allSatisfy({ $0.shape == blob.shape }) else {
      throw SlimError.inputs(blob: name, expected: blobs.first?.shape, got: blobs.last?.shape)
    }
    let isLabel = sides.contains { $0.labels.contains(name) }
    let values =
      inputs[name]?.values
      ?? (isLabel ? [Float](repeating: 0, count: blob.count) : (0..<blob.count).map { _ in random.uniform() })
    guard values.count == blob.count else {
      throw SlimError.inputs(blob: name, expected: blob.shape, got: Shape([values.count]))
    }
    for blob in blobs { blob.setPlainData(values) }
  }
}
