import CaffeProto
import Engine
import Foundation
import Layers
import NetIO
import Solver
import TestSupport
import Testing

@testable import IncRegSolver

/// A run of ours on the net and the data of a trace of shared/golden-methods, which the originals' own code made.
struct MethodTrace {
  let solver: Solver
  let file: HDF5File
  let settings: [String: Any]
  private let scratch: TemporaryFolder

  /// - Parameters:
  ///   - ratios: the field of the settings that gives ratios by layer
  ///   - makeHook: makes the run's hook; nil where the method is as the solver says
  init(
    _ folder: String, _ method: String, ratios: String? = nil,
    change: (inout SolverParameter, _ settings: [String: Any]) -> Void = { _, _ in },
    makeHook: ((SolverParameter) throws -> any SolverHook)? = nil
  ) throws {
    scratch = try TemporaryFolder()
    file = try HDF5File(reading: folder + "/trace.h5")
    let data = try Data(contentsOf: URL(filePath: folder + "/settings.json"))
    let settings = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    self.settings = settings
    var net = try Prototxt.net(folder + "/net.prototxt").net
    let asked = ratios.flatMap { settings[$0] as? [String: Double] } ?? [:]
    for index in net.layer.indices {
      if net.layer[index].hasHdf5DataParam {
        net.layer[index].hdf5DataParam.source = try scratch.write(folder + "/data.h5\n", to: "data.txt")
      }
      if let ratio = asked[net.layer[index].name] { net.layer[index].pruneParam.pruneRatio = Float(ratio) }
    }
    let solverFile = folder + "/solver.prototxt"
    var parameter = SolverParameter.with { ($0.baseLr, $0.lrPolicy, $0.maxIter) = (0.01, "fixed", 1) }
    if FileManager.default.fileExists(atPath: solverFile) {
      parameter = try SolverParameter(readingFrom: solverFile, log: .silent)
    }
    parameter.clearNet()
    parameter.netParam = net
    parameter.weights = [folder + "/init.caffemodel"]
    (parameter.snapshotPrefix, parameter.snapshotAfterTrain) = (scratch("snap"), false)
    (parameter.pruneMethod, parameter.reestimateStatistics) = (method, false)
    change(&parameter, settings)
    let hook = try makeHook?(parameter) ?? PruningMethods.hook(for: parameter, output: PruneOutput(write: { _ in }))
    solver = try Solver(parameter, registry: .caffe, backend: ReferenceBackend(), hook: hook, log: .silent)
  }

  /// A number of the settings.
  func number(_ name: String) throws -> Double { try #require(settings[name] as? Double) }

  /// Whether there is such a dataset.
  func has(_ name: String) throws -> Bool { try file.names(in: "/").contains(name) }

  /// A dataset.
  func recorded(_ name: String) throws -> Recorded { try Recorded(file, name) }

  /// The parameters that learn, with what the trace calls them.
  var learned: [(index: Int, name: String)] {
    solver.net.parameters.enumerated().filter { $0.element.lrMult > 0 }.map {
      ($0.offset, "\($0.element.layer)_\($0.element.index)")
    }
  }

  /// Fails where numbers are farther from the trace's than `tolerance`, or `relative` of the trace's.
  func require(
    _ got: [Float], _ expected: [Float], _ tolerance: Float, relative: Float = 0, _ place: String
  ) throws {
    try #require(got.count == expected.count, "\(place)")
    for (index, (got, expected)) in zip(got, expected).enumerated() {
      try #require(
        got == expected || abs(got - expected) <= tolerance + relative * abs(expected),
        "\(place)[\(index)]: \(got), expected \(expected)")
    }
  }
}
