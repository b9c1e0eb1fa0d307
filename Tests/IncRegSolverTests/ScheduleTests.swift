import Testing

@testable import IncRegSolver

@Suite struct ScheduleTests {
  private func values(_ schedule: any PenaltySchedule, _ situation: PenaltySituation) -> [Float] {
    schedule.deltas(situation)
  }

  private func close(_ got: [Float], _ expected: [Float], _ tolerance: Float = 6e-5) -> Bool {
    got.count == expected.count && zip(got, expected).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
  }

  /// The formula of sgd_solver.cpp, evaluated by hand with AA = 1.
  @Test(arguments: [
    (4, 8, [1, 0.5946, 0.3536, 0.2027, 0, -0.3409, -0.9142, -1.8784] as [Float]), (1, 4, [1, 0, -3.5, -31.5]),
  ])
  func centreSymmetric(_ toPrune: Int, _ living: Int, _ expected: [Float]) {
    let got = values(CentreSymmetric(), PenaltySituation(step: 1, toPrune: toPrune, living: living))
    #expect(close(got, expected), "\(got)")
  }

  @Test func centreSymmetricHasItsProperties() {
    let deltas = CentreSymmetric().deltas(PenaltySituation(step: 2, toPrune: 300, living: 500))
    #expect(deltas[0] == 2)
    #expect(abs(deltas[200] - 0.5) < 1e-4)  // u at two thirds
    #expect(abs(deltas[300]) < 1e-4)
    #expect(abs(deltas[400] + 1) < 1e-4)  // minus a half at four thirds
    #expect((1..<500).allSatisfy { deltas[$0] < deltas[$0 - 1] })
  }

  @Test func discontinuous() {
    let situation = PenaltySituation(step: 1, toPrune: 4, living: 8)
    let expected: [Float] = [1, 0.3684, 0.1357, 0.05, -0.05, -0.1357, -0.3684, -1]
    let got = values(Discontinuous(), situation)
    #expect(close(got, expected), "\(got)")
  }

  @Test func discontinuousFlattensTowardsTheTarget() {
    let late = PenaltySituation(step: 1, toPrune: 2, living: 4, achieved: 0.6, lastFeasible: 0.2, target: 0.7)
    // v = 0.75 * 0.4 / 0.5
    #expect(close(values(Discontinuous(), late), [1, 0.6, -0.6, -1]))
    #expect(
      close(values(Discontinuous(), PenaltySituation(step: 1, toPrune: 1, living: 2)), [1, -1]), "both rates are 0")
    let nothing = PenaltySituation(step: 1, toPrune: 2, living: 4, achieved: 0.5, lastFeasible: 0.5, target: 0.5)
    #expect(close(values(Discontinuous(), nothing), [1, 0.05, -0.05, -1]), "0 / 0 is no progress")
  }

  @Test(arguments: [(0.01, 0.25), (0.02, 0.41477), (0.05, 1), (0.1, 1.89372), (0.2, 2.45204)] as [(Float, Float)])
  func theCeilingGrowsWithTheIncrement(_ increment: Float, _ factor: Float) {
    #expect(abs(Ceiling.factor(increment: increment) - factor) < 1e-5)
  }

  /// tiny-a's and LeNet-5's, as they print them.
  @Test func theCeilingOfTheShippedRuns() {
    #expect(Ceiling.value(targetReg: 0.2, increment: 0.2).logged == "0.490407")
    #expect(Ceiling.value(targetReg: 0.05, increment: 0.2).logged == "0.122602")
    #expect(Ceiling.value(targetReg: 100, increment: 0.2) == 10)
  }
}
