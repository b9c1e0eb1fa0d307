import Base
import CaffeProto
import Engine
import NetModel
import Testing

@testable import IncRegSolver
@testable import Pruning

/// A convolution that is pruned alone: its family, its masks, its weights, and what a run does with them.
struct OneLayer {
  var layers: [PrunableLayer]
  var family: PrunedFamily
  let weights: Blob
  private let importance = L1Norm()
  private let sums: GroupSums?

  /// Groups that are zero are pruned.
  init(_ structure: any MatrixStructure = Columns(), shape: Shape, _ values: [Float], ratio: Float = 0.5) {
    let matrix = WeightMatrix(shape)
    let (slices, count) = structure.slices(matrix)
    let member = GroupMember(BlobPlace(layer: 0, blob: 0), role: .maker, matrix: matrix, slices: slices)
    let groups = GroupFamily(name: "conv", layers: [0], count: count, members: [member])
    layers = [
      PrunableLayer(
        name: "conv", isConvolution: true, parameters: [0], shape: shape, matrix: matrix, ratio: ratio, ratioStep: 0,
        takesFromNeighbours: true, multiplyAdds: Float(shape.count))
    ]
    family = PrunedFamily(groups, ratio: ratio, ratioStep: 0, layers: [0])
    weights = Blob(shape: shape)
    weights.setPlainData(values)
    sums = importance.sums(groups)
    layers[0].adoptZeros(of: weights.data)
    family.adoptMasks(layers)
  }

  /// One filter whose groups are its weights, one column each.
  init(row: [Float], ratio: Float = 0.5) { self.init(shape: [1, row.count, 1, 1], row, ratio: ratio) }

  var layer: PrunableLayer { layers[0] }
  var state: GroupState { family.state }
  /// What fell in the last moment.
  var fallen: [Int] { family.wishes.fallen }
  var remarks: [PrunedFamily.Remark] { family.wishes.remarks }

  /// The scores, as a run takes them.
  func scores() throws -> [Float] {
    if let sums { return Array(sums.of(weights)) }
    return try importance.scores(family.groups, self)
  }

  /// What a run says to a method.
  func moment(_ iteration: Int, target: Float = 0.5, ceiling: Float = .infinity) -> MomentOfRun {
    MomentOfRun(
      iteration: iteration, target: target, ceiling: ceiling, random: RandomSource(seed: 1), scores: scores,
      weights: self)
  }

  /// Masks and counts what was wished, as before an update, and forgets the wishes.
  mutating func settle(step: Int) {
    _ = family.mask(&layers, step: step, countsAgain: false)
    layers[0].mask.apply(toDataOf: weights)
    layers[0].refreshRatio()
    family.refresh(layers)
    family.wishes = .init()
  }

  /// What the family adds to an update, where its penalties count.
  func penaltyTerms<Method: PruningMethod>(_ method: Method, _ memory: Method.Memory) throws -> GroupTerms {
    let run = PruningRun(method, output: PruneOutput(write: { _ in }))
    (run.layers, run.entries) = (layers, [.init(family: family, memory: memory)])
    run.entries[0].family.penalise()
    (run.wiring.makers, run.wiring.sums) = ([[.init(entry: 0, member: 0)]], [nil])
    return try #require(run.terms(of: 0, before: layer.mask.matrix, hasChanged: false))
  }
}

extension OneLayer: Evidence {
  func withValues(of member: GroupMember, _ body: (FloatView) throws -> Void) throws { try body(weights.data) }
}

/// A method by its name, with what a solver must say at least.
func method<Method: PruningMethod>(
  _ type: Method.Type, _ name: String, _ change: (inout SolverParameter) -> Void = { _ in }
) throws -> Method {
  var parameter = SolverParameter.with {
    ($0.pruneMethod, $0.aa, $0.targetReg, $0.maxIter) = (name, 1, 1, 100)
    ($0.pruneInterval, $0.ifScheme1WhenRegRank) = (1, true)
  }
  change(&parameter)
  return try Method(parameter, as: try #require(Method.names.first { $0.name == name }), profile: .fixed)
}
