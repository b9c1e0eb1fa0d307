import CaffeProto
import Engine
import NetModel
import Testing
import TestSupport

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

  @Test func sgd() {
    let (w, u, h) = update(SGD(.with { $0.momentum = 0.9 }), history: [0.2])
    #expect(isClose([w, u, h[0]], [0.77, 0.23, 0.23], absolute: 1e-6))
  }

  @Test func nesterov() {
    let (w, u, h) = update(Nesterov(.with { $0.momentum = 0.9 }), history: [0.2])
    let expected: [Float] = [1 - u, 1.9 * 0.23 - 0.9 * 0.2, 0.23]
    #expect(isClose([w, u, h[0]], expected, absolute: 1e-6))
  }

  @Test func adam() {
    let (w, u, h) = update(Adam(.with { $0.momentum = 0.9 }), history: [0, 0])
    // The first step is the rate, whatever the gradient's size.
    #expect(isClose([w, u, h[0], h[1]], [0.9, 0.1, 0.05, 0.00025], absolute: 1e-6))
  }

  /// Without momentum Nesterov's step is SGD's, which does in one pass what the other rules do one after the other.
  @Test func termsAreThoseOfOnePass() {
    func step(_ rule: any UpdateRule) -> [[Float]] {
      let (weight, history) = (Blob(shape: [2, 3]), Blob(shape: [2, 3]))
      weight.setPlainData([1, -2, 3, -4, 5, 6])
      weight.setPlainDiff([0.5, 0.25, -1, 2, -0.125, 1])
      var terms = GroupTerms(MatrixMask(rows: 2, columns: 3))
      (terms.rowPenalty, terms.columnPenalty) = ([0.5, 0], [0, 2, 1])
      var mask = terms.shape
      mask.set(column: 1, block: 0, stays: false)
      (terms.gradientMask, terms.weightMask) = (mask, mask)
      var step = UpdateStep(rate: 0.1, iteration: 0)
      (step.gradientScale, step.l2, step.terms) = (0.5, 0.25, terms)
      rule.update(weight.mutableData, gradient: weight.mutableDiff, history: [history.mutableData], step: step)
      return [weight.plainData, weight.plainDiff]
    }
    let (onePass, steps) = (step(SGD(.with { $0.momentum = 0 })), step(Nesterov(.with { $0.momentum = 0 })))
    #expect(isClose(Array(onePass.joined()), Array(steps.joined()), absolute: 1e-6))
    // 0.25 and its row's 0.5 times 1, and half of the gradient; -2 decays by 0.25 + 0.5 + 2, and is masked.
    #expect(isClose(onePass[0][..<2], [0.9, 0.55], absolute: 1e-6))
  }

  @Test func clippingScalesTheWholeGradient() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    parameter.weightDecay = 0
    parameter.momentum = 0
    parameter.clipGradients = 0.01
    parameter.snapshotDiff = true
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
    #expect(isClose(squares.squareRoot(), 0.01, absolute: 1e-6))
    #expect(lines.messages.contains { $0.hasPrefix("Gradient clipping: scaling down gradients (L2 norm ") })
  }
}
