import Base
import FoundationEssentials
import Slimming

/// What is written beside masked weights: what was asked, and what went.
struct PruneRecord: Codable {
  /// The budget as it was asked for.
  struct Asked: Codable {
    let importance: String
    /// The share of every layer's channels; nil where a file gives it by layer.
    let ratio: Double?
    /// What the net may cost; nil where shares were given.
    let budget: String?
    let multiple: Int
    let floor: Int
    let seed: Int
    /// Whether the ratio is of all layers together; nil in records of versions that could not do that.
    let isGlobal: Bool?
    /// Batches of data that the importance looked at; nil where it needs none.
    let scoreBatches: Int?
    /// Images of data over which weights were fitted anew; nil where none were.
    let reconstruct: Int?
  }

  /// The budget as it was met: channels that only go together.
  struct Met: Codable {
    /// The layers that make them.
    let layers: [String]
    let channels: Int
    /// Those that go, as numbers of the first layer.
    let removed: [Int]
    let ratio: Double
  }

  /// Channels that cannot go.
  struct Held: Codable {
    let layer: String
    let channels: Int
    let reason: String
  }

  let tool: String
  let sources: [SourceFile]
  let asked: Asked
  let met: [Met]
  let held: [Held]
  /// The weights beside which this is written.
  var weights: SourceFile?

  init(_ planned: PruneOptions.Planned, _ options: PruneOptions, _ reconstruct: Int?, sources: [SourceFile]) {
    let plan = planned.plan
    tool = "caffe-increg \(programVersion)"
    self.sources = sources
    asked = Asked(
      importance: options.importance, ratio: options.ratio, budget: options.budget.text, multiple: options.round,
      floor: options.floor, seed: options.seed, isGlobal: options.isGlobal, scoreBatches: options.scoredBatches,
      reconstruct: reconstruct)
    met = plan.families.map {
      Met(
        layers: $0.makers, channels: $0.channels, removed: $0.removed,
        ratio: Double($0.removed.count) / Double(max(1, $0.channels)))
    }
    held = plan.held.map { Held(layer: $0.layer, channels: $0.channels, reason: $0.reason) }
  }

  /// Where the record of weights lies.
  static func path(of weights: String) -> String { weights + ".json" }

  /// The record of weights; nil where there is none, or one of other weights.
  init?(of weights: SourceFile) {
    guard let data = FileManager.default.contents(atPath: Self.path(of: weights.path)),
      let record = try? JSON.decode(Self.self, from: data), record.weights?.sha256 == weights.sha256
    else { return nil }
    self = record
  }
}
