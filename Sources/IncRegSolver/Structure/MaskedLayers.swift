import Engine
import Solver

/// The prunable layers of a training net with their masks, for methods that prune without stages.
struct MaskedLayers {
  /// The layers, in the order of the net.
  var all: [PrunableLayer]
  /// Whether pruned channels prune the filters that make them, and the other way round (`IF_update_row_col`).
  let propagates: Bool
  /// Per parameter of the net: the layer that it is the weight of.
  private var layerOfParameter: [Int?]

  /// Finds the layers and takes masks from the zeros of their weights.
  init(_ solver: Solver, kind: GroupSpace.Kind, propagates: Bool) throws {
    all = try PrunableLayer.all(in: solver.net, kind: kind)
    self.propagates = propagates
    guard all.contains(where: { $0.ratio > 0 }) else {
      throw IncRegError.field("prune_method", "no layer of the net has a prune_ratio above 0 in its prune_param")
    }
    layerOfParameter = Array(repeating: nil, count: solver.net.parameters.count)
    for index in all.indices {
      layerOfParameter[all[index].parameter] = index
      let weight = solver.net.parameters[all[index].parameter].blob
      all[index].adoptZeros(of: weight.data)
      // These methods look at groups of weights again and again.
      if all[index].ratio > 0 { weight.staysPlain = true }
    }
  }

  /// The masks of a parameter, in an update.
  func maskingTerms(ofWeight parameter: Int) -> GroupTerms? {
    layerOfParameter[parameter].flatMap { all[$0].maskingTerms }
  }

  /// The layer whose weight a parameter is, where the layer has a ratio.
  func layer(ofWeight parameter: Int) -> Int? {
    layerOfParameter[parameter].flatMap { all[$0].ratio > 0 ? $0 : nil }
  }

  /// Prunes groups of a layer; what they mean for its neighbours is done in ``takeFromNeighbours(_:)``.
  mutating func prune(_ groups: [Int], of index: Int, _ solver: Solver) {
    let weights = solver.net.parameters[all[index].parameter].blob.mutableData
    for group in groups { all[index].prune(group, step: solver.iteration + 1, weights: weights) }
    all[index].refreshRatio()
    if all[index].space.kind == .row {
      if propagates { all[index].prunedRows += groups }
    } else {
      Neighbours.queueRows(for: groups, of: index, in: &all, enabled: propagates)
    }
  }

  /// Masks what neighbours of pruned groups need no more, and with it the weights.
  mutating func takeFromNeighbours(_ solver: Solver) {
    for index in all.indices {
      if all[index].space.kind == .row {
        _ = Neighbours.takeColumns(index, in: &all, enabled: propagates)
      } else if !all[index].queuedRows.isEmpty {
        _ = Neighbours.takeRows(
          &all[index], weights: solver.net.parameters[all[index].parameter].blob.mutableData)
      }
      all[index].refreshRatio()
    }
    maskWeights(solver)
  }

  /// Masks the weights.
  func maskWeights(_ solver: Solver) {
    for layer in all { layer.mask.apply(toDataOf: solver.net.parameters[layer.parameter].blob) }
  }

  /// Masks the gradients.
  func maskGradients(_ solver: Solver) {
    for layer in all { layer.mask.apply(toDiffOf: solver.net.parameters[layer.parameter].blob) }
  }
}

extension PrunableLayer {
  /// An update's terms that mask gradients and momentum; nil where nothing is masked.
  var maskingTerms: GroupTerms? {
    guard !mask.isEmpty else { return nil }
    var terms = GroupTerms(mask.matrix)
    (terms.gradientMask, terms.historyMask) = (mask.matrix, mask.matrix)
    return terms
  }

  /// The norms of all groups, and the living groups in their order, the smallest first.
  func ranked(_ weights: FloatView, by importance: some Importance = L1Norm()) -> (scores: [Float], living: [Int]) {
    var scores = [Float](repeating: 0, count: space.count)
    importance.score(weights, space: space, into: &scores)
    let living = scores.indices.filter { !state.isPruned($0) }
    return (scores, living.sorted { (scores[$0], $0) < (scores[$1], $1) })
  }

  /// How many groups are still to be pruned.
  var groupsLeft: Int { max(0, groups(at: ratio) - maskedGroups) }
}
