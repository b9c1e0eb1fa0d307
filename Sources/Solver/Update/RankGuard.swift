import Base
import CaffeProto
import Engine

// What ranks must have in common, and what makes them the same again where they are not meant to be.
extension Solver {
  /// Reaches the other ranks.
  var communicator: any Communicator { ranks.communicator }

  /// Whether this rank writes and removes files.
  public var isFirstRank: Bool { communicator.isFirst }

  /// The iterations between two comparisons of weights.
  private static let guardInterval = 100

  /// Makes sure, before the first iteration, that all ranks train the same net alike on the same data.
  func compareRanks() throws {
    guard communicator.count > 1 else { return }
    func samples(_ net: Net) -> [Int] { net.layers.map { ($0.layer as? any SampledLayer)?.samples ?? 0 } }
    var solver = parameter
    solver.weights = []
    try communicator.compare([
      ("the net", try net.description.parameter.text()), ("the weights they begin with", "\(parameter.weights)"),
      ("the solver", try solver.text()), ("the length of the data", "\(samples(net))"),
      ("the length of the data of tests", "\(testNets.map(samples))"),
      ("the iteration they go on from", "\(iteration)"),
    ])
    try compareWeights()
    communicator.patience = ranks.patience
  }

  /// Compares the weights of all ranks now and then.
  func compareWeightsIfDue() throws {
    if communicator.count > 1, iteration % Self.guardInterval == 0 { try compareWeights() }
  }

  private func compareWeights() throws {
    try communicator.compare(
      net.parameters.filter { !$0.isStatistic }.map { learned in
        (
          "blob \(learned.index) of layer '\(learned.layer)' at iteration \(iteration)",
          learned.blob.plainData.lazy.map { UInt64($0.bitPattern) }.mixed
        )
      })
  }

  /// Makes sure that gradients lie alike in the memory of all ranks, and gives the mean of their losses.
  func exchange(loss: Float) throws -> Float {
    guard communicator.count > 1 else { return loss }
    let areTiled = net.parameters.map { UInt64($0.blob.diffTiles == nil ? 0 : 1) }
    let all = try communicator.gather([Double(loss), Double(areTiled.mixed >> 32)])
    if all.contains(where: { $0[1] != all[0][1] }) {
      try communicator.compare(
        zip(net.parameters, areTiled).map { ("how layer '\($0.layer)' is computed: \(Self.otherPlan)", $1) })
    }
    return Float(all.reduce(0) { $0 + $1[0] } / Double(all.count))
  }

  /// How gradients come to lie otherwise in memory, and what makes them lie alike.
  private static var otherPlan: String {
    """
    the gradient of its filters lies in tiles of 16 on one of them only, since another plan was chosen for its \
    convolution. Give all ranks the same --backend, --conv-algorithm fixed and --compact off
    """
  }

  /// What the first rank that was asked for something from outside was asked for.
  func agreedAction() throws -> SolverAction {
    let own = requestedAction()
    guard communicator.count > 1 else { return own }
    let number = SolverAction.allCases.firstIndex(of: own) ?? 0
    let numbers = try communicator.gather([Double(number)]).map { Int($0[0]) }
    return SolverAction.allCases[numbers.first { $0 > 0 } ?? 0]
  }

  /// Gives all ranks the means of the running statistics, which each has taken of its own batches.
  func averageStatistics() throws {
    guard communicator.count > 1 else { return }
    for learned in net.parameters where learned.isStatistic {
      learned.blob.setPlainData(try communicator.means(of: learned.blob.plainData))
    }
  }

  /// The values of the train net's outputs, their means over ranks.
  func trainOutputs() throws -> [NetOutput] {
    var outputs = net.outputValues()
    for index in outputs.indices { outputs[index].values = try communicator.means(of: outputs[index].values) }
    return outputs
  }
}
