import CaffeProto
import Engine
import NetModel
import Testing

@testable import Solver

/// One step of each rule, computed by hand from the formulas in its papers.
@Suite struct UpdateRuleTests {
  /// The weight, the gradient's blob and the history after one update from weight 1, gradient 0.5.
  private func update(_ rule: any UpdateRule, history: [Float], iteration: Int = 0) -> (Float, Float, [Float]) {
    let weight = Blob(shape: [1])
    weight.setPlainData([1])
    weight.setPlainDiff([0.5])
    let slots = history.map { value in
      let blob = Blob(shape: [1])
      blob.setPlainData([value])
      return blob
    }
    rule.update(
      weight.mutableData, gradient: weight.mutableDiff, history: slots.map(\.mutableData),
      step: UpdateStep(rate: 0.1, iteration: iteration))
    return (weight.plainData[0], weight.plainDiff[0], slots.map { $0.plainData[0] })
  }

  private func close(_ a: Float, _ b: Float) -> Bool { abs(a - b) < 1e-6 }

  @Test func sgd() {
    let (w, u, h) = update(SGD(.with { $0.momentum = 0.9 }), history: [0.2])
    #expect(close(w, 0.77) && close(u, 0.23) && close(h[0], 0.23))
  }

  @Test func nesterov() {
    let (w, u, h) = update(Nesterov(.with { $0.momentum = 0.9 }), history: [0.2])
    #expect(close(h[0], 0.23) && close(u, 1.9 * 0.23 - 0.9 * 0.2) && close(w, 1 - u))
  }

  @Test func adam() {
    let (w, u, h) = update(Adam(.with { $0.momentum = 0.9 }), history: [0, 0])
    // The first step is the rate, whatever the gradient's size.
    #expect(close(u, 0.1) && close(w, 0.9) && close(h[0], 0.05) && close(h[1], 0.00025))
  }

  @Test func clippingScalesTheWholeGradient() throws {
    let scratch = try Scratch()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    parameter.weightDecay = 0
    parameter.momentum = 0
    parameter.clipGradients = 0.01
    let lines = Lines()
    let solver = try makeSolver(parameter, log: lines.log)
    try solver.step(1)
    var squares: Float = 0
    for learned in solver.net.parameters {
      for update in learned.blob.plainDiff {
        let gradient = update / (solver.learningRate * learned.lrMult)
        squares += gradient * gradient
      }
    }
    #expect(abs(squares.squareRoot() - 0.01) < 1e-6)
    #expect(lines.messages.contains { $0.hasPrefix("Gradient clipping: scaling down gradients (L2 norm ") })
  }
}
