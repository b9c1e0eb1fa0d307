import Foundation
import NetIO
import Testing
import TestSupport

@testable import IncRegSolver

/// Runs of the original with one or a few settings changed from those of its traces: flags, targets, passes, update rules,
/// groups and inner products by rows (Tests/Golden/increg/configurations).
@Suite struct ConfigurationTests {
  /// The trace whose weights a configuration starts from, by the first part of its name.
  private static let bases = [
    "a": "tiny-a-regcol", "b": "tiny-b-regrow", "c": "tiny-c-regcol-group-itersize", "d2": "tiny-d2-residual-rowprune",
    "e": "tiny-e-multistage",
  ]
  private static let folder = goldenDirectory + "/configurations"

  static var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  @Test func theyAreThere() { #expect(Self.names.count == 31) }

  /// The same lines in the same order, and the same weights where the original left them.
  @Test(arguments: names)
  func followsTheOriginal(_ name: String) throws {
    let base = try #require(name.split(separator: "-").first.flatMap { Self.bases[String($0)] })
    let run = try GoldenRun(name, in: Self.folder, profile: .reference) {
      $0.weights = [goldenDirectory + "/\(base)/init.caffemodel"]
    }
    try run.solver.solve()
    let expected = try readText("\(Self.folder)/\(name)/lines.txt")
      .split(separator: "\n").map { $0.withoutRoundOff }
    let got = run.lines.filter {
      $0.hasPrefix("[app]") || $0.contains("prune finished!") || $0.contains("successfully")
    }.map { $0[...].withoutRoundOff }
    for (got, expected) in zip(got, expected) { try #require(got == expected) }
    #expect(got.count == expected.count)
    let model = try #require(
      try FileManager.default.contentsOfDirectory(atPath: "\(Self.folder)/\(name)").first {
        $0.hasSuffix(".caffemodel")
      })
    let (ours, theirs) = (
      try CaffeModel.read(run.scratch(model)), try CaffeModel.read("\(Self.folder)/\(name)/\(model)")
    )
    for layer in theirs.layers where !layer.blobs.isEmpty {
      let blobs = try #require(ours[layer.name]).blobs
      for (got, expected) in zip(blobs, layer.blobs) {
        #expect(relativeDistance(Array(got.data), Array(expected.data)) < 1e-4, "\(layer.name)")
      }
    }
  }
}
