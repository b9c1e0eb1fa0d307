import Base
import CaffeProto
import Engine
import Foundation
import Layers
import NetIO
import NetModel
import TestSupport
import Testing

@testable import Solver

/// Passes without an update. The net has all that a BatchNorm takes over: scale, shift and rectifier, a rectifier
/// alone, and nothing.
@Suite struct ScoringTests {
  private let scratch: TemporaryFolder
  private let net: String

  init() throws {
    scratch = try TemporaryFolder()
    let random = RandomSource(seed: 5)
    // Five batches of four.
    try HDF5Writer.write(to: scratch.path + "/rows.h5") { file in
      let values = (0..<20 * 3 * 64).map { _ in random.gaussian(mean: 0.5, deviation: 2) }
      try file.write(Floats(values), shape: [20, 3, 8, 8], to: "/data")
      try file.write(Floats((0..<20).map { Float($0 % 4) }), shape: [20], to: "/label")
    }
    try (scratch.path + "/rows.h5").write(toFile: scratch.path + "/rows.txt", atomically: true, encoding: .utf8)
    net = """
      layer { name: 'rows' type: 'HDF5Data' top: 'data' top: 'label' hdf5_data_param {
        source: '\(scratch.path)/rows.txt' batch_size: 4 } }
      layer { name: 'a' type: 'Convolution' bottom: 'data' top: 'a' convolution_param {
        num_output: 16 kernel_size: 3 pad: 1 bias_term: false weight_filler { type: 'msra' } } }
      layer { name: 'a_bn' type: 'BatchNorm' bottom: 'a' top: 'a' }
      layer { name: 'a_scale' type: 'Scale' bottom: 'a' top: 'a' scale_param {
        bias_term: true filler { type: 'uniform' min: 0.5 max: 1.5 } bias_filler { value: 0.1 } } }
      layer { name: 'a_relu' type: 'ReLU' bottom: 'a' top: 'a' }
      layer { name: 'b' type: 'Convolution' bottom: 'a' top: 'b' convolution_param {
        num_output: 16 kernel_size: 3 pad: 1 bias_term: false weight_filler { type: 'msra' } } }
      layer { name: 'b_bn' type: 'BatchNorm' bottom: 'b' top: 'b' }
      layer { name: 'b_relu' type: 'ReLU' bottom: 'b' top: 'b' }
      layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' }
      layer { name: 'sum_bn' type: 'BatchNorm' bottom: 'sum' top: 'bn' }
      layer { name: 'pool' type: 'Pooling' bottom: 'bn' top: 'pool' pooling_param {
        pool: AVE kernel_size: 4 stride: 4 } }
      layer { name: 'drop' type: 'Dropout' bottom: 'pool' top: 'pool' dropout_param { dropout_ratio: 0.25 } }
      layer { name: 'ip' type: 'InnerProduct' bottom: 'pool' top: 'ip' inner_product_param {
        num_output: 4 weight_filler { type: 'xavier' } } }
      layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip' bottom: 'label' top: 'loss' }
      """
  }

  private func solver(
    early: Bool = true, _ backend: any Backend = ReferenceBackend(),
    _ change: (inout SolverParameter) -> Void = { _ in }
  ) throws -> Solver {
    var parameter = SolverParameter.with {
      ($0.baseLr, $0.lrPolicy, $0.momentum, $0.weightDecay) = (0.05, "fixed", 0.9, 0.001)
      ($0.maxIter, $0.randomSeed, $0.clipGradients) = (20, 3, early ? -1 : .infinity)
    }
    parameter.netParam = try NetParameter(text: net)
    change(&parameter)
    let solver = try makeSolver(parameter, backend: backend)
    #expect(solver.updatesEarly == (early && !parameter.snapshotDiff))
    return solver
  }

  private func backend(_ oneDNN: Bool) throws -> any Backend {
    oneDNN ? try DNNLBackend(algorithm: .direct) : ReferenceBackend()
  }

