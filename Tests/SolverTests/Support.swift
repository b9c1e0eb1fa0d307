import Base
import CaffeProto
import Engine
import Foundation
import Layers
import NetIO
import NetModel
import TestSupport

@testable import Solver

/// Tests/Golden/solver, see its README for the origin of what lies there.
let golden = TestFiles.golden + "/solver"

extension Lines {
  /// A log of these lines.
  var log: RunLog { RunLog { self.add($0) } }

  /// The messages behind the prefix.
  var messages: [String] {
    all.map { line in line.range(of: "] ").map { String(line[$0.upperBound...].dropLast()) } ?? line }
  }
}

/// The tiny net of the golden runs with its data.
func tinyNet(_ scratch: TemporaryFolder) throws -> NetParameter {
  let list = try scratch.write(golden + "/tiny_train.h5\n", to: "train.txt")
  var net = try Prototxt.net(golden + "/net.prototxt").net
  for index in net.layer.indices where net.layer[index].hasHdf5DataParam {
    net.layer[index].hdf5DataParam.source = list
  }
  return net
}

/// A golden solver prototxt on the tiny net, whose snapshots go to the scratch folder.
func tinySolver(_ name: String, _ scratch: TemporaryFolder) throws -> SolverParameter {
  var parameter = try SolverParameter(readingFrom: golden + "/" + name, log: .silent)
  parameter.clearNet()
  parameter.netParam = try tinyNet(scratch)
  parameter.weights = [golden + "/init.caffemodel"]
  parameter.snapshotPrefix = scratch("final")
  return parameter
}

func makeSolver(
  _ parameter: SolverParameter, hook: (any SolverHook)? = nil, decayTypes: [String] = [], log: RunLog = .silent,
  backend: any Backend = ReferenceBackend()
) throws -> Solver {
  try Solver(parameter, registry: .caffe, backend: backend, hook: hook, decayTypes: decayTypes, log: log)
}

/// A golden solver prototxt on the tiny net with eight batches an epoch, and one test net.
func testedSolver(_ name: String, _ scratch: TemporaryFolder) throws -> SolverParameter {
  var parameter = try tinySolver(name, scratch)
  for index in parameter.netParam.layer.indices where parameter.netParam.layer[index].hasHdf5DataParam {
    parameter.netParam.layer[index].hdf5DataParam.batchSize = 100
  }
  (parameter.testIter, parameter.testInterval) = ([2], 1000)
  return parameter
}

/// Everything that a run has learned.
func learned(_ solver: Solver) -> [[Float]] {
  weights(solver.net) + solver.history.flatMap { $0.map(\.plainData) }
}

/// All weights of a net.
func weights(_ net: Net) -> [[Float]] { net.parameters.map { $0.blob.plainData } }
