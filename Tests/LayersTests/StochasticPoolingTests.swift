import CaffeProto
import Engine
import Testing

/// By hand, after Zeiler and Fergus (2013): there is no stock Caffe for CPUs to compare with.
@Suite struct StochasticPoolingTests {
  private func bench(_ phase: Phase, _ dims: [Int], _ settings: String = "kernel_size: 2 stride: 2") throws -> Bench {
    try Bench(
      "type: 'Pooling' bottom: 'x' top: 'y' pooling_param { pool: STOCHASTIC \(settings) }", inputs: ["x": dims],
      phase: phase)
  }

  @Test func drawsInProportionToValues() throws {
    let bench = try bench(.train, [1, 1, 2, 2])
    try bench.set("x", [1, 0, 3, 4])
    var counts: [Float: Int] = [:]
    for _ in 0..<8000 {
      try bench.net.forward()
      let y = try bench.data("y")[0]
      counts[y, default: 0] += 1
      try bench.blob("y").setPlainDiff([2])
      try bench.net.backward()
      #expect(try bench.blob("x").plainDiff == [1, 0, 3, 4].map { $0 == y ? 2 : 0 })
    }
    #expect(Set(counts.keys) == [1, 3, 4])
    for (value, count) in counts { #expect(abs(Float(count) - 1000 * value) < 200) }
  }

  @Test func testsTakeTheMean() throws {
    let bench = try bench(.test, [1, 1, 2, 3])
    try bench.set("x", [1, 0, 5, 3, 4, 0])
    try bench.net.forward()
    // The second window hangs over the edge.
    #expect(try bench.data("y") == [26.0 / 8, 5])
    try bench.randomise("x", seed: 3, low: 0.5)
    #expect(try bench.wrongGradients() == [])
  }

  @Test func emptyWindowsAreZero() throws {
    for phase in [Phase.train, .test] {
      let bench = try bench(phase, [2, 3, 4, 4], "global_pooling: true")
      try bench.set("x", [Float](repeating: 0, count: 96))
      try bench.net.forward()
      #expect(try bench.data("y") == [Float](repeating: 0, count: 6))
    }
  }
}
