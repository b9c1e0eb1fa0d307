import CaffeProto
import Engine
import Foundation
import Layers
import NetIO
import NetModel
import Synchronization
import Testing

@testable import Solver

/// Tests/Golden/solver, see its README for the origin of what lies there.
let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "Golden/solver").path

/// A folder that is removed with the object.
final class Scratch {
  let path = NSTemporaryDirectory() + "solver-tests-\(UUID().uuidString)"

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// Keeps log lines.
final class Lines: Sendable {
  private let kept = Mutex<[String]>([])

  var log: RunLog { RunLog { line in self.kept.withLock { $0.append(line) } } }

  var all: [String] { kept.withLock { $0 } }

  /// The messages behind the prefix.
  var messages: [String] {
    all.map { line in line.range(of: "] ").map { String(line[$0.upperBound...].dropLast()) } ?? line }
  }
}

/// The tiny net of the golden runs with its data.
func tinyNet(_ scratch: Scratch) throws -> NetParameter {
  let list = scratch.path + "/train.txt"
  try (golden + "/tiny_train.h5\n").write(toFile: list, atomically: true, encoding: .utf8)
  var net = try Prototxt.net(golden + "/net.prototxt").net
  for index in net.layer.indices where net.layer[index].hasHdf5DataParam {
    net.layer[index].hdf5DataParam.source = list
  }
  return net
}

/// A golden solver prototxt on the tiny net, whose snapshots go to the scratch folder.
func tinySolver(_ name: String, _ scratch: Scratch) throws -> SolverParameter {
  var parameter = try SolverParameter(readingFrom: golden + "/" + name, log: .silent)
  parameter.clearNet()
  parameter.netParam = try tinyNet(scratch)
  parameter.weights = [golden + "/init.caffemodel"]
  parameter.snapshotPrefix = scratch.path + "/final"
  return parameter
}

func makeSolver(
  _ parameter: SolverParameter, hook: (any SolverHook)? = nil, decayTypes: [String] = [], log: RunLog = .silent,
  backend: any Backend = ReferenceBackend()
) throws -> Solver {
  try Solver(parameter, registry: .caffe, backend: backend, hook: hook, decayTypes: decayTypes, log: log)
}

/// A golden solver prototxt on the tiny net with eight batches an epoch, and one test net.
func testedSolver(_ name: String, _ scratch: Scratch) throws -> SolverParameter {
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
