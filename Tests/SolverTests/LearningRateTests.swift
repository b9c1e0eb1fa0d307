import CaffeProto
import Testing
import TestSupport

@testable import Solver

@Suite struct LearningRateTests {
  @Test(arguments: LearningRatePolicy.names)
  func followsTheTrace(_ name: String) throws {
    let parameter = try SolverParameter(readingFrom: golden + "/lr/solver_\(name).prototxt", log: .silent)
    let policy = try LearningRatePolicy(parameter)
    let lines = try readText(golden + "/lr/lr_\(name).txt").split(separator: "\n")
    #expect(lines.count == 30)
    var step = 0
    for line in lines {
      let fields = line.split(separator: " ")
      let iteration = try #require(Int(fields[0]))
      #expect(policy.rate(at: iteration, step: &step).logged == fields[1], "iteration \(iteration)")
    }
  }

  @Test func multistepResumesFromTheStepOfASnapshot() throws {
    let policy = try LearningRatePolicy(
      .with {
        $0.lrPolicy = "multistep"
        $0.baseLr = 1
        $0.gamma = 0.5
        $0.stepvalue = [10, 20]
      })
    var step = 1
    #expect(policy.rate(at: 19, step: &step) == 0.5)
    #expect(policy.rate(at: 20, step: &step) == 0.25)
    #expect(step == 2)
  }

  @Test(arguments: [
    ("", "lr_policy"), ("cosine", "lr_policy"), ("step", "stepsize"), ("sigmoid", "stepsize"), ("poly", "max_iter"),
  ])
  func refusesWhatItCannotUse(_ name: String, _ field: String) {
    let parameter = SolverParameter.with { $0.lrPolicy = name }
    let error = #expect(throws: SolverError.self) { try LearningRatePolicy(parameter) }
    #expect(error?.description.hasPrefix("solver: \(field): ") == true)
  }

  @Test func namesAllPolicies() {
    let error = #expect(throws: SolverError.self) {
      try LearningRatePolicy(.with { $0.lrPolicy = "cosine" })
    }
    #expect(
      error?.description
        == "solver: lr_policy: unknown value 'cosine'; there are fixed, step, exp, inv, multistep, poly, sigmoid")
  }

  @Test func refusesANegativeGamma() {
    #expect(throws: SolverError.field("gamma", "must not be negative, but is -1.0")) {
      try LearningRatePolicy(
        .with {
          $0.lrPolicy = "exp"
          $0.gamma = -1
        })
    }
  }
}
