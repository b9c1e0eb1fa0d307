import CaffeProto
import Engine
import Foundation
import Layers
import NetIO
import NetModel
import Solver
import Testing
import TestSupport

@testable import IncRegSolver

/// Whole runs against the original's traces (Tests/Golden/increg): the same groups fall in the same iterations, and
/// weights, momentum, scores and penalties agree.
@Suite struct GoldenTraceTests {
  /// A trace.
  struct Trace: CustomTestStringConvertible {
    let name: String
    /// Iterations executed.
    var iterations = 120
    /// Whether rows are pruned. Where a stage ends, the original then wipes the penalties of single columns, pruned
    /// rows among them; ours clears what is left in living rows (docs/compatibility/caffe-increg.md, Q17).
    var byRow = false
    /// Whether an oddity is reproduced that ours has only if asked.
    var profile = PruneProfile.fixed
    var testDescription: String { name }
  }

  static let traces = [
    Trace(name: "tiny-a-regcol"),
    Trace(name: "tiny-b-regrow", byRow: true),
    Trace(name: "tiny-c-regcol-group-itersize"),
    Trace(name: "tiny-d-regcol-bn-residual"),
    Trace(name: "tiny-d2-residual-rowprune"),
    Trace(name: "tiny-e-multistage", iterations: 726),
    Trace(name: "tiny-h-scheme2", iterations: 60),
    Trace(name: "tiny-i-decaymult0", iterations: 60, profile: .reference),
    Trace(name: "tiny-j-regcol-fc"),
  ]

  @Test(arguments: traces)
  func followsTheTrace(_ trace: Trace) throws {
    let run = try GoldenRun(trace.name, profile: trace.profile)
    let file = try HDF5File(reading: goldenDirectory + "/\(trace.name)/dump.h5")
    let sample = try Recorded(file, "sample").values.map { Int($0) }
    try run.solver.solve()
    #expect(run.recorder.records.count == trace.iterations)
    for name in try file.names(in: "/") where name != "sample" {
      let recorded = try Recorded(file, name)
      let sampled = recorded.rows == sample.count && recorded.rows != trace.iterations
      for row in 0..<recorded.rows {
        let iteration = sampled ? sample[row] : row
        guard run.recorder.records.indices.contains(iteration) else { break }
        let record = run.recorder.records[iteration]
        if trace.byRow, name.hasPrefix("punish"), record["prune_state"] != [0] { continue }
        let got = try #require(record[name], "no \(name)")
        var distance = relativeDistance(got, recorded[row])
        if name.hasPrefix("score") {
          // The marks of pruned groups are so large that beside them ranks do not count; and of rows the original puts
          // them in the wrong places.
          let living = got.indices.filter { got[$0] > 0 }
          let ranks = relativeDistance(living.map { got[$0] }, living.map { recorded[row][$0] })
          distance = trace.byRow ? ranks : max(ranks, distance)
        }
        // One line says where a run leaves its trace; all that follows would say it again.
        try #require(distance < 1e-4, "\(name) in iteration \(iteration): relative distance \(distance)")
      }
    }
  }

  /// The lines on standard output, but for clock times and for numbers that rounding decides.
  @Test(arguments: ["tiny-e-multistage"])
  func printsTheOriginalsLines(_ name: String) throws {
    let run = try GoldenRun(name)
    try run.solver.solve()
    let text = try readText(goldenDirectory + "/\(name).txt")
    let expected = text.split(separator: "\n").map { $0.withoutRoundOff }
    let got = run.lines.filter { $0.hasPrefix("[app]") || $0.contains("prune finished!") }.map {
      $0[...].withoutRoundOff
    }
    #expect(got.count == expected.count)
    for (got, expected) in zip(got, expected) { try #require(got == expected) }
  }
}

extension GoldenTraceTests {
  static let shared = TestFiles.sharedFolder + "/golden"

  /// Every line on standard output: words exactly, numbers within what rounding does to them.
  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: shared), "the original's whole output is not in the package"),
    arguments: [
      "tiny-a-regcol", "tiny-c-regcol-group-itersize", "tiny-d2-residual-rowprune",
      "tiny-j-regcol-fc",
    ])
  func printsEveryLine(_ name: String) throws {
    let run = try GoldenRun(name)
    try run.solver.solve()
    let text = try readText(Self.shared + "/\(name)/dump_stdout.txt")
    let stamp = /\(\d{4}\/\d\d\/\d\d-\d\d:\d\d\)/
    let expected = text.split(separator: "\n").filter { !$0.hasPrefix("---") && !$0.isRoundOff }
      .map { String($0.replacing(stamp, with: "(TIME)")) }
    let got = run.lines.flatMap { $0.split(separator: "\n") }.filter { !$0.isRoundOff }.map(String.init)
    #expect(got.count == expected.count)
    for (got, expected) in zip(got, expected) {
      let (words, others) = (got.words, expected.words)
      let same = words.count == others.count && zip(words, others).allSatisfy { $0 == $1 || $0.isClose(to: $1) }
      try #require(same, "'\(got)' is not '\(expected)'")
      // Columns of tables are as wide.
      if got.hasPrefix(" ") { #expect(got.count == expected.count, "'\(got)' is not '\(expected)'") }
    }
  }
}

extension String {
  /// Words and numbers.
  fileprivate var words: [Substring] { split { " ()/=,".contains($0) } }
}

extension Substring {
  /// Whether this is a penalty's fall from nearly nothing to nothing, which rounding decides.
  fileprivate var isRoundOff: Bool {
    firstMatch(of: /^reduce reg: .*old reg: (\S+)/).flatMap { Double($0.1) }.map { $0 < 1e-5 } ?? false
  }

  /// Whether both are numbers, and nearly the same.
  fileprivate func isClose(to other: Substring) -> Bool {
    guard let one = Double(self), let other = Double(other) else { return false }
    return TestSupport.isClose(one, other, relative: 1e-3, absolute: 1e-5)
  }
}

extension Substring {
  /// Without what is left of penalties that should be 0.
  var withoutRoundOff: String {
    firstRange(of: "now cleared:").map { String(self[..<$0.upperBound]) } ?? String(self)
  }
}
