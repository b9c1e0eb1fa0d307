import Base
import CaffeProto
import Engine
import Foundation
import Layers
import NetIO
import NetModel
import Solver
import Testing

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
    /// rows among them; ours clears what is left in living rows (docs/compatibility.md, Q17).
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
        var difference = Recorded.difference(got, recorded[row])
        if name.hasPrefix("score") {
          // The marks of pruned groups are so large that beside them ranks do not count; and of rows the original puts
          // them in the wrong places.
          let living = got.indices.filter { got[$0] > 0 }
          let ranks = Recorded.difference(living.map { got[$0] }, living.map { recorded[row][$0] })
          difference = trace.byRow ? ranks : max(ranks, difference)
        }
        // One line says where a run leaves its trace; all that follows would say it again.
        try #require(difference < 1e-4, "\(name) in iteration \(iteration): relative difference \(difference)")
      }
    }
  }

  /// The lines on standard output, but for clock times and for numbers that rounding decides.
  @Test(arguments: ["tiny-e-multistage"])
  func printsTheOriginalsLines(_ name: String) throws {
    let run = try GoldenRun(name)
    try run.solver.solve()
    let text = try String(contentsOfFile: goldenDirectory + "/\(name).txt", encoding: .utf8)
    let expected = text.split(separator: "\n").map { $0.withoutRoundOff }
    let got = run.lines.filter { $0.hasPrefix("[app]") || $0.contains("prune finished!") }.map {
      $0[...].withoutRoundOff
    }
    #expect(got.count == expected.count)
    for (got, expected) in zip(got, expected) { try #require(got == expected) }
  }
}

extension GoldenTraceTests {
  static let shared = goldenDirectory + "/../../../../shared/golden"

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
    let text = try String(contentsOfFile: Self.shared + "/\(name)/dump_stdout.txt", encoding: .utf8)
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

  fileprivate func isClose(to other: Substring) -> Bool {
    guard let (a, b) = Double(self).flatMap({ a in Double(other).map { (a, $0) } }) else { return false }
    return abs(a - b) <= 1e-3 * abs(b) + 1e-5
  }
}

extension Substring {
  /// Without what is left of penalties that should be 0.
  var withoutRoundOff: String {
    firstRange(of: "now cleared:").map { String(self[..<$0.upperBound]) } ?? String(self)
  }
}

/// A golden run of ours.
struct GoldenRun {
  let solver: Solver
  let recorder: Recorder
  let scratch: Scratch
  var lines: [String] { recorder.lines }

  /// Makes the run of a trace's folder.
  init(
    _ name: String, in directory: String = goldenDirectory, profile: PruneProfile = .fixed, log: RunLog = .silent,
    change: (inout SolverParameter) -> Void = { _ in }
  ) throws {
    scratch = try Scratch()
    var parameter = try Self.parameter(name, in: directory, scratch)
    change(&parameter)
    let prefix = scratch.path + "/"
    let recorder = Recorder()
    let output = PruneOutput(stamp: { " (TIME)" }) { recorder.lines.append($0.replacing(prefix, with: "")) }
    recorder.method = try #require(
      try PruningMethods.hook(for: parameter, output: output, profile: profile) as? IncRegMethod)
    self.recorder = recorder
    solver = try Solver(parameter, registry: .caffe, backend: ReferenceBackend(), hook: recorder, log: log)
  }

  /// What a trace's folder says, with its files where this run needs them.
  static func parameter(_ name: String, in directory: String = goldenDirectory, _ scratch: Scratch) throws
    -> SolverParameter
  {
    let folder = directory + "/" + name
    var parameter = try SolverParameter(readingFrom: folder + "/solver.prototxt", log: .silent)
    var net = try Prototxt.net(folder + "/net.prototxt").net
    for index in net.layer.indices where net.layer[index].hasHdf5DataParam {
      let isTest = net.layer[index].include.first?.phase == .test
      let list = scratch.path + (isTest ? "/test.txt" : "/train.txt")
      let data = goldenDirectory + (isTest ? "/tiny_test.h5" : "/../solver/tiny_train.h5")
      try (data + "\n").write(toFile: list, atomically: true, encoding: .utf8)
      net.layer[index].hdf5DataParam.source = list
    }
    parameter.clearNet()
    parameter.netParam = net
    parameter.weights = [folder + "/init.caffemodel"]
    parameter.snapshotPrefix = scratch.path + "/snap"
    return parameter
  }
}

/// A method whose every iteration is written down, right after the update as in the traces.
final class Recorder: SolverHook {
  var method: IncRegMethod?
  var lines: [String] = []
  var records: [[String: [Float]]] = []

