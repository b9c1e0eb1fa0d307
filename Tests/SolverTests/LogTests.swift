import CaffeProto
import Engine
import Foundation
import Testing
import TestSupport

@testable import Solver

/// Log lines as stock Caffe's tools read them. The patterns are those of tools/extra/parse_log.py and
/// extract_seconds.py.
@Suite struct LogTests {
  @Test func linesBeginAsGlogs() throws {
    let lines = Lines()
    lines.log.info("Iteration 0, loss = 2.3", file: "Solver/solver.cpp", line: 204)
    lines.log.warning("w", file: "a.swift", line: 1)
    let line = try #require(lines.all.first)
    #expect(line.contains(/^I\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ solver\.cpp:204\] Iteration 0, loss = 2\.3\n$/))
    #expect(lines.all[1].hasPrefix("W"))
    // extract_seconds.py: month from [1:3], day from [3:] of the first word, microseconds behind the last point.
    let words = line.split(separator: " ")
    let month = try #require(Int(words[0].dropFirst().prefix(2)))
    let day = try #require(Int(words[0].dropFirst(3)))
    let now = Calendar.current.dateComponents([.month, .day], from: Date())
    #expect((month, day) == (now.month ?? 0, now.day ?? 0))
  }

  @Test(arguments: [(2.335486, "2.33549"), (0.05, "0.05"), (1e-8, "1e-08"), (1e6, "1e+06"), (100, "100")])
  func numbersLookAsInStreams(_ value: Double, _ text: String) {
    #expect(value.logged == text)
    #expect(Float(value).logged == text)
  }

  @Test func aRunIsReadByParseLog() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    parameter.testNetParam = [try testNet(scratch)]
    parameter.testIter = [2]
    parameter.testInterval = 2
    parameter.maxIter = 4
    parameter.display = 2
    let lines = Lines()
    try makeSolver(parameter, log: lines.log).solve()
    // parse_log.py takes seconds from the line that holds 'Solving'.
    #expect(lines.messages.contains("Solving tiny"))
    var train: [String] = []
    var test: [String] = []
    var iteration = ""
    for line in lines.all {
      if let match = line.firstMatch(of: /Iteration (\d+)/) { iteration = String(match.1) }
      if let match = line.firstMatch(of: /Train net output #(\d+): (\S+) = ([\.\deE+-]+)/) {
        train.append("\(iteration) \(match.1) \(match.2)")
      }
      if let match = line.firstMatch(of: /Test net output #(\d+): (\S+) = ([\.\deE+-]+)/) {
        test.append("\(iteration) \(match.1) \(match.2)")
      }
    }
    #expect(train == ["0 0 loss", "2 0 loss"])
    #expect(test == ["0", "2", "4"].flatMap { ["\($0) 0 accuracy", "\($0) 1 loss"] })
    let rates = lines.messages.compactMap { $0.firstMatch(of: /lr = ([-+]?[0-9]*\.?[0-9]+([eE]?[-+]?[0-9]+)?)/)?.1 }
    #expect(rates == ["0.05", "0.05"])
    let iterations = lines.messages.filter { $0.hasPrefix("Iteration") }
    #expect(iterations[0] == "Iteration 0, Testing net (#0)")
    #expect(
      iterations[1].contains(/^Iteration 0 \(0 iter\/s, [\d.e-]+s\/2 iters\), loss = 2\.33549$/), "\(iterations[1])")
    #expect(iterations.last == "Iteration 4, Testing net (#0)")
    #expect(iterations.contains { $0.contains(/^Iteration 4, loss = [\d.]+$/) })
    #expect(lines.messages.contains("    Train net output #0: loss = 2.33549 (* 1 = 2.33549 loss)"))
    #expect(lines.messages.last == "Optimization Done.")
  }

  /// The tiny net with an accuracy, tested on the training digits.
  private func testNet(_ scratch: TemporaryFolder) throws -> NetParameter {
    var net = try tinyNet(scratch)
    net.layer.removeAll { $0.hasHdf5DataParam && $0.include.contains { $0.phase == .train } }
    return net
  }
}
