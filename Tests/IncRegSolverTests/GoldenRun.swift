import Base
import CaffeProto
import Engine
import Layers
import NetIO
import Solver
import TestSupport
import Testing

@testable import IncRegSolver

/// A golden run of ours.
struct GoldenRun {
  let solver: Solver
  let recorder: Recorder
  let scratch: TemporaryFolder
  var lines: [String] { recorder.lines }

  /// Makes the run of a trace's folder.
  init(
    _ name: String, in directory: String = goldenDirectory, profile: PruneProfile = .fixed, log: RunLog = .silent,
    change: (inout SolverParameter) -> Void = { _ in }
  ) throws {
    scratch = try TemporaryFolder()
    var parameter = try Self.parameter(name, in: directory, scratch)
    change(&parameter)
    let prefix = scratch("")
    let recorder = Recorder()
    let output = PruneOutput(stamp: { " (TIME)" }) { recorder.lines.append($0.replacing(prefix, with: "")) }
    recorder.method = try #require(
      try PruningMethods.hook(for: parameter, output: output, profile: profile) as? PruningRun<IncReg>)
    self.recorder = recorder
    solver = try Solver(parameter, registry: .caffe, backend: ReferenceBackend(), hook: recorder, log: log)
  }

  /// What a trace's folder says, with its files where this run needs them.
  static func parameter(_ name: String, in directory: String = goldenDirectory, _ scratch: TemporaryFolder) throws
    -> SolverParameter
  {
    let folder = directory + "/" + name
    var parameter = try SolverParameter(readingFrom: folder + "/solver.prototxt", log: .silent)
    var net = try Prototxt.net(folder + "/net.prototxt").net
    for index in net.layer.indices where net.layer[index].hasHdf5DataParam {
      let isTest = net.layer[index].include.first?.phase == .test
      let data = goldenDirectory + (isTest ? "/tiny_test.h5" : "/../solver/tiny_train.h5")
      net.layer[index].hdf5DataParam.source = try scratch.write(data + "\n", to: isTest ? "test.txt" : "train.txt")
    }
    parameter.clearNet()
    parameter.netParam = net
    parameter.weights = [folder + "/init.caffemodel"]
    parameter.snapshotPrefix = scratch("snap")
    return parameter
  }
}

/// A dataset of a trace: a row per record.
struct Recorded {
  let rows: Int
  let values: [Float]

  init(_ file: HDF5File, _ name: String) throws {
    let (shape, values) = try file.dataset("/" + name)
    rows = shape[0]
    self.values = Array(values)
  }

  subscript(row: Int) -> [Float] {
    let width = values.count / max(1, rows)
    return Array(values[row * width..<(row + 1) * width])
  }

}
