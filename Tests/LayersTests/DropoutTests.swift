import TestSupport
import Testing

@Suite struct DropoutTests {
  @Test func dropoutDropsAndScales() throws {
    let layer = "type: 'Dropout' bottom: 'x' top: 'y' dropout_param { dropout_ratio: 0.3 }"
    let bench = try Bench(layer, inputs: ["x": [100, 100]], phase: .train)
    try bench.set("x", [Float](repeating: 7, count: 10000))
    try bench.net.forward()
    let values = try bench.data("y")
    #expect(values.allSatisfy { $0 == 0 || isClose($0, 10, absolute: 1e-5) })
    // Six standard deviations of a binomial distribution.
    #expect(abs(values.filter { $0 == 0 }.count - 3000) < 275)
    try bench.blob("y").setPlainDiff([Float](repeating: 7, count: 10000))
    try bench.net.backward()
    #expect(try bench.blob("x").plainDiff == values)
    try bench.net.forward()
    #expect(try bench.data("y") != values)

    let again = try Bench(layer, inputs: ["x": [100, 100]], phase: .train)
    try again.set("x", [Float](repeating: 7, count: 10000))
    try again.net.forward()
    #expect(try again.data("y") == values)
  }

  @Test func dropoutInPlace() throws {
    let bench = try Bench("type: 'Dropout' bottom: 'x' top: 'x'", inputs: ["x": [1, 64]], phase: .train)
    try bench.set("x", [Float](repeating: 1, count: 64))
    try bench.net.forward()
    let values = try bench.data("x")
    #expect(Set(values) == [0, 2])
    try bench.blob("x").setPlainDiff([Float](repeating: 1, count: 64))
    try bench.net.backward()
    #expect(try bench.blob("x").plainDiff == values)
  }
}
