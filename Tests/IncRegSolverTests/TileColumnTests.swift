import CaffeProto
import Engine
import Glibc
import NetIO
import Pruning
import Solver
import TestSupport
import Testing

@testable import IncRegSolver

/// Columns of tiles of 32 filters, in all methods that prune them.
@Suite struct TileColumnTests {
  /// The tiny net with 70 filters, two tiles and a rest of 6, and with two groups of 40, a tile and a rest of 8 each.
  private static func widen(_ parameter: inout SolverParameter) {
    parameter.weights = []
    for index in parameter.netParam.layer.indices {
      switch parameter.netParam.layer[index].name {
      case "conv1":
        parameter.netParam.layer[index].convolutionParam.numOutput = 70
        parameter.netParam.layer[index].convolutionParam.weightFiller.type = "msra"
      case "conv2":
        parameter.netParam.layer[index].convolutionParam.numOutput = 80
        parameter.netParam.layer[index].convolutionParam.group = 2
        parameter.netParam.layer[index].convolutionParam.weightFiller.type = "msra"
      case "ip": parameter.netParam.layer[index].innerProductParam.weightFiller.type = "xavier"
      default: break
      }
    }
  }

  private static let methods: [(name: String, change: @Sendable (inout SolverParameter) -> Void)] = [
    ("Reg_TileCol", { $0.aa = 0.05 }), ("AFP_TileCol", { $0.aa = 0.001 }),
    ("PP_TileCol", { ($0.aa, $0.pruneInterval) = (0.1, 1) }), ("SFP_TileCol", { $0.epochIters = 40 }),
    ("GReg-1_TileCol", { _ in }), ("OneShot_TileCol", { $0.pruningParam.rounds = 2 }),
  ]

  private static func run(_ index: Int, _ more: @escaping (inout SolverParameter) -> Void = { _ in }) throws
    -> MethodRun
  {
    try MethodRun(methods[index].name, "L2") {
      widen(&$0)
      methods[index].change(&$0)
      more(&$0)
    }
  }

  /// Groups that are zero, by hand: (rows of a group's share, tile of at most 32, column).
  private func zeroGroups(_ values: [Float], rows: Int, groups: Int) -> (zero: Int, all: Int) {
    let (columns, share) = (values.count / rows, rows / groups)
    var (zero, all) = (0, 0)
    for group in 0..<groups {
      for first in stride(from: 0, to: share, by: 32) {
        for column in 0..<columns {
          let tile = (group * share + first)..<(group * share + min(first + 32, share))
          all += 1
          if tile.allSatisfy({ values[$0 * columns + column] == 0 }) { zero += 1 }
        }
      }
    }
    return (zero, all)
  }

  @Test(arguments: methods.indices) func halfOfTheGroupsAreZeroInTheEnd(_ index: Int) throws {
    let run = try Self.run(index)
    try run.solver.solve()
    let weights = run.solver.net.parameters.filter { ["conv1", "conv2"].contains($0.layer) && $0.index == 0 }
    let first = zeroGroups(weights[0].blob.plainData, rows: 70, groups: 1)
    let second = zeroGroups(weights[1].blob.plainData, rows: 80, groups: 2)
    #expect(first.all == 3 * 9 && second.all == 4 * 35 * 9)
    // SFP cuts 27 * 0.5 off; the others round up.
    #expect(first.zero == (Self.methods[index].name == "SFP_TileCol" ? 13 : 14), "\(Self.methods[index].name)")
    #expect(second.zero == 630, "\(Self.methods[index].name)")
  }

  @Test(arguments: methods.indices, [SolverParameter.SnapshotFormat.binaryproto, .hdf5])
  func aResumedRunIsTheUnbrokenOne(_ index: Int, _ format: SolverParameter.SnapshotFormat) throws {
    try MethodRun.checkResumption(at: [80], Self.methods[index].name, "L2", format: format) {
      Self.widen(&$0)
      Self.methods[index].change(&$0)
      $0.snapshot = 80
    }
  }

