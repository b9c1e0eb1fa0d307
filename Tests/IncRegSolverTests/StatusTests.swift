import Testing

@testable import IncRegSolver

@Suite struct StatusTests {
  private func words(_ phase: CoursePhase, stage: Int? = nil, _ families: [(Float, Float)]) -> String {
    PruneStatus(
      phase: phase, stage: stage,
      families: families.enumerated().map {
        .init(name: "conv\($0.offset)", achieved: $0.element.0, target: $0.element.1)
      }
    ).words
  }

  @Test func saysInWords() {
    #expect(words(.prune, stage: 2, [(0.45, 0.9), (0, 0.5)]) == "stage 2, pruning (conv0 45 of 90 %, conv1 0 of 50 %)")
    #expect(words(.prune, [(0.25, 0.5)]) == "pruning (conv0 25 of 50 %)")
    let many = Array(repeating: (Float(0.5), Float(0.5)), count: 3) + Array(repeating: (0, 0.5), count: 3)
    #expect(words(.prune, stage: 1, many) == "stage 1, pruning (25 of 50 % on average, 3 of 6 layers done)")
    #expect(words(.settle, stage: 1, []) == "stage 1, settling")
    #expect(words(.retrain, stage: 3, []) == "stage 3, retraining")
    #expect(words(.finalRetrain, stage: 3, []) == "final retraining")
  }
}