  /// Blobs of a net in training share memory and layers do each other's work; what is seen is as in one that keeps all.
  @Test(arguments: [false, true])
  func activityIsThatOfTheBlobs(oneDNN: Bool) throws {
    let trained = try solver(backend(oneDNN))
    try trained.step(5)
    let state = learned(trained)
    var parameter = try NetParameter(text: net)
    for index in parameter.layer.indices where parameter.layer[index].type == "BatchNorm" {
      parameter.layer[index].batchNormParam.useGlobalStats = true
    }
    var train = NetState()
    train.phase = .train
    let kept = try Net(
      parameter, state: train, registry: .caffe, backend: ReferenceBackend(), random: RandomSource(seed: 1))
    for (from, to) in zip(trained.net.parameters, kept.parameters) { to.blob.setPlainData(from.blob.plainData) }
    // Dropout is random.
    let names = ["a", "b", "sum", "bn"]
    var expected = names.map { _ in [[Float]](repeating: [], count: 16) }
    for batch in 0..<8 {
      try kept.forward()
      guard batch >= 5 else { continue }
      for (index, name) in names.enumerated() {
        let values = try #require(kept.blob(name)?.plainData)
        for start in stride(from: 0, to: values.count, by: 64) {
          expected[index][start / 64 % 16] += values[start..<start + 64]
        }
      }
    }
    let seen = try trained.activity(of: Set(names), batches: 3, statistics: .running, keepsPosition: true)
    for (name, channels) in zip(names, expected) {
      let means = channels.map { $0.reduce(0) { $0 + abs($1) } / Float($0.count) }
      let shares = channels.map { Float($0.count { $0 != 0 }) / Float($0.count) }
      let found = (try #require(seen.magnitudes(of: name)), try #require(seen.livingShares(of: name)))
      #expect(relativeDistance(found.0.map { Float($0) }, means) < 1e-4, "\(name)")
      #expect(zip(found.1, shares).allSatisfy { abs(Float($0) - $1) < 0.003 }, "\(name)")
    }
    #expect(learned(trained) == state && records(trained) == 20)
    // Statistics of the batch are others, and stay what they were, too.
    let batch = try trained.activity(of: ["a"], batches: 1, statistics: .batch)
    #expect(batch.magnitudes(of: "a") != seen.magnitudes(of: "a"))
    #expect(learned(trained) == state && records(trained) == 24)
  }

  private func records(_ solver: Solver) -> Int? {
    (solver.net.layer("rows")?.layer as? any PositionedLayer)?.position.records
  }

  /// The same net with `use_global_stats` has its gradients by other operators, and nothing is taken over.
  @Test(arguments: [false, true], [false, true])
  func runningStatisticsAreConstants(early: Bool, oneDNN: Bool) throws {
    let trained = try solver(early: early, backend(oneDNN))
    try trained.step(5)
    let global = try solver(early: early, backend(oneDNN)) { parameter in
      for index in parameter.netParam.layer.indices where parameter.netParam.layer[index].type == "BatchNorm" {
        parameter.netParam.layer[index].batchNormParam.useGlobalStats = true
      }
    }
    for (from, to) in zip(trained.net.parameters, global.net.parameters) { to.blob.setPlainData(from.blob.plainData) }
    global.random.snapshot = trained.random.snapshot
    let state = learned(trained)
    let gradients = try trained.gradients(batches: 3, statistics: .running)
    let expected = try global.gradients(batches: 3, statistics: .batch)
    for (index, parameter) in trained.net.parameters.enumerated() {
      let difference = relativeDistance(gradients[index], expected[index])
      #expect(difference < 1e-4, "\(parameter.layer)/\(parameter.index): \(difference)")
      #expect((parameter.lrMult == 0) == gradients[index].allSatisfy { $0 == 0 })
    }
    #expect(learned(trained) == state)
    #expect(records(trained) == 20 + 12)
    let batch = try trained.gradients(batches: 3, statistics: .batch)
    #expect(relativeDistance(batch[0], gradients[0]) > 1e-3)
    #expect(learned(trained) == state)
  }

  @Test(arguments: [false, true])
  func statisticsOfTheBatchAreThoseOfTraining(oneDNN: Bool) throws {
    let (scoring, training) = (try solver(backend(oneDNN)), try solver(early: false, backend(oneDNN)))
    training.net.clearParameterDiffs()
    let loss = try training.net.forward()
    try training.net.backward()
    var calls = 0
    let mean = try scoring.score(batches: 1, statistics: .batch) { evidence in
      calls += 1
      let whole = training.net.parameters[evidence.parameter].blob.plainDiff
      #expect(Array(evidence.gradient) == Array(whole[evidence.range]) && evidence.batch == 0)
    }
    #expect(mean == loss && calls >= scoring.net.parameters.count)
  }

  @Test(arguments: [Statistics.running, .batch], [false, true])
  func theRunGoesOnAsIfNothingHadHappened(_ statistics: Statistics, early: Bool) throws {
    for oneDNN in [false, true] {
      let (scored, plain) = (try solver(early: early, backend(oneDNN)), try solver(early: early, backend(oneDNN)))
      for solver in [scored, plain] { try solver.step(3) }
      let gradients = try scored.gradients(batches: 4, statistics: statistics, keepsPosition: true)
      #expect(try scored.gradients(batches: 4, statistics: statistics, keepsPosition: true) == gradients)
      #expect(records(scored) == 12)
      for solver in [scored, plain] { try solver.step(4) }
      #expect(learned(scored) == learned(plain))
    }
  }

  @Test func changesThatASnapshotHoldsStay() throws {
    let solver = try solver { $0.snapshotDiff = true }
    try solver.step(1)
    let changes = solver.net.parameters.map(\.blob.plainDiff)
    try solver.score(batches: 2, statistics: .running) { _ in }
    #expect(solver.net.parameters.map(\.blob.plainDiff) == changes)
    #expect(changes.joined().contains { $0 != 0 })
  }

  @Test(arguments: [false, true])
  func statisticsAreTakenAnew(oneDNN: Bool) throws {
    let (renewed, plain) = (try solver(backend(oneDNN)), try solver(backend(oneDNN)))
    for solver in [renewed, plain] { try solver.step(3) }
    // The batches' own statistics, one by one.
    let single = try solver(backend(oneDNN))
    try single.step(3)
    let layers = single.net.layers.compactMap { $0.layer as? any StatisticsLayer }
    var means = layers.map { $0.statistics.map { [Double](repeating: 0, count: $0.count) } }
    for _ in 0..<5 {
      for blob in layers.flatMap(\.statistics) { blob.mutableData.fill(0) }
      try single.net.forward()
      for (layer, number) in zip(layers, means.indices) {
        for (blob, values) in layer.statistics.enumerated() {
          for (index, value) in values.plainData.enumerated() { means[number][blob][index] += Double(value) / 5 }
        }
      }
    }
    try renewed.reestimateStatistics(batches: 5, keepsPosition: true)
    let again = renewed.net.layers.compactMap { $0.layer as? any StatisticsLayer }
    #expect(again.count == 3)
    for (layer, means) in zip(again, means) {
      let blobs = layer.statistics.map(\.plainData)
      #expect(blobs[2] == [5] && means[2] == [1])
      for blob in 0..<2 {
        #expect(relativeDistance(blobs[blob].map { $0 / 5 }, means[blob].map(Float.init)) < 1e-6)
      }
    }
    // Training does not look at them.
    for solver in [renewed, plain] { try solver.step(4) }
    for (one, other) in zip(renewed.net.parameters, plain.net.parameters) {
      #expect((one.blob.plainData == other.blob.plainData) == (one.lrMult != 0), "\(one.layer)")
    }
  }
}
