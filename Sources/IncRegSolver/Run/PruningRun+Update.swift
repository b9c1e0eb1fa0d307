import Engine
import Pruning
import Solver

// What is added to updates.
extension PruningRun {
  /// What a layer adds to the update of its weight.
  public func terms(_ solver: Solver, parameter index: Int) throws -> GroupTerms? {
    guard let layer = wiring.layerOfParameter[index] else { return nil }
    if solver.updatesEarly { sayGradient(layer, solver) }
    return terms[layer]
  }

  /// Penalties and masks of a layer's weight.
  ///
  /// By the original, gradients are masked as they were before the update's own falls, if anything was: the momentum of
  /// what falls now is masked in the next iteration, unless something else of the layer was masked before (Q4).
  func terms(of index: Int, before: MatrixMask, hasChanged: Bool) -> GroupTerms? {
    let layer = layers[index]
    var terms: GroupTerms?
    for maker in wiring.makers[index] where entries[maker.entry].family.wishes.penalises {
      terms = terms ?? GroupTerms(layer.matrix.whole)
      let family = entries[maker.entry].family
      terms?.add(family.state, of: family.groups.members[maker.member])
      if let sums = wiring.sums[maker.entry] { terms?.sums = sums }
    }
    if hasChanged {
      terms = terms ?? GroupTerms(layer.matrix.whole)
      terms?.weightMask = layer.mask.matrix
    }
    if rules != nil {
      guard layer.achieved.overall > 0 else { return terms }
      terms = terms ?? GroupTerms(layer.matrix.whole)
      terms?.gradientMask = before
      if layer.unsettled > 0 { terms?.historyMask = layer.mask.matrix }
    } else if !layer.mask.keepsAllSlices {
      terms = terms ?? GroupTerms(layer.matrix.whole)
      terms?.gradientMask = layer.mask.matrix
      terms?.historyMask = layer.mask.matrix
    }
    return terms
  }
}

// Single weights, and columns of tiles.
extension PruningRun {
  /// The penalties of a layer's groups that are neither rows nor columns.
  public func gradientTerms(_ solver: Solver, parameter index: Int) throws -> [any GradientTerm] {
    let added: [any GradientTerm] = added[index].map { [AddedGradient(values: $0)] } ?? []
    guard wiring.hasElements, let layer = wiring.layerOfParameter[index] else { return added }
    return added
      + wiring.makers[layer].compactMap { maker -> (any GradientTerm)? in
        let (family, member) = (entries[maker.entry].family, entries[maker.entry].family.groups.members[maker.member])
        guard family.wishes.penalises, case .tiles(let height) = member.slices else { return nil }
        return TilePenalty(matrix: member.matrix, height: height, penalties: family.state.penalty)
      }
  }

  /// The weights of a layer that are held at zero for themselves.
  public func elementMask(_ solver: Solver, parameter index: Int) throws -> ElementMask? {
    wiring.layerOfParameter[index].flatMap { layers[$0].mask.elements }
  }
}

/// A penalty for every column of a tile: penalty * weight, added to the gradient.
struct TilePenalty: GradientTerm {
  let matrix: WeightMatrix
  let height: Int
  let penalties: [Float]

  func add(_ weight: FloatView, to gradient: MutableFloatView) {
    let (columns, tiles) = (matrix.columns, matrix.tiles(height))
    for tile in 0..<tiles.count {
      for row in tiles.rows(of: tile) {
        for column in 0..<columns {
          gradient[row * columns + column] += penalties[tile * columns + column] * weight[row * columns + column]
        }
      }
    }
  }
}

extension GroupTerms {
  /// Adds the penalties of living groups to the rows or columns of a member.
  fileprivate mutating func add(_ state: GroupState, of member: GroupMember) {
    func penalty(_ slice: Int) -> Float {
      let group = member.group(ofSlice: slice)
      return group < 0 || state.isPruned(group) ? 0 : state.penalty[group]
    }
    switch member.slices {
    case .rows:
      if rowPenalty.isEmpty { rowPenalty = [Float](repeating: 0, count: member.matrix.rows) }
      for row in rowPenalty.indices { rowPenalty[row] += penalty(row) }
    // A column's penalty is the same in all blocks.
    case .columns:
      if columnPenalty.isEmpty { columnPenalty = [Float](repeating: 0, count: member.matrix.columns) }
      for column in columnPenalty.indices { columnPenalty[column] += penalty(column) }
    case .tiles: break
    }
  }
}
