import Testing
import TestSupport

@testable import IncRegSolver

@Suite struct ScheduleTests {
  private func values(_ schedule: any PenaltySchedule, _ situation: PenaltySituation) -> [Float] {
    schedule.deltas(situation)
  }

  /// The formula of sgd_solver.cpp, evaluated by hand with AA = 1.
  @Test(arguments: [
    (4, 8, [1, 0.5946, 0.3536, 0.2027, 0, -0.3409, -0.9142, -1.8784] as [Float]), (1, 4, [1, 0, -3.5, -31.5]),
  ])
  func centreSymmetric(_ toPrune: Int, _ living: Int, _ expected: [Float]) {
    let got = values(CentreSymmetric(), PenaltySituation(step: 1, toPrune: toPrune, living: living))
    #expect(isClose(got, expected, relative: 6e-5, absolute: 6e-5), "\(got)")
  }

  @Test func centreSymmetricHasItsProperties() {
    let deltas = CentreSymmetric().deltas(PenaltySituation(step: 2, toPrune: 300, living: 500))
    #expect(deltas[0] == 2)
    #expect(isClose(deltas[200], 0.5, absolute: 1e-4))  // u at two thirds
    #expect(isClose(deltas[300], 0, absolute: 1e-4))
    #expect(isClose(deltas[400], -1, absolute: 1e-4))  // minus a half at four thirds
    #expect((1..<500).allSatisfy { deltas[$0] < deltas[$0 - 1] })
  }

  @Test func discontinuous() {
    let situation = PenaltySituation(step: 1, toPrune: 4, living: 8)
    let expected: [Float] = [1, 0.3684, 0.1357, 0.05, -0.05, -0.1357, -0.3684, -1]
    let got = values(Discontinuous(), situation)
    #expect(isClose(got, expected, relative: 6e-5, absolute: 6e-5), "\(got)")
  }

  @Test func discontinuousFlattensTowardsTheTarget() {
    let late = PenaltySituation(step: 1, toPrune: 2, living: 4, achieved: 0.6, lastFeasible: 0.2, target: 0.7)
    // v = 0.75 * 0.4 / 0.5
    #expect(isClose(values(Discontinuous(), late), [1, 0.6, -0.6, -1], absolute: 6e-5))
    let start = PenaltySituation(step: 1, toPrune: 1, living: 2)
    #expect(isClose(values(Discontinuous(), start), [1, -1], absolute: 6e-5), "both rates are 0")
    let nothing = PenaltySituation(step: 1, toPrune: 2, living: 4, achieved: 0.5, lastFeasible: 0.5, target: 0.5)
    #expect(isClose(values(Discontinuous(), nothing), [1, 0.05, -0.05, -1], absolute: 6e-5), "0 / 0 is no progress")
  }

  @Test(arguments: [(0.01, 0.25), (0.02, 0.41477), (0.05, 1), (0.1, 1.89372), (0.2, 2.45204)] as [(Float, Float)])
  func theCeilingGrowsWithTheIncrement(_ increment: Float, _ factor: Float) {
    #expect(isClose(Ceiling.factor(increment: increment), factor, absolute: 1e-5))
  }

  /// tiny-a's and LeNet-5's, as they print them.
  @Test func theCeilingOfTheShippedRuns() {
    #expect(Ceiling.value(targetReg: 0.2, increment: 0.2).logged == "0.490407")
    #expect(Ceiling.value(targetReg: 0.05, increment: 0.2).logged == "0.122602")
    #expect(Ceiling.value(targetReg: 100, increment: 0.2) == 10)
  }
}
