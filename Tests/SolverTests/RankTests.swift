import CaffeProto
import Engine
import NetIO
import NetModel
import Synchronization
import TestSupport
import Testing

@testable import Solver

/// Runs on several ranks, which are threads here.
@Suite struct RankTests {
  private static let data = """
    layer { name: 'data' type: 'HDF5Data' top: 'data' top: 'label' include { phase: TRAIN }
      hdf5_data_param { source: 'LIST' batch_size: BATCH shuffle: true } }
    layer { name: 'data' type: 'HDF5Data' top: 'data' top: 'label' include { phase: TEST }
      hdf5_data_param { source: 'LIST' batch_size: 70 } }

    """
  private static let loss = """

    layer { name: 'ip' type: 'InnerProduct' bottom: 'x' top: 'ip' inner_product_param {
      num_output: 10 weight_filler { type: 'xavier' } } }
    layer { name: 'accuracy' type: 'Accuracy' bottom: 'ip' bottom: 'label' top: 'accuracy' include { phase: TEST } }
    layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip' bottom: 'label' top: 'loss' loss_param { LOSS } }
    """
  private static func convolution(_ name: String, _ bottom: String) -> String {
    """
    layer { name: '\(name)' type: 'Convolution' bottom: '\(bottom)' top: '\(name)' convolution_param {
      num_output: 16 kernel_size: 3 pad: 1 bias_term: false weight_filler { type: 'msra' } } }

    """
  }
  private static func normalisation(_ blob: String) -> String {
    """
    layer { name: '\(blob)_bn' type: 'BatchNorm' bottom: '\(blob)' top: '\(blob)' }
    layer { name: '\(blob)_scale' type: 'Scale' bottom: '\(blob)' top: '\(blob)' scale_param { bias_term: true } }

    """
  }
  private static let relu = "layer { name: 'relu' type: 'ReLU' bottom: 'a' top: 'a' }\n"

  /// Nets by name: with dropout, with labels that do not count, and with normalisations, alone or before a scale.
  private static let nets = [
    "dropout": convolution("a", "data") + relu
      + "layer { name: 'x' type: 'Dropout' bottom: 'a' top: 'x' }" + loss.replacing("LOSS", with: ""),
    "ignored": convolution("a", "data") + relu + convolution("x", "a")
      + loss.replacing("LOSS", with: "ignore_label: 3 normalization: VALID"),
    "normalised": convolution("a", "data") + normalisation("a") + relu + convolution("x", "a")
      + "layer { name: 'x_bn' type: 'BatchNorm' bottom: 'x' top: 'x' }" + loss.replacing("LOSS", with: ""),
  ]

  private func solver(_ net: String, batch: Int, _ scratch: TemporaryFolder) throws -> SolverParameter {
    let list = try scratch.write(golden + "/tiny_train.h5\n", to: "list.txt")
    let text = (Self.data + (Self.nets[net] ?? "")).replacing("LIST", with: list).replacing("BATCH", with: "\(batch)")
    return try SolverParameter.with {
      ($0.baseLr, $0.lrPolicy, $0.momentum, $0.weightDecay) = (0.02, "fixed", 0.9, 0.001)
      ($0.maxIter, $0.randomSeed, $0.snapshotAfterTrain, $0.snapshotPrefix) = (1, 3, false, scratch("run"))
      $0.netParam = try NetParameter(text: text)
    }
  }

