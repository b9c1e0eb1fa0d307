import CaffeProto
import Engine
import Solver

@testable import IncRegSolver

/// A method whose every iteration is written down, right after the update as in the traces.
final class Recorder: SolverHook {
  var method: PruningRun<IncReg>?
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
    guard let method, let control = method.search?.state else { return }
    let (layers, families) = (method.layers, method.families)
    var record: [String: [Float]] = [
      "iter": [Float(solver.iteration)], "app_lr": [solver.learningRate],
      "iter_size": [Float(method.passes(solver))], "target_reg": [control.ceiling],
      "prune_state": [Float(CoursePhase.allCases.firstIndex(of: control.phase) ?? -1)],
      "prune_stage": [Float(control.stage)],
      "stage_iter_prune_finished": [Float(control.stageFinishedAt ?? Int(Int32.max))],
      "L_current_prune_ratio": control.families.map(\.target),
      "L_iter_prune_finished": control.families.map { Float($0.finishedAt ?? Int(Int32.max)) },
      "L_num_pruned_col": layers.map(\.countedColumns),
      "L_num_pruned_row": layers.map { Float($0.countedRows) }, "L_pruned_ratio": layers.map(\.achieved.overall),
      "L_pruned_ratio_col": layers.map(\.achieved.columns), "L_pruned_ratio_row": layers.map(\.achieved.rows),
    ]
    for (index, learned) in solver.net.parameters.enumerated() {
      record["weight_\(index)"] = learned.blob.plainData
      record["history_\(index)"] = solver.history[index][0].plainData
    }
    for (layer, family) in zip(layers, families) {
      record["mask_\(layer.parameter)"] = layer.mask.factors
      let (rows, columns) = (layer.matrix.rows, layer.matrix.columns)
      let byRow = method.rules?.prunesRows == true
      let ranks = method.entries.first { $0.family.name == family.name }?.memory.mean ?? []
      var (score, punish) = ([Float](repeating: 0, count: rows * columns), [Float](repeating: 0, count: rows * columns))
      for row in 0..<rows {
        for column in 0..<columns {
          guard let group = family.groups.members[0].group(row: row, column: column) else { continue }
          punish[row * columns + column] = family.state.penalty[group]
          // The original keeps scores in row 0 or in column 0.
          if byRow ? column == 0 : row == 0 {
            score[row * columns + column] = ranks[group]
          }
        }
      }
      record["score_\(layer.parameter)"] = score
      record["punish_\(layer.parameter)"] = punish
    }
    records.append(record)
  }
}
