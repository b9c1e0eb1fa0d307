import Engine
import Solver

/// The lines of every iteration.
extension IncRegMethod {
  /// Where a layer stands.
  func summary(_ index: Int) -> String {
    guard let controller else { return "" }
    let layer = layers[index]
    let course = controller.state.layers[index]
    let (name, masked, all) =
      settings.kind == .row
      ? ("row", Float(layer.countedRows), layer.space.rows) : ("col", layer.countedColumns, layer.space.columns)
    let finished = course.finishedAt ?? Int(Int32.max)
    return "\(layer.name)  IF_prune: \(layer.ratio > 0 ? 1 : 0)"
      + "  pruned_ratio_\(name): \((Double(masked) / Double(all)).logged)(\(masked.logged))"
      + "  current_prune_ratio: \(course.target.logged)  iter_prune_finished: \(finished)"
      + "  (\(controller.state.phase.rawValue)-\((controller.state.learningRate ?? 0).logged)-\(controller.accumulation)-\(controller.state.ceiling.logged))"
  }

  /// What the run counts.
  func totals(_ budget: Budget) -> String {
    "IF_speedup_count_fc: \(settings.budget.speedupCountsInnerProducts ? 1 : 0)  Total GFLOPs_origin: \(budget.multiplyAdds.logged)"
      + " | IF_compr_count_conv: \(settings.budget.compressionCountsConvolutions ? 1 : 0)  Total num_param_origin: \(budget.parameters.logged)"
  }

  /// Whether a layer's table is due.
  func showsTable(_ index: Int, _ solver: Solver) -> Bool {
    !output.onlyApp && WeightTable.layers.contains(index) && (solver.iteration + 1) % WeightTable.interval == 0
  }

  /// Prints a layer's table.
  func show(_ content: WeightTable.Content, _ index: Int, _ values: FloatView) {
    for line in WeightTable.lines(content, layers[index], values) { output.detail(line) }
  }
}
