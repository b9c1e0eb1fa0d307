import CaffeProto
import Engine
import Layers
import NetModel

/// Two nets run on the same inputs, and how far apart their blobs are.
public struct Comparison: Sendable {
  /// The largest difference of one blob.
  public struct Difference: Sendable {
    /// The blob's name.
    public let blob: String
    /// The largest absolute difference of two elements.
    public let absolute: Float
    /// That, over the largest magnitude in the first net's blob.
    public let relative: Float

    /// Whether the blobs count as equal: relatively, or because what differs is no more than rounding.
    public func isWithin(_ bound: Bound) -> Bool { relative <= bound.relative || absolute <= bound.absolute }
  }

  /// What counts as equal.
  public struct Bound: Sendable {
    /// The largest difference, relative to the largest magnitude in the first net's blob.
    public var relative: Float
    /// The largest difference of blobs in which values cancel each other: what is left there is rounding, and has no
    /// relative error.
    public var absolute: Float

    /// Makes a bound.
    public init(relative: Float = 1e-4, absolute: Float = 1e-6) {
      (self.relative, self.absolute) = (relative, absolute)
    }
  }

  /// Values for an input, in plain order.
  public struct Input: Sendable {
    /// Their shape, which the input gets.
    public let shape: Shape
    /// The values.
    public let values: [Float]

    /// Makes values for an input; `values` must have as many elements as `shape`.
    public init(shape: Shape, values: [Float]) { (self.shape, self.values) = (shape, values) }
  }

  /// The blobs that have the same name and shape in both nets, in the first net's order; inputs are left out.
  public let blobs: [Difference]
  /// The nets' outputs among them.
  public let outputs: [Difference]
  /// The share of rows whose largest element is the same, over two-axis outputs and scores that are held against labels;
  /// nil where there are none.
  public let top1Agreement: Float?
  /// The first blob of the first net in which there is a NaN; nil where there is none.
  public let undefined: String?
  /// How many batches were run.
  public let batches: Int

  /// The worst of the outputs.
  public var worst: Difference? { outputs.max { $0.relative < $1.relative } }

  /// A net to compare.
  public struct Side {
    /// The net as the user wrote it.
    public let net: NetParameter
    /// Its weights.
    public let weights: [String: [WeightBlob]]

    /// Makes a side.
    public init(net: NetParameter, weights: [String: [WeightBlob]]) {
      self.net = net
      self.weights = weights
    }
  }

  /// Runs both nets on `inputs`, values by the input blob's name, and else on random ones: uniform in [0, 1) where
  /// gradients could flow, 0 for labels. Data layers are replaced by inputs of the same shapes, so no data source is read
  /// beyond its first record.
  ///
  /// - Parameters:
  ///   - inputs: values and shapes of inputs
  ///   - seed: for random inputs
  ///   - batches: how many times both nets are run
  ///   - items: a larger batch is cut to as many, where all inputs have it and the net allows it; nil leaves all
  ///   - progress: gets the number of batches that are done, after each
  /// - Throws: ``NetError`` where a net cannot be built; ``SlimError`` where the nets' inputs are not the same, or
  ///   `inputs` names none of them
  public init(
    _ a: Side, _ b: Side, state: NetState, registry: LayerRegistry, backend: any Backend,
    inputs: [String: Input] = [:], seed: Int = 1, batches: Int = 2, items: Int? = nil,
    progress: (Int) -> Void = { _ in }
  ) throws {
    let build = Builder(state: state, registry: registry, backend: backend, inputs: inputs, items: items)
    let first = try build(a)
    let second = try build(b)
    for name in inputs.keys.sorted() where !first.inputs.contains(name) {
      throw SlimError.noInput(name, known: first.inputs)
    }
    let random = RandomSource(seed: seed)
    var worst: [String: (absolute: Float, magnitude: Float)] = [:]
    var (rows, agreeing) = (0, 0)
    let shared = first.blobs.filter { blob in
      second.blob(blob.name)?.shape == blob.shape && !first.inputs.contains(blob.name)
    }
    let outputNames = Set(first.net.outputs.map(\.name))
    let scores = outputNames.union(first.scores)
    var undefined: String?
    for batch in 0..<batches {
      try Comparison.feed(first, second, inputs, random)
      try first.net.forward()
      try second.net.forward()
      for blob in shared {
        guard let other = second.blob(blob.name) else { continue }
        let (x, y) = (blob.plainData, other.plainData)
        var entry = worst[blob.name] ?? (0, 0)
        for (u, v) in zip(x, y) {
          if u.isNaN, undefined == nil { undefined = blob.name }
          // A NaN on one side only is as unequal as can be; infinities are equal where both nets overflow.
          let difference = u == v || u.isNaN && v.isNaN ? 0 : abs(u - v)
          entry.absolute = difference.isNaN ? .infinity : max(entry.absolute, difference)
          entry.magnitude = max(entry.magnitude, abs(u))
        }
        worst[blob.name] = entry
        guard scores.contains(blob.name), blob.shape.rank == 2, blob.shape[1] > 1 else { continue }
        for row in 0..<blob.shape[0] {
          let range = (row * blob.shape[1])..<((row + 1) * blob.shape[1])
          rows += 1
          if range.max(by: { x[$0] < x[$1] }) == range.max(by: { y[$0] < y[$1] }) { agreeing += 1 }
        }
      }
      progress(batch + 1)
    }
    blobs = shared.map { blob in
      let entry = worst[blob.name] ?? (0, 0)
      return Difference(
        blob: blob.name, absolute: entry.absolute,
        relative: entry.absolute == 0 ? 0 : entry.absolute / max(entry.magnitude, .leastNormalMagnitude))
    }
    outputs = blobs.filter { outputNames.contains($0.blob) }
    top1Agreement = rows == 0 ? nil : Float(agreeing) / Float(rows)
    (self.undefined, self.batches) = (undefined, batches)
  }

