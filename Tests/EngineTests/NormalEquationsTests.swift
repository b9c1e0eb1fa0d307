import Engine
import TestSupport
import Testing

/// Least squares. Expected numbers are numpy's: `lstsq` of [x, 1] or x, and for the ridge
/// W + solve(G + r tr(G) / 2, xc^T (yc - xc W)) of centred x and y.
@Suite struct NormalEquationsTests {
  private let x: [Double] = [1, 2, 2, -1, 0, 1, 3, 1, -1, 0, 1, -2]
  private let y: [Double] = [1, 0.5, 2, 1, 0, -1, 4, 2, -2, 0, 1, 3]
  private let prior: [Double] = [1, 0, 0, -1]

  private func near(_ got: [Double]?, _ expected: [Double]) -> Bool {
    isClose(got ?? [], expected, absolute: 1e-12)
  }

  /// In two parts, one of which comes in two.
  private func equations() -> NormalEquations {
    var (first, second) = (NormalEquations(inputs: 2, outputs: 2), NormalEquations(inputs: 2, outputs: 2))
    first.add(Array(x[..<4]), Array(y[..<4]))
    first.add(Array(x[4..<6]), Array(y[4..<6]))
    second.add(Array(x[6...]), Array(y[6...]))
    return first.adding(second)
  }

  @Test func aFitIsThatOfLeastSquares() throws {
    let equations = equations()
    #expect(equations.samples == 6)
    let fit = try #require(equations.fit(ridge: 0, near: prior, hasIntercept: true))
    #expect(near(fit.weights, [1.4, 0.0923076923076923, 0.6, -0.546153846153846]))
    #expect(near(fit.intercept, [-0.415384615384615, 0.407692307692308]))
    #expect(near([equations.squaredError(of: fit)], [3.684615384615385]))
    let plain = try #require(equations.fit(ridge: 0, near: prior, hasIntercept: false))
    #expect(near(plain.weights, [1.245714285714286, 0.0685714285714286, 0.751428571428571, -0.522857142857143]))
    #expect(plain.intercept == [0, 0] && near([equations.squaredError(of: plain)], [4.942857142857142]))
  }

  @Test func aRidgeHoldsWeightsNearTheOldOnes() throws {
    let equations = equations()
    let fit = try #require(equations.fit(ridge: 0.5, near: prior, hasIntercept: true))
    #expect(near(fit.weights, [1.263013698630137, 0.0623376623376623, 0.394520547945206, -0.693506493506494]))
    #expect(near(fit.intercept, [-0.273403309019747, 0.637730534305877]))
    #expect(near([equations.squaredError(of: fit)], [4.5394384626769675]))
    let far = try #require(equations.fit(ridge: 1e12, near: prior, hasIntercept: true))
    #expect(zip(far.weights, prior).allSatisfy { abs($0 - $1) < 1e-10 })
    #expect(near(equations.keeping(prior, hasIntercept: true).intercept, [0, 1.083333333333333]))
  }

  @Test func momentsAreThoseOfTheSamples() {
    let (targets, made) = (equations().targets, equations().moments(of: prior))
    #expect(
      near(targets.means, [1, 0.916666666666667]) && near(targets.variances, [3.333333333333333, 1.701388888888889]))
    #expect(near(made.means, [1, -0.166666666666667]) && near(made.variances, [1.666666666666667, 1.805555555555555]))
  }

  /// Two inputs are the same, or a third is their sum: without a ridge there is no one fit. A ridge shares the weight.
  @Test func dependentInputsNeedARidge() throws {
    var twins = NormalEquations(inputs: 2, outputs: 1)
    twins.add([1, 1, 2, 2, 3, 3, 5, 5], [2, 4, 6, 10])
    #expect(twins.fit(ridge: 0, near: [0, 0], hasIntercept: true) == nil)
    let fit = try #require(twins.fit(ridge: 1e-9, near: [0, 0], hasIntercept: true))
    #expect(fit.weights.allSatisfy { abs($0 - 1) < 1e-6 } && abs(fit.intercept[0]) < 1e-6)
    var sum = NormalEquations(inputs: 3, outputs: 1)
    sum.add([1, 0.1, 1.1, 2, 0.7, 2.7, -1, 0.3, -0.7, 0.5, 0.5, 1], [1, 2, 3, 4])
    #expect(sum.fit(ridge: 0, near: [0, 0, 0], hasIntercept: false) == nil)
    // Fewer samples than inputs, constants, and none at all.
    var few = NormalEquations(inputs: 2, outputs: 1)
    #expect(few.fit(ridge: 1, near: [0, 0], hasIntercept: true) == nil)
    few.add([1, 2], [3])
    #expect(few.fit(ridge: 0, near: [0, 0], hasIntercept: false) == nil)
    #expect(few.fit(ridge: 1, near: [0, 0], hasIntercept: true) == nil)
  }
}