  /// Where a tile holds all filters, its columns are the layer's.
  @Test func oneTileIsAColumn() throws {
    // Tiles leave neighbours alone.
    let columns = try MethodRun("Reg_Col", "Reg_Col") { $0.ifUpdateRowCol = false }
    let tiles = try MethodRun("Reg_TileCol", "L2")
    for run in [columns, tiles] { try run.solver.solve() }
    let one = try #require(columns.solver.hook as? PruningRun<IncReg>)
    let other = try #require(tiles.solver.hook as? PruningRun<IncReg>)
    #expect(one.families.map(\.state.prunedAt) == other.families.map(\.state.prunedAt))
    #expect(one.families.contains { $0.state.prunedCount > 0 })
    for (got, expected) in zip(tiles.learned, columns.learned) { #expect(relativeDistance(got, expected) < 1e-3) }
  }

  /// Early updates and late ones do the same.
  @Test func updatesDoNotDependOnTheirTime() throws {
    let (early, late) = (try Self.run(0), try Self.run(0) { $0.clipGradients = 1e30 })
    for run in [early, late] { try run.solver.solve() }
    #expect(!late.solver.updatesEarly)
    #expect(early.learned == late.learned)
  }

  @Test func aRunBeginsWithWhatIsZero() throws {
    let matrix = WeightMatrix(rows: 35, columns: 2)
    let blob = Blob(shape: [35, 2])
    // Column 0 of the rest, column 1 of the tile, and one weight.
    blob.setPlainData((0..<70).map { $0 >= 64 && $0 % 2 == 0 || $0 < 64 && $0 % 2 == 1 || $0 == 2 ? 0 : 1 })
    var mask = MaskSet(matrix)
    mask.maskTiles(matrix, 32, zerosOf: blob.data)
    #expect(mask.maskedElements == 35 && !mask.isMasked(element: 2))
    #expect(mask.isMasked(element: 68) && !mask.isMasked(element: 69) && mask.isMasked(element: 63))
  }

  @Test func onlyTheProfileFixedKnowsIt() throws {
    let parameter = SolverParameter.with {
      ($0.pruneMethod, $0.aa, $0.targetReg) = ("Reg_TileCol", 1, 1)
    }
    #expect(throws: IncRegError.self) { try PruningMethods.hook(for: parameter, profile: .reference) }
    #expect(try PruningMethods.hook(for: parameter) != nil)
  }

  /// A layer of 35 filters of 4 weights: eight groups, of which four are to go. Beside the penalties, every weight gets a
  /// gradient of its own.
  @Test func aLayerIsPrunedAsTheRulesSay() throws {
    let start = (0..<140).map { 0.5 * sinf(Float($0) * 1.7) + 0.3 }
    let method = try method(IncReg.self, "Reg_TileCol") { ($0.aa, $0.targetReg) = (0.05, 1) }
    var one = OneLayer(TileColumns(), shape: [35, 4, 1, 1], start)
    #expect(one.family.count == 8)
    var ranks = method.memory(of: one.family)
    var reference = Reference(weights: start)
    for iteration in 0..<80 {
      try method.act(.update, on: &one.family, &ranks, in: one.moment(iteration, target: 0.5, ceiling: 0.97))
      reference.rank(iteration)
      let fallen = one.fallen
      #expect(fallen.sorted() == reference.fallen.sorted(), "iteration \(iteration)")
      #expect(relativeDistance(one.state.penalty, reference.penalty) < 1e-4, "iteration \(iteration)")
      one.settle(step: iteration + 1)
      let gradient = Blob(shape: one.weights.shape)
      gradient.setPlainData((0..<140).map { 0.02 * cosf(Float($0 + iteration)) })
      TilePenalty(matrix: one.layer.matrix, height: 32, penalties: one.state.penalty)
        .add(one.weights.data, to: gradient.mutableData)
      let step = gradient.plainData
      one.weights.setPlainData(zip(one.weights.plainData, step).map { $0 - 0.1 * $1 })
      one.layer.mask.apply(toDataOf: one.weights)
      reference.learn(iteration)
      #expect(relativeDistance(one.weights.plainData, reference.weights) < 1e-4, "iteration \(iteration)")
    }
    #expect(reference.dead.count { $0 } == 4 && one.state.prunedCount == 4)
    #expect(zeroGroups(one.weights.plainData, rows: 35, groups: 1).zero == 4)
    #expect(one.layer.achieved.overall == Float(one.layer.mask.maskedElements) / 140)
  }

  /// IncReg by the paper, on rows 0 to 31 and 32 to 34 of four weights each.
  private struct Reference {
    var weights: [Float]
    var penalty = [Float](repeating: 0, count: 8)
    var mean = [Float](repeating: 0, count: 8)
    var dead = [Bool](repeating: false, count: 8)
    var fallen: [Int] = []

    func group(_ index: Int) -> Int { index / 4 < 32 ? index % 4 : 4 + index % 4 }

    mutating func rank(_ iteration: Int) {
      let living = (0..<8).filter { !dead[$0] }
      let (pruned, toGo) = (8 - living.count, 4 - (8 - living.count))
      fallen = []
      guard toGo > 0 else { return }
      let score = (0..<8).map { group in
        let own = weights.indices.filter { self.group($0) == group }.map { Double(abs(weights[$0])) }
        return own.reduce(0, +) / Double(own.count)
      }
      for (place, group) in living.sorted(by: { score[$0] < score[$1] }).enumerated() {
        mean[group] = (Float(iteration) * mean[group] + Float(pruned + place)) / Float(iteration + 1)
      }
      let (alpha, step) = (log(8.0) / Double(toGo), 0.05)
      let centre = log(4.0) / alpha
      for (place, group) in living.sorted(by: { (mean[$0], $0) < (mean[$1], $1) }).enumerated() {
        let x = Double(place)
        let change = x < centre ? step * exp(-alpha * x) : step * (0.5 - exp(-alpha * (2 * centre - x)))
        penalty[group] = max(0, penalty[group] + Float(change))
        if penalty[group] >= 0.97 { fallen.append(group) }
      }
    }

    mutating func learn(_ iteration: Int) {
      for group in fallen { dead[group] = true }
      for index in weights.indices {
        let gradient = 0.02 * cosf(Float(index + iteration)) + penalty[group(index)] * weights[index]
        weights[index] = dead[group(index)] ? 0 : weights[index] - 0.1 * gradient
      }
    }
  }
}
