import Base
import Engine
import Pruning
import Solver

// caffe_increg's lines of every iteration, for its own methods.
extension PruningRun {
  /// Says where a layer stands, and prints its table where that is due.
  func sayLayer(_ index: Int, _ solver: Solver) {
    guard let rules, !output.onlyApp else { return }
    if WeightTable.isDue(index, iteration: solver.iteration) {
      let makers = wiring.makers[index].map { (entries[$0.entry].family, $0.member) }
      let table = WeightTable(layers[index], byRow: rules.prunesRows) { row, column in
        for (family, member) in makers {
          if let group = family.groups.members[member].group(row: row, column: column) {
            return family.state.penalty[group]
          }
        }
        return 0
      }
      for line in table.lines(.weights, weight(index, solver).data) { output.detail(line) }
      tables[index] = table
    }
    if let line = summary(index, rules, solver) { output.detail(line) }
  }

  /// Prints the table of a layer's gradient. Its masks and penalties are those from before this iteration's changes.
  func sayGradient(_ index: Int, _ solver: Solver) {
    guard let table = tables.removeValue(forKey: index) else { return }
    let blob = weight(index, solver)
    var values = blob
    if blob.diffTiles != nil {
      // Gradients stay as they lie.
      values = Blob(shape: blob.shape)
      blob.copyDiff(to: values.mutableDiff)
    }
    for line in table.lines(.gradients, values.diff) { output.detail(line) }
  }

  /// The line that says where a layer stands; nil where it has no groups.
  private func summary(_ index: Int, _ rules: CaffeRules, _ solver: Solver) -> String? {
    guard let controller = search, let entry = wiring.makers[index].first?.entry else { return nil }
    let (layer, course) = (layers[index], controller.state.families[entry])
    let family = entries[entry].family
    let (name, masked, all) =
      method.structure is TileColumns
      ? ("tilecol", Float(family.pruned), family.count)
      : rules.prunesRows
        ? ("row", Float(layer.countedRows), layer.matrix.rows) : ("col", layer.countedColumns, layer.matrix.columns)
    // The original asks for the rate later in its iteration.
    let rate = solver.updatesEarly ? rateBefore : controller.state.learningRate
    let finished = course.finishedAt ?? Int(Int32.max)
    return "\(layer.name)  IF_prune: \(layer.ratio > 0 ? 1 : 0)"
      + "  pruned_ratio_\(name): \((Double(masked) / Double(all)).logged)(\(masked.logged))"
      + "  current_prune_ratio: \(course.target.logged)  iter_prune_finished: \(finished)"
      + "  (\(controller.state.phase.rawValue)-\((rate ?? 0).logged)-\(controller.accumulation)-\(controller.state.ceiling.logged))"
  }

  /// Says what has been saved so far and, with the first update, what is counted.
  func sayTotals(_ budget: Budget, _ solver: Solver, isFirst: Bool) {
    guard rules != nil, case .search(let settings) = method.course else { return }
    if isFirst {
      output.detail(
        "IF_speedup_count_fc: \(settings.budget.speedupCountsInnerProducts ? 1 : 0)  Total GFLOPs_origin: \(budget.multiplyAdds.logged)"
          + " | IF_compr_count_conv: \(settings.budget.compressionCountsConvolutions ? 1 : 0)  Total num_param_origin: \(budget.parameters.logged)"
      )
    }
    output.detail(
      "**** Step \(solver.iteration + 1) (after update): \(budget.speedup.logged)/\(settings.speedup.logged)"
        + " \(budget.compression.logged)/\(settings.compression.logged) ****\n")
  }

  /// Says what became of a family's groups.
  func say(_ remarks: [PrunedFamily.Remark], of family: PrunedFamily) {
    let space = rules?.prunesRows == true ? "  " : "   "
    for remark in remarks {
      switch remark {
      case .excess(let excess): output.detail("BUG: num_col_to_prune_ = \(excess)")
      case .reduced(let group, let before, let after):
        output.detail(
          "reduce reg: \(family.name)-\(group)\(space)old reg: \(before.logged)\(space)new reg: \(after.logged)")
      case .reshaped(let kept):
        output.detail(
          "\(family.name) kernel reshaped: rows \(kept.rows.lowerBound)-\(kept.rows.upperBound),"
            + " columns \(kept.columns.lowerBound)-\(kept.columns.upperBound)")
      }
    }
  }
}
