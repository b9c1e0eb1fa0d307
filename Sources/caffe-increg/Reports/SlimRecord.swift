import NetModel
import Slimming

/// What is written beside a slim net: what went, from what, and how equal both are.
struct SlimRecord: Encodable {
  /// A layer of both nets.
  struct Layer: Encodable {
    let name: String
    let type: String
    let channels: Change<Int>
    let parameters: Change<Int>
    let multiplyAdds: Change<Int>
  }

  /// The largest difference of a blob.
  struct Difference: Encodable {
    let blob: String
    let absolute: Float
    let relative: Float
  }

  /// Both nets on the same inputs.
  struct Proof: Encodable {
    /// `random`, or `given`.
    let inputs: String
    let batches: Int
    let differences: [Difference]
    let top1Agreement: Float?

    init(_ inputs: String, _ comparison: Comparison) {
      (self.inputs, batches, top1Agreement) = (inputs, comparison.batches, comparison.top1Agreement)
      differences = comparison.blobs.map {
        Difference(blob: $0.blob, absolute: $0.absolute, relative: $0.relative)
      }
    }
  }

  let tool: String
  let sources: [SourceFile]
  /// What `prune` was asked for and met, where it left its record beside the weights.
  let budget: PruneRecord?
  let tolerance: Float
  let absoluteTolerance: Float
  /// Multiply-adds of one item of a batch, as ``NetCost`` counts.
  let multiplyAdds: Change<Int>
  let parameters: Change<Int>
  /// Of layers with parameters, in the order in which the masked net runs.
  let sizes: [Layer]
  let proof: [Proof]
  /// What the rules changed and what they could not: entries by name.
  let entries: [String: any Encodable & Sendable]

  /// - Parameters:
  ///   - sources: all files that the run read
  ///   - weights: the masked weights among them
  init(_ slim: SlimNet, _ proof: SlimProof, sources: [SourceFile], weights: SourceFile, bound: Comparison.Bound) {
    tool = "caffe-increg \(programVersion)"
    self.sources = sources
    budget = PruneRecord(of: weights)
    (tolerance, absoluteTolerance) = (bound.relative, bound.absolute)
    let (before, after) = (slim.plan.masked.net.cost, slim.description.cost)
    multiplyAdds = Change(before: before.totalMultiplyAdds, after: after.totalMultiplyAdds)
    parameters = Change(before: before.totalParameters, after: after.totalParameters)
    sizes = Self.layers(slim)
    self.proof = [Proof("random", proof.random)] + (proof.given.map { [Proof("given", $0)] } ?? [])
    entries = slim.plan.rules.reduce(into: [:]) { $0.merge($1.record) { $1 } }
  }

  private static func layers(_ slim: SlimNet) -> [Layer] {
    let (masked, net) = (slim.plan.masked.net, slim.description)
    let (before, after) = (masked.cost, net.cost)
    return masked.layers.enumerated().filter { !$1.blobs.isEmpty }.map { index, layer in
      Layer(
        name: layer.name, type: layer.type,
        channels: .init(
          before: layer.topShapes.first?.legacy(1) ?? 0, after: net.layers[index].topShapes.first?.legacy(1) ?? 0),
        parameters: .init(before: before.parameters[index], after: after.parameters[index]),
        multiplyAdds: .init(before: before.multiplyAdds[index], after: after.multiplyAdds[index]))
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    func put(_ value: some Encodable, _ name: String) throws {
      try container.encode(value, forKey: Key(stringValue: name))
    }
    try put(tool, "tool")
    try put(sources, "sources")
    if let budget { try put(budget, "budget") }
    try put(tolerance, "tolerance")
    try put(absoluteTolerance, "absoluteTolerance")
    try put(multiplyAdds, "multiplyAdds")
    try put(parameters, "parameters")
    try put(sizes, "sizes")
    try put(proof, "proof")
    for (name, entry) in entries { try put(entry, name) }
  }
}
