import Engine

extension PruningMethod {
  /// IncReg on kernel positions, for all filters and channels of a layer at once; what survives is made a rectangle.
  ///
  /// The spatial configurations that came with the original ask for `Reg_Col` with the regularization `RegSpa_Col`.
  static let regSpaCol = PruningMethod(
    names: ["RegSpa_Col", "Reg_Col", "Reg-rank_Col"], regularizations: ["RegSpa_Col"]
  ) {
    IncRegMethod(try IncRegSettings($0, kind: .position, profile: $2), output: $1)
  }
}

extension IncRegMethod {
  /// Makes the surviving positions of a layer that has just reached its target a rectangle.
  func reshapeKernel(_ index: Int, weights: MutableFloatView) {
    guard let kept = layers[index].makeRectangular(step: firstStepAfterPruning(index), weights: weights) else { return }
    output.detail(
      "\(layers[index].name) kernel reshaped: rows \(kept.rows.lowerBound)-\(kept.rows.upperBound),"
        + " columns \(kept.columns.lowerBound)-\(kept.columns.upperBound)")
  }

  private func firstStepAfterPruning(_ index: Int) -> Int { (controller?.state.layers[index].finishedAt ?? 0) + 1 }
}

extension PrunableLayer {
  /// Replaces the surviving kernel positions by the rectangle that is nearest to them: what is outside is pruned, what is
  /// inside may grow again from 0, without its penalty and as the least important. Recounts.
  ///
  /// - Parameters:
  ///   - step: the step in which positions outside count as pruned
  ///   - weights: the layer's weight
  /// - Returns: the rectangle; nil where nothing is pruned, or nothing survives
  mutating func makeRectangular(step: Int, weights: MutableFloatView) -> KernelRectangle? {
    let alive = state.prunedAt.map { $0 == nil }
    guard space.kind == .position, alive.contains(false), alive.contains(true) else { return nil }
    let width = shape[3]
    let rectangle = KernelRectangle(nearestTo: alive, width: width)
    let inside = Set(rectangle.positions(width: width))
    for position in alive.indices {
      if !alive[position], inside.contains(position) {
        state.prunedAt[position] = nil
        unsettled = Self.settlingUpdates
        state.lambda[position] = 0
        state.rankMean[position] = 0
        for column in space.extents(of: position).columns { mask.unmask(column: column) }
      } else if alive[position], !inside.contains(position) {
        prune(position, step: step, weights: weights)
        state.rankMean[position] = Float(step - 1_000_000)
      }
    }
    refreshRatio()
    return rectangle
  }
}