  /// A running net with the names of its inputs.
  private struct Running {
    let net: Net
    let inputs: [String]
    let labels: Set<String>
    /// What stands beside labels in losses and accuracies.
    let scores: Set<String>
    var blobs: [Blob] { net.blobs }
    func blob(_ name: String) -> Blob? { net.blob(name) }
  }

  /// Builds nets that read nothing but what they are given.
  private struct Builder {
    let state: NetState
    let registry: LayerRegistry
    let backend: any Backend
    let inputs: [String: Input]
    let items: Int?

    func callAsFunction(_ side: Side) throws -> Running {
      let described = try NetDescription(side.net, state: state, registry: registry)
      let sources = described.layers.indices.filter {
        described.layers[$0].bottom.isEmpty && described.layers[$0].blobs.isEmpty
      }
      var (labels, scores): (Set<String>, Set<String>) = ([], [])
      for layer in described.layers {
        for (position, blob) in layer.bottom.enumerated()
        where !layer.description.allowsBackward(bottom: position) {
          labels.insert(described.blobs[blob].name)
          if position > 0 { scores.insert(described.blobs[layer.bottom[0]].name) }
        }
      }
      let net =
        try cut(described, sources).flatMap { try? make($0) }
        ?? make(replacing(sources, of: described, following(described, sources)))
      for layer in net.layers {
        guard let weights = side.weights[layer.described.name],
          let index = net.description.index(ofLayer: layer.described.name)
        else { continue }
        for (blob, weight) in zip(layer.layer.blobs, try net.description.fitting(weights.map(\.message), layer: index))
        {
          if let weight { blob.borrow(weight.data) }
        }
      }
      return Running(
        net: net, inputs: sources.flatMap { described.layers[$0].parameter.top }, labels: labels, scores: scores)
    }

    private func make(_ parameter: NetParameter) throws -> Net {
      var use = NetUse(gradients: false, keepsBlobs: true)
      use.fillsParameters = false
      return try Net(
        parameter, state: state, registry: registry, backend: backend, random: RandomSource(seed: 0), use: use)
    }

    /// The net with a smaller batch, where all inputs agree on it.
    private func cut(_ net: NetDescription, _ sources: [Int]) throws -> NetParameter? {
      let shapes = sources.flatMap { net.layers[$0].topShapes }
      guard let items, inputs.isEmpty, let batch = shapes.first?.dims.first, batch > items,
        shapes.allSatisfy({ $0.dims.first == batch })
      else { return nil }
      return replacing(sources, of: net) { $0.replacing(axis: 0, with: items) }
    }

    /// How inputs for which nothing is given change: they have as many items as those that are given.
    private func following(_ net: NetDescription, _ sources: [Int]) -> (Shape) -> Shape {
      for index in sources {
        let layer = net.layers[index]
        for (name, shape) in zip(layer.parameter.top, layer.topShapes) {
          guard let given = inputs[name]?.shape.dims.first, let batch = shape.dims.first else { continue }
          return { $0.dims.first == batch ? $0.replacing(axis: 0, with: given) : $0 }
        }
      }
      return { $0 }
    }

    /// The net with Input layers in place of `sources`, their shapes given or else changed by `change`.
    private func replacing(_ sources: [Int], of net: NetDescription, _ change: (Shape) -> Shape) -> NetParameter {
      var parameter = net.parameter
      for index in sources {
        let layer = net.layers[index]
        let shapes = zip(layer.parameter.top, layer.topShapes).map { inputs[$0]?.shape ?? change($1) }
        parameter.layer[index] = Layers.Input.replacing(layer, shapes: shapes)
      }
      return parameter
    }
  }

  private static func feed(_ first: Running, _ second: Running, _ inputs: [String: Input], _ random: RandomSource)
    throws
  {
    for name in first.inputs {
      guard let blob = first.blob(name), let other = second.blob(name), blob.shape == other.shape else {
        throw SlimError.inputs(blob: name, expected: first.blob(name)?.shape, got: second.blob(name)?.shape)
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
