import Base
import CaffeProto
import Engine
import NetIO
import Testing
import TestSupport

@testable import Solver

/// The same seed makes the same run, bit for bit; and a resumed run is the unbroken one. The net draws random numbers
/// wherever one can: fillers, crops, mirroring, the order of rows, dropout, stochastic pooling.
@Suite struct RepeatabilityTests {
  private let scratch: TemporaryFolder
  private let net: NetParameter

  init() throws {
    scratch = try TemporaryFolder()
    let random = RandomSource(seed: 3)
    try LMDBWriter.write(to: scratch("images")) { database in
      for record in 0..<13 {
        let datum = Datum.with {
          ($0.channels, $0.height, $0.width, $0.label) = (3, 10, 9, record % 4)
          $0.data = (0..<270).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }
        try database.put(key: databaseKey(record), value: datum.serialized())
      }
    }
    try HDF5Writer.write(to: scratch("rows.h5")) { file in
      try file.write(Floats((0..<35).map { _ in random.gaussian() }), shape: [7, 5], to: "/rows")
    }
    try scratch.write(scratch("rows.h5"), to: "rows.txt")
    net = try NetParameter(
      text: """
        name: "random"
        layer { name: "images" type: "Data" top: "data" top: "label"
          data_param { source: "\(scratch("images"))" batch_size: 4 backend: LMDB rand_skip: 5 }
          transform_param { crop_size: 8 mirror: true scale: 0.01 mean_value: 128 } }
        layer { name: "rows" type: "HDF5Data" top: "rows"
          hdf5_data_param { source: "\(scratch("rows.txt"))" batch_size: 4 shuffle: true } }
        layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
          convolution_param { num_output: 6 kernel_size: 3 weight_filler { type: "gaussian" std: 0.1 sparse: 5 } } }
        layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" }
        layer { name: "pool" type: "Pooling" bottom: "conv" top: "pool"
          pooling_param { pool: STOCHASTIC kernel_size: 2 stride: 2 } }
        layer { name: "flat" type: "Flatten" bottom: "pool" top: "flat" }
        layer { name: "join" type: "Concat" bottom: "flat" bottom: "rows" top: "join" }
        layer { name: "drop" type: "Dropout" bottom: "join" top: "join" dropout_param { dropout_ratio: 0.3 } }
        layer { name: "ip" type: "InnerProduct" bottom: "join" top: "ip"
          inner_product_param { num_output: 4 weight_filler { type: "xavier" } bias_filler { type: "uniform" } } }
        layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }
        """)
  }

  private func parameter(seed: Int, _ name: String) -> SolverParameter {
    .with {
      $0.netParam = net
      ($0.baseLr, $0.lrPolicy, $0.momentum, $0.weightDecay) = (0.05, "fixed", 0.9, 0.001)
      ($0.maxIter, $0.randomSeed, $0.snapshot) = (23, seed, 9)
      $0.snapshotPrefix = scratch(name)
    }
  }

  /// The weights after a run, by their bits.
  private func run(
    _ parameter: SolverParameter, resume: String? = nil, _ backend: any Backend
  ) throws -> [[UInt32]] {
    let solver = try makeSolver(parameter, backend: backend)
    try solver.solve(resume: resume)
    return weights(solver.net).map { $0.map(\.bitPattern) }
  }

  @Test(arguments: [true, false]) func theSameSeedMakesTheSameRun(_ reference: Bool) throws {
    let backend: any Backend = reference ? ReferenceBackend() : try DNNLBackend()
    let first = try run(parameter(seed: 42, "a"), backend)
    #expect(try run(parameter(seed: 42, "b"), backend) == first)
    #expect(try run(parameter(seed: 43, "c"), backend) != first)
  }

  @Test(arguments: [SolverParameter.SnapshotFormat.binaryproto, .hdf5])
  func aResumedRunGoesOnWithDataAndRandomNumbers(_ format: SolverParameter.SnapshotFormat) throws {
    var parameter = parameter(seed: 42, "run")
    parameter.snapshotFormat = format
    let unbroken = try run(parameter, ReferenceBackend())
    let state = scratch("run_iter_9.solverstate") + (format == .hdf5 ? ".h5" : "")
    parameter.randomSeed = 7  // the state's numbers count, not the seed
    #expect(try run(parameter, resume: state, ReferenceBackend()) == unbroken)
  }
}
