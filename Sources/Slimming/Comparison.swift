import CaffeProto
import Engine
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
  }

  /// The blobs that have the same name and shape in both nets, in the first net's order; inputs are left out.
  public let blobs: [Difference]
  /// The nets' outputs among them.
  public let outputs: [Difference]
  /// The share of rows in two-axis outputs whose largest element is the same; nil where there is no such output.
  public let top1Agreement: Float?
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

  /// Runs both nets on `inputs`, values by the input blob's name, and else on random ones: uniform in [0, 1) where gradients could flow, 0 for labels. Data layers are
  /// replaced by inputs of the same shapes, so no data source is read beyond its first record.
  ///
  /// - Throws: ``NetError`` where a net cannot be built; ``SlimError`` where the nets' inputs are not the same
  public init(
    _ a: Side, _ b: Side, state: NetState, registry: LayerRegistry, backend: any Backend,
    inputs: [String: [Float]] = [:], seed: Int = 1, batches: Int = 2
  ) throws {
    let first = try Comparison.build(a, state, registry, backend)
    let second = try Comparison.build(b, state, registry, backend)
    let random = RandomSource(seed: seed)
    var worst: [String: (absolute: Float, magnitude: Float)] = [:]
    var (rows, agreeing) = (0, 0)
    let shared = first.blobs.filter { blob in
      second.blob(blob.name)?.shape == blob.shape && !first.inputs.contains(blob.name)
    }
    let outputNames = Set(first.net.outputs.map(\.name))
    for _ in 0..<batches {
      try Comparison.feed(first, second, inputs, random)
      try first.net.forward()
      try second.net.forward()
      for blob in shared {
        guard let other = second.blob(blob.name) else { continue }
        let (x, y) = (blob.plainData, other.plainData)
        var entry = worst[blob.name] ?? (0, 0)
        for (u, v) in zip(x, y) {
          // A NaN on one side only is as unequal as can be.
          let difference = u.isNaN && v.isNaN ? 0 : abs(u - v)
          entry.absolute = difference.isNaN ? .infinity : max(entry.absolute, difference)
          entry.magnitude = max(entry.magnitude, abs(u))
        }
        worst[blob.name] = entry
        guard outputNames.contains(blob.name), blob.shape.rank == 2, blob.shape[1] > 1 else { continue }
        for row in 0..<blob.shape[0] {
          let range = (row * blob.shape[1])..<((row + 1) * blob.shape[1])
          rows += 1
          if range.max(by: { x[$0] < x[$1] }) == range.max(by: { y[$0] < y[$1] }) { agreeing += 1 }
        }
      }
    }
    blobs = shared.map { blob in
      let entry = worst[blob.name] ?? (0, 0)
      return Difference(
        blob: blob.name, absolute: entry.absolute,
        relative: entry.absolute == 0 ? 0 : entry.absolute / max(entry.magnitude, .leastNormalMagnitude))
    }
    outputs = blobs.filter { outputNames.contains($0.blob) }
    top1Agreement = rows == 0 ? nil : Float(agreeing) / Float(rows)
    self.batches = batches
  }

  /// A running net with the names of its inputs.
  private struct Running {
    let net: Net
    let inputs: [String]
    let labels: Set<String>
    var blobs: [Blob] { net.blobs }
    func blob(_ name: String) -> Blob? { net.blob(name) }
  }

  private static func build(_ side: Side, _ state: NetState, _ registry: LayerRegistry, _ backend: any Backend) throws
    -> Running
  {
    let described = try NetDescription(side.net, state: state, registry: registry)
    var inputs: [String] = []
    var labels: Set<String> = []
    var parameter = described.parameter
    for (index, layer) in described.layers.enumerated() where layer.bottom.isEmpty && layer.blobs.isEmpty {
      var input = LayerParameter()
      input.name = layer.name
      input.type = "Input"
      input.top = layer.parameter.top
      input.inputParam.shape = layer.topShapes.map { shape in
        var message = BlobShape()
        message.dim = shape.dims
        return message
      }
      parameter.layer[index] = input
      inputs += layer.parameter.top
    }
    for layer in described.layers {
      for (position, blob) in layer.bottom.enumerated()
      where !layer.description.allowsBackward(bottom: position) { labels.insert(described.blobs[blob].name) }
    }
    let net = try Net(
      parameter, state: state, registry: registry, backend: backend, random: RandomSource(seed: 0),
      use: .inference)
    for layer in net.layers {
      for (blob, weight) in zip(layer.layer.blobs, side.weights[layer.described.name] ?? []) {
        guard blob.shape == weight.shape else {
          throw SlimError.shapes(layer: layer.described.name, expected: [blob.shape], got: [weight.shape])
        }
        blob.setPlainData(Array(weight.data))
      }
    }
    return Running(net: net, inputs: inputs, labels: labels)
  }

  private static func feed(_ first: Running, _ second: Running, _ inputs: [String: [Float]], _ random: RandomSource)
    throws
  {
    for name in first.inputs {
      guard let blob = first.blob(name), let other = second.blob(name), blob.shape == other.shape else {
        throw SlimError.inputs(blob: name, expected: first.blob(name)?.shape, got: second.blob(name)?.shape)
      }
      if let given = inputs[name], given.count != blob.count {
        throw SlimError.inputs(blob: name, expected: blob.shape, got: Shape([given.count]))
      }
      let values =
        inputs[name]
        ?? (first.labels.contains(name)
          ? [Float](repeating: 0, count: blob.count) : (0..<blob.count).map { _ in random.uniform() })
      blob.setPlainData(values)
      other.setPlainData(values)
    }
  }
}
