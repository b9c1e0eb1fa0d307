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

// Hidden groups.
extension PruningRun {
  /// Draws what is hidden in the coming passes, in the order of families and groups.
  func draw() {
    guard method.habits.hides, let keeper else { return }
    for index in entries.indices where entries[index].family.ratio > 0 {
      let family = entries[index].family
      entries[index].family.state.hidden =
        keeper.acts(on: index, family)
        ? method.hides(family, entries[index].memory, random) : [Bool](repeating: false, count: family.count)
    }
  }

  /// Keeps the weights of hidden groups aside, and sets them to zero.
  func hide(_ solver: Solver) {
    forHidden { family, member, layer in
      let values = weight(layer, solver).mutableData
      if backups[layer] == nil { backups[layer] = Array(values) }
      member.scale(values) { family.state.hidden[$0] ? 0 : 1 }
    }
  }

  /// Brings them back, and takes their gradient away.
  func bringBack(_ solver: Solver) {
    for (layer, values) in backups { weight(layer, solver).mutableData.copy(values) }
    backups = [:]
    forHidden { family, member, layer in
      member.scale(weight(layer, solver).mutableDiff) { family.state.hidden[$0] ? 0 : 1 }
    }
  }

  private func forHidden(_ body: (PrunedFamily, GroupMember, _ layer: Int) -> Void) {
    guard method.habits.hides else { return }
    for entry in entries where entry.family.state.hidden.contains(true) {
      for (member, layer) in zip(entry.family.groups.members, entry.family.layers) where member.role == .maker {
        if let layer { body(entry.family, member, layer) }
      }
    }
  }
}