  /// Solves as so many ranks; what `read` makes of each rank's solver.
  private func solve<Result: Sendable>(
    _ parameter: SolverParameter, ranks: Int, synchronized: Bool = false, resume: String? = nil, oneDNN: Bool = true,
    prepare: @escaping (Solver) -> Void = { _ in }, read: @escaping (Solver) throws -> Result
  ) throws -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: ranks))
    try SimulatedRanks.run(ranks) { communicator in
      let solver = try Solver(
        parameter, registry: .caffe, backend: oneDNN ? DNNLBackend(algorithm: .direct) : ReferenceBackend(),
        ranks: RunRanks(communicator, synchronizesBatchNorm: synchronized), log: .silent)
      prepare(solver)
      try solver.solve(resume: resume)
      let result = try read(solver)
      results.withLock { $0[communicator.rank] = result }
    }
    return results.withLock { $0.compactMap(\.self) }
  }

  private func learned(_ solver: Solver) -> [[Float]] { weights(solver.net) + solver.history.map { $0[0].plainData } }

  /// One iteration of N ranks is one of a rank with N times the batch, to rounding.
  @Test(arguments: ["dropout", "ignored", "normalised"], [2, 3, 4])
  func ranksAreOneLargeBatch(_ net: String, _ ranks: Int) throws {
    for oneDNN in [false, true] {
      let scratch = try TemporaryFolder()
      let many = try solve(
        solver(net, batch: 10, scratch), ranks: ranks, synchronized: true, oneDNN: oneDNN,
        read: { (self.learned($0), $0.loss) })
      let one = try solve(solver(net, batch: 10 * ranks, scratch), ranks: 1, oneDNN: oneDNN) {
        (self.learned($0), $0.loss)
      }[0]
      for rank in many { #expect(rank.0 == many[0].0 && rank.1 == many[0].1) }
      #expect(isClose(many[0].1, one.1, relative: 1e-6))
      let count = one.0.count / 2
      func all(_ learned: ArraySlice<[Float]>) -> [Float] { Array(learned.joined()) }
      #expect(relativeDistance(all(many[0].0.prefix(count)), all(one.0.prefix(count))) < 1e-6)
      // The gradient itself.
      #expect(relativeDistance(all(many[0].0.suffix(count)), all(one.0.suffix(count))) < 5e-6)
    }
  }

  @Test func testsAreSplitAndAreThoseOfOneRank() throws {
    let scratch = try TemporaryFolder()
    var parameter = try solver("normalised", batch: 10, scratch)
    (parameter.maxIter, parameter.testIter, parameter.testInterval) = (0, [5], 100)
    let weights = scratch("run_iter_0.caffemodel")
    parameter.snapshotAfterTrain = true
    _ = try solve(parameter, ranks: 1) { _ in 0 }
    (parameter.snapshotAfterTrain, parameter.weights) = (false, [weights])
    func scores(_ ranks: Int) throws -> [[Float]] {
      try solve(parameter, ranks: ranks) { solver in
        try (0..<2).flatMap { _ in try solver.testAll().flatMap { $0.flatMap(\.values) } }
      }
    }
    let one = try scores(1)[0]
    #expect(one.count == 4 && one[1] != one[3])
    for ranks in [2, 3, 7] { for rank in try scores(ranks) { #expect(rank == one) } }
  }

  /// A run of 3 ranks goes on as 2 where it stood, and as 3 to the same end, to the last bit.
  @Test func resumesWithAnotherNumber() throws {
    let scratch = try TemporaryFolder()
    var parameter = try solver("normalised", batch: 10, scratch)
    (parameter.maxIter, parameter.snapshot, parameter.snapshotAfterTrain) = (12, 6, true)
    let whole = try solve(parameter, ranks: 3) { self.learned($0) }
    let state = scratch("run_iter_6.solverstate")
    #expect(try SolverStateFile.read(state).position.source.first?.records == 6 * 3 * 10)
    let same = try solve(parameter, ranks: 3, resume: state) { self.learned($0) }
    #expect(same == whole)
    let other = try solve(parameter, ranks: 2, resume: state) { ($0.position.source[0].records, self.learned($0)) }
    #expect(other[0].0 == 180 + 6 * 2 * 10 && other[0].1 == other[1].1)
    let alone = try solve(parameter, ranks: 1, resume: state) { $0.position.source[0].records }
    #expect(alone == [240])
  }

  /// What goes wrong on one rank ends all, and is named.
  @Test func faultsAreNamed() throws {
    let scratch = try TemporaryFolder()
    var parameter = try solver("ignored", batch: 10, scratch)
    parameter.maxIter = 250
    let place = "blob 0 of layer 'a' at iteration 200"
    #expect(throws: RankError.differs(rank: 2, place)) {
      try solve(parameter, ranks: 3) { solver in
        let spoils = solver.communicator.rank == 2
        solver.requestedAction = { [unowned solver] in
          if spoils, solver.iteration == 120 { solver.net.parameters[0].blob.mutableData[0] += 1 }
          return .none
        }
      } read: { _ in
        0
      }
    }
    for (name, change) in [
      ("the solver", { $0.baseLr = 0.1 }), ("the net", { $0.netParam.name = "other" }),
    ] as [(String, (inout SolverParameter) -> Void)] {
      #expect(throws: RankError.differs(rank: 1, name)) {
        try SimulatedRanks.run(3) { communicator in
          var own = parameter
          if communicator.rank == 1 { change(&own) }
          try Solver(
            own, registry: .caffe, backend: ReferenceBackend(), ranks: RunRanks(communicator), log: .silent
          ).solve()
        }
      }
    }
    #expect(throws: SolverError.self) {
      try solve(parameter, ranks: 3) { solver in
        let fails = solver.communicator.rank == 1
        solver.requestedAction = { [unowned solver] in
          if fails, solver.iteration == 2 { solver.net.parameters[3].blob.mutableData[0] = .nan }
          return .none
        }
      } read: { _ in
        0
      }
    }
  }

  /// Gradients must lie alike in the memory of all ranks, which tiles and plain loops do not do.
  @Test func otherPlansAreNamed() throws {
    guard DNNLBackend.hasWideVectors else { return print("SKIPPED \(#function): tiles are for AVX-512") }
    let scratch = try TemporaryFolder()
    let parameter = try solver("ignored", batch: 10, scratch)
    let error = #expect(throws: RankError.self) {
      try SimulatedRanks.run(3) { communicator in
        try Solver(
          parameter, registry: .caffe,
          backend: communicator.rank == 2 ? ReferenceBackend() : DNNLBackend(algorithm: .direct),
          ranks: RunRanks(communicator), log: .silent
        ).solve()
      }
    }
    guard case .differs(rank: 2, let what) = error else { throw try #require(error) }
    #expect(what.hasPrefix("how layer 'x' is computed") && what.contains("--conv-algorithm fixed and --compact off"))
  }

  /// What travels: all gradients, each once; of weights that are pruned for good those that live, also where single
  /// weights are pruned beside rows and columns, or alone.
  @Test(arguments: [(true, false), (true, true), (false, true)]) func buckets(_ slices: Bool, _ singles: Bool) throws {
    let scratch = try TemporaryFolder()
    let solver = try makeSolver(solver("ignored", batch: 2, scratch))
    final class Noting: Communicator {
      let (rank, count) = (0, 2)
      var patience = Duration.zero
      var sizes: [Int] = []
      var waits = 0
      func gather(_ values: [Double]) -> [[Double]] { [values, values] }
      func beginMean(of values: MutableFloatView) {
        sizes.append(values.count)
        values.multiply(by: 2)
      }
      func progress() {}
      func finishMeans() { waits += 1 }
    }
    let pruned = solver.net.parameters[1].blob
    var mask = MatrixMask(rows: 16, columns: pruned.count / 16)
    if slices {
      for row in 0..<12 { mask.set(row: row, stays: false) }
      mask.set(column: 5, block: 0, stays: false)
    }
    var elements = ElementMask(count: pruned.count)
    // In the rows that live in any case.
    for place in stride(from: 12 * mask.width, to: pruned.count, by: 7) { elements.set(place, stays: false) }
    pruned.finalMask = FinalMask(mask, elements: singles ? elements : nil)
    func lives(_ place: Int) -> Bool {
      mask.factor(row: place / mask.width, column: place % mask.width) != 0 && (!singles || elements.keeps(place))
    }
    let living = (0..<pruned.count).count(where: lives)
    let noting = Noting()
    let exchange = GradientExchange(solver.net, noting)
    solver.net.clearParameterDiffs()
    for (index, learned) in solver.net.parameters.enumerated() { learned.blob.mutableDiff.fill(Float(index + 1)) }
    for index in solver.net.parameters.indices.reversed() { try exchange.take(solver.net.gradient(index)) }
    try exchange.finish()
    let count = solver.net.parameters.reduce(0) { $0 + $1.blob.count }
    if !singles { #expect(living == 4 * (pruned.count / 16 - 1)) }
    #expect(noting.sizes.reduce(0, +) == count - pruned.count + living && noting.waits == 1)
    for (index, learned) in solver.net.parameters.enumerated() {
      for (place, value) in learned.blob.plainDiff.enumerated() {
        #expect(value == (index != 1 || lives(place) ? Float(2 * (index + 1)) : 0))
      }
    }
  }
}
