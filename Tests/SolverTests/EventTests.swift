import Foundation
import Testing
import TestSupport

@testable import Solver

@Suite struct EventTests {
  /// The lines of a file as JSON objects, by a reader that is not ours.
  private func objects(_ path: String) throws -> [[String: Any]] {
    try readText(path).split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
  }

  @Test func aRun() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("events.json")
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    var net = try tinyNet(scratch)
    net.layer.removeAll { $0.hasHdf5DataParam && $0.include.contains { $0.phase == .train } }
    parameter.testNetParam = [net]
    parameter.testIter = [2]
    parameter.testInterval = 2
    (parameter.maxIter, parameter.display, parameter.snapshot) = (4, 2, 4)
    let events = try EventLog(path)
    let started = Date().timeIntervalSince1970
    let solver = try makeSolver(parameter)
    solver.onEvent = events.write
    try solver.solve()
    let lines = try objects(path)
    #expect(
      lines.map { "\($0["event"] ?? "") \($0["iteration"] ?? "")" }
        == ["start 0", "test 0", "display 0", "test 2", "display 2", "snapshot 4", "display 4", "test 4"])
    for line in lines {
      let time = try #require(line["time"] as? Double)
      #expect(time > started - 1 && time < started + 600)
    }
    #expect(lines[0]["max_iter"] as? Int == 4)
    let display = lines[2]
    // The first loss that the original program printed for this run.
    #expect(isClose(display["loss"] as? Double ?? 0, 2.33549, absolute: 1e-5))
    #expect(display["lr"] as? Double == 0.05)
    #expect(display["iterations_per_second"] as? Double == 0)
    for part in ["forward_ms", "backward_ms", "update_ms"] {
      #expect((display[part] as? Double ?? 0) > 0)
      #expect(lines[6][part] == nil)
    }
    let outputs = try #require(display["outputs"] as? [[String: Any]])
    #expect(outputs.count == 1 && outputs[0]["name"] as? String == "loss" && outputs[0]["loss_weight"] as? Double == 1)
    #expect(outputs[0]["values"] as? [Double] == [display["loss"] as? Double ?? 0])
    let test = lines[1]
    #expect(test["net"] as? Int == 0 && test["batches"] as? Int == 2)
    #expect((test["outputs"] as? [[String: Any]])?.map { $0["name"] as? String } == ["accuracy", "loss"])
    #expect(lines[5]["weights"] as? String == scratch("final_iter_4.caffemodel"))
    #expect(lines[5]["state"] as? String == scratch("final_iter_4.solverstate"))
    #expect(lines[6]["lr"] == nil && lines[6]["iterations_per_second"] == nil)
  }

  @Test func goesOnInTheFile() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("events.json")
    try EventLog(path).write(.start(iteration: 0, maxIter: 5))
    try EventLog(path).write(.start(iteration: 3, maxIter: 5))
    #expect(try objects(path).map { $0["iteration"] as? Int } == [0, 3])
  }

  @Test func whatJSONCannotHold() throws {
    let outputs = [NetOutput(name: "a\"\\\n\u{1}é", values: [.nan, .infinity, -.infinity, 0.1], lossWeight: 0)]
    let event = RunEvent.test(RunEvent.Test(iteration: nil, net: 1, batches: 2, loss: .nan, outputs: outputs))
    let line = event.json(time: 1.5)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["loss"] as? String == "nan" && object["iteration"] == nil && object["time"] as? Double == 1.5)
    let output = try #require((object["outputs"] as? [[String: Any]])?.first)
    #expect(output["name"] as? String == "a\"\\\n\u{1}é")
    #expect(line.contains(#""values":["nan","inf","-inf",0.1]"#))
  }

  @Test func fullDisksAndBadPathsAreErrors() throws {
    #expect(throws: (any Error).self) { try EventLog("/no/such/folder/events") }
    let full = try EventLog("/dev/full")
    #expect(throws: (any Error).self) { try full.write(.start(iteration: 0, maxIter: 1)) }
  }
}
