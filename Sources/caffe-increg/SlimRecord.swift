import Foundation
import Glibc
import NetIO
import NetModel
import Slimming

/// What is written beside a slim net: what went, from what, and how equal both are.
struct SlimRecord: Codable {
  /// A file that the run read, as it was then.
  struct Source: Codable {
    let path: String
    let bytes: Int
    /// Seconds since 1970.
    let modified: Int
  }

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
  let sources: [Source]
  let tolerance: Float
  /// Multiply-adds of one image.
  let multiplyAdds: Change
  let parameters: Change
  let batches: Int
  let differences: [Difference]
  let top1Agreement: Float?
  let layers: [Layer]
  let held: [Held]
  let kernels: [Kernel]

  /// - Throws: `FileSystemError` where a source is gone
  init(_ run: SlimRun, sources: [String], tolerance: Float) throws {
    tool = "caffe-increg \(programVersion)"
    self.sources = try sources.map { path in
      let status = try fileStatus(path)
      return Source(path: path, bytes: Int(status.st_size), modified: status.st_mtim.tv_sec)
    }
    self.tolerance = tolerance
    func figure(_ net: NetDescription, _ value: (DescribedLayer) -> Int) -> Int {
      net.layers.reduce(0) { $0 + value($1) }
    }
    func change(_ value: (DescribedLayer) -> Int) -> Change {
      Change(before: figure(run.before, value), after: figure(run.after, value))
    }
    multiplyAdds = change { $0.cost.multiplyAdds / max(1, $0.bottomShapes.first?.legacy(0) ?? 1) }
    parameters = change { layer in layer.blobs.reduce(0) { $0 + $1.shape.count } }
    batches = run.comparison.batches
    differences = run.comparison.blobs.map {
      Difference(blob: $0.blob, absolute: $0.absolute, relative: $0.relative)
    }
    top1Agreement = run.comparison.top1Agreement
    layers = run.patch.keptChannels.map { Layer(layer: $0.layer, channels: $0.of, kept: $0.channels) }
    kernels = run.kernels.cuts.map { Kernel(layer: $0.layer, before: $0.before, after: $0.after) }
    held = Dictionary(grouping: run.patch.kept) { [$0.layer, $0.reason] }.sorted {
      $0.key.lexicographicallyPrecedes($1.key)
    }.map { Held(layer: $0[0], channels: $1.map(\.channel), reason: $0[1]) }
  }

  /// Writes the record as JSON, whole or not at all.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(self), as: UTF8.self)
    try AtomicFile.write(to: path) { $0.write(text + "\n") }
  }
}
