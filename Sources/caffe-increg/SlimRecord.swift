import NetModel
import Slimming

/// What is written beside a slim net: what went, from what, and how equal both are.
struct SlimRecord: Codable {
  /// A figure of the masked and of the slim net.
  struct Change: Codable {
    let before: Int
    let after: Int
  }

  /// The largest difference of a blob.
  struct Difference: Codable {
    let blob: String
    let absolute: Float
    let relative: Float
  }

  /// Both nets on the same inputs.
  struct Proof: Codable {
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

  /// The channels of a layer that stay.
  struct Layer: Codable {
    let layer: String
    let channels: Int
    let kept: [Int]
  }

  /// A kernel that became smaller.
  struct Kernel: Codable {
    let layer: String
    let before: [Int]
    let after: [Int]
  }

  /// Dead channels that stay.
  struct Held: Codable {
    let layer: String
    let channels: [Int]
    let reason: String
  }

  let tool: String
  let sources: [SourceFile]
  /// What `prune` was asked for and met, where it left its record beside the weights.
  let budget: PruneRecord?
  let tolerance: Float
  let absoluteTolerance: Float
  /// Multiply-adds of one item of a batch, as ``NetCost`` counts.
  let multiplyAdds: Change
  let parameters: Change
  let proof: [Proof]
  let layers: [Layer]
  let held: [Held]
  let kernels: [Kernel]

  /// - Parameters:
  ///   - sources: all files that the run read
  ///   - weights: the masked weights among them
  init(_ run: SlimRun, sources: [SourceFile], weights: SourceFile, bound: Comparison.Bound) {
    tool = "caffe-increg \(programVersion)"
    self.sources = sources
    budget = PruneRecord(of: weights)
    (tolerance, absoluteTolerance) = (bound.relative, bound.absolute)
    let (before, after) = (run.before.cost, run.after.cost)
    multiplyAdds = Change(before: before.totalMultiplyAdds, after: after.totalMultiplyAdds)
    parameters = Change(before: before.totalParameters, after: after.totalParameters)
    proof = [Proof("random", run.comparison)] + (run.given.map { [Proof("given", $0)] } ?? [])
    layers = run.patch.keptChannels.map { Layer(layer: $0.layer, channels: $0.of, kept: $0.channels) }
    kernels = run.kernels.cuts.map { Kernel(layer: $0.layer, before: $0.before, after: $0.after) }
    held = Dictionary(grouping: run.patch.kept) { [$0.layer, $0.reason] }.sorted {
      $0.key.lexicographicallyPrecedes($1.key)
    }.map { Held(layer: $0[0], channels: $1.map(\.channel), reason: $0[1]) }
  }
}
