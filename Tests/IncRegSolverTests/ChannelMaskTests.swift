import CaffeProto
import Engine
import NetModel
import Pruning
import Solver
import Testing

@testable import IncRegSolver

/// What is masked and saved of channels, which lie in several layers, in whole runs.
@Suite struct ChannelMaskTests {
  private func change(_ parameter: inout SolverParameter) {
    parameter.pruneInterval = 3
    switch parameter.pruneMethod {
    case "AFP_Channel": parameter.aa = 0.001
    case "PP_Channel": parameter.aa = 0.1
    default: break
    }
  }

  private func families(_ hook: (any SolverHook)?) -> (families: [PrunedFamily], layers: [PrunableLayer]) {
    switch hook {
    case let run as PruningRun<IncReg>: (run.families, run.layers)
    case let run as PruningRun<AutoBalanced>: (run.families, run.layers)
    case let run as PruningRun<Probabilistic>: (run.families, run.layers)
    default: ([], [])
    }
  }

  /// Whether each group of a member is zero.
  private func zeros(_ member: GroupMember, _ count: Int, _ values: [Float]) -> [Bool] {
    var isZero = [Bool](repeating: true, count: count)
    for row in 0..<member.matrix.rows {
      for column in 0..<member.matrix.columns where values[row * member.matrix.columns + column] != 0 {
        if let group = member.group(row: row, column: column) { isZero[group] = false }
      }
    }
    return isZero
  }

  /// A chain, a convolution in two groups, and a sum: as many channels as asked for, of every block as many, are neither made
  /// nor read in the end, and all others are made.
  @Test(
    arguments: ["Reg_Channel", "AFP_Channel", "PP_Channel"],
    [
      ("tiny-a-regcol", ["conv1 3/6", "conv2 4/8"]),
      ("tiny-c-regcol-group-itersize", ["conv1 2/3", "conv1 2/3", "conv2 2/4", "conv2 2/4"]),
      ("tiny-d-regcol-bn-residual", ["conv1 3/6", "conv2 3/6"]),
    ])
  func channelsAreNeitherMadeNorRead(_ method: String, _ net: (name: String, pruned: [String])) throws {
    let run = try MethodRun(method, "L2", golden: net.name) {
      change(&$0)
      $0.maxIter = 160
    }
    try run.solver.solve()
    let (families, layers) = families(run.solver.hook)
    let pruned = families.map { "\($0.name) \($0.state.prunedAt.count { $0 != nil })/\($0.count)" }
    #expect(pruned == net.pruned)
    for family in families {
      let isPruned = (0..<family.count).map(family.state.isPruned)
      var seen = 0
      for (member, layer) in zip(family.groups.members, family.layers) {
        guard let layer else { continue }
        let isZero = zeros(member, family.count, run.weights(layers[layer]).plainData)
        #expect(isZero == isPruned, "\(method), \(family.name): \(member.role) in \(layers[layer].name)")
        seen += 1
      }
      #expect(seen >= 2)
    }
  }

  /// A state whose method knows of fewer groups than the net has.
  @Test(arguments: ["Reg_Channel", "AFP_Channel", "PP_Channel"])
  func aMemoryThatDoesNotFitIsRefused(_ method: String) throws {
    let whole = try MethodRun(method, "L2") {
      change(&$0)
      $0.maxIter = 40
    }
    try whole.solver.solve()
    func damaged<Memory: Codable>(_ state: inout SolverState, _ memory: Memory) throws {
      let id = ["Reg_Channel": "IncReg", "AFP_Channel": "AFP", "PP_Channel": "SPP"][method] ?? ""
      var section = try #require(try RunSection<Memory>.read(id, from: state))
      section.families[1].memory = memory
      state.unknownFields = []
      try section.add(to: &state)
    }
    var state = SolverState()
    try whole.solver.hook?.encode(into: &state, whole.solver)
    switch method {
    case "Reg_Channel": try damaged(&state, Ranks(count: 7))
    case "AFP_Channel": try damaged(&state, AutoBalanced.Strengths(count: 7))
    default: try damaged(&state, Probabilistic.Chances(count: 7))
    }
    let other = try MethodRun(method, "L2", change: change)
    try other.solver.step(1)
    let error = #expect(throws: IncRegError.self) {
      try other.solver.hook?.decode(from: state, other.solver, rollback: false)
    }
    #expect(error?.description == "solver state: layer 'conv2': does not fit the net's")
  }
}