  func adoptWeights(_ solver: Solver) throws { try method?.adoptWeights(solver) }
  func beginRun(_ solver: Solver) throws { try method?.beginRun(solver) }
  func passes(_ solver: Solver) -> Int { method?.passes(solver) ?? 1 }
  func willForward(_ solver: Solver, pass: Int) throws { try method?.willForward(solver, pass: pass) }
  func didBackward(_ solver: Solver, pass: Int) throws { try method?.didBackward(solver, pass: pass) }
  func learningRate(_ solver: Solver, policy: Float) -> Float {
    method?.learningRate(solver, policy: policy) ?? policy
  }
  func terms(_ solver: Solver, parameter index: Int) throws -> GroupTerms? {
    try method?.terms(solver, parameter: index)
  }
  func didUpdate(_ solver: Solver) throws -> RunDecision {
    record(solver)
    return try method?.didUpdate(solver) ?? .finish
  }
  func endRun(_ solver: Solver) throws { try method?.endRun(solver) }
  func willSave(_ solver: Solver) throws { try method?.willSave(solver) }
  func didSnapshot(_ solver: Solver) throws { try method?.didSnapshot(solver) }
  func encode(into state: inout SolverState, _ solver: Solver) throws { try method?.encode(into: &state, solver) }
  func decode(from state: SolverState, _ solver: Solver, rollback: Bool) throws {
    try method?.decode(from: state, solver, rollback: rollback)
  }

  private func record(_ solver: Solver) {
    guard let method, let control = method.controller?.state else { return }
    let layers = method.layers
    var record: [String: [Float]] = [
      "iter": [Float(solver.iteration)], "app_lr": [solver.learningRate],
      "iter_size": [Float(method.passes(solver))], "target_reg": [method.ceiling],
      "prune_state": [Float(Phase.allCases.firstIndex(of: control.phase) ?? -1)], "prune_stage": [Float(control.stage)],
      "stage_iter_prune_finished": [Float(control.stageFinishedAt ?? Int(Int32.max))],
      "L_current_prune_ratio": control.layers.map(\.target),
      "L_iter_prune_finished": control.layers.map { Float($0.finishedAt ?? Int(Int32.max)) },
      "L_num_pruned_col": layers.map(\.countedColumns),
      "L_num_pruned_row": layers.map { Float($0.countedRows) }, "L_pruned_ratio": layers.map(\.achieved.overall),
      "L_pruned_ratio_col": layers.map(\.achieved.columns), "L_pruned_ratio_row": layers.map(\.achieved.rows),
    ]
    for (index, learned) in solver.net.parameters.enumerated() {
      record["weight_\(index)"] = learned.blob.plainData
      record["history_\(index)"] = solver.history[index][0].plainData
    }
    for layer in layers {
      record["mask_\(layer.parameter)"] = layer.mask.factors
      let (rows, columns) = (layer.space.rows, layer.space.columns)
      var (score, punish) = ([Float](repeating: 0, count: rows * columns), [Float](repeating: 0, count: rows * columns))
      for row in 0..<rows {
        for column in 0..<columns {
          let group = layer.space.group(row: row, column: column)
          punish[row * columns + column] = layer.state.lambda[group]
          // The original keeps scores in row 0 or in column 0.
          if layer.space.kind == .row ? column == 0 : row == 0 {
            score[row * columns + column] = layer.state.rankMean[group]
          }
        }
      }
      record["score_\(layer.parameter)"] = score
      record["punish_\(layer.parameter)"] = punish
    }
    records.append(record)
  }
}

/// A dataset of a trace: a row per record.
struct Recorded {
  let rows: Int
  let values: [Float]

  init(_ file: HDF5File, _ name: String) throws {
    let (shape, values) = try file.dataset("/" + name)
    rows = shape[0]
    self.values = Array(values)
  }

  subscript(row: Int) -> [Float] {
    let width = values.count / max(1, rows)
    return Array(values[row * width..<(row + 1) * width])
  }

  /// The norm of the difference over the norm of what is expected.
  static func difference(_ got: [Float], _ expected: [Float]) -> Double {
    guard got.count == expected.count else { return .infinity }
    func norm(_ values: some Sequence<Double>) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let difference = norm(zip(got, expected).map { Double($0) - Double($1) })
    return difference == 0 ? 0 : difference / norm(expected.map(Double.init))
  }
}

/// A folder that is removed with the object.
final class Scratch {
  let path = NSTemporaryDirectory() + "increg-tests-\(UUID().uuidString)"

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
