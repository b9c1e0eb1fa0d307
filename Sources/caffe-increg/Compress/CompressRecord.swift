import FoundationEssentials

/// What is written beside the best net: what was asked, what came of it, and how.
struct CompressRecord: Encodable {
  let tool: String
  let sources: [SourceFile]
  let asked: [String: String]
  /// Whether floor and budget are met as asked.
  let isMet: Bool
  /// What is not met, in words.
  let shortfalls: [String]
  /// The least accuracy that is allowed.
  let floor: Double
  /// The images on which accuracies were judged.
  let judgedOn: String
  let accuracy: Change<CompressState.Scores>
  let cost: Change<CompressState.Figures>
  /// The plans, and which of them was taken, from 0.
  let attempts: [CompressState.Attempt]
  let taken: Int
  /// The file of the run's folder that its weights come from.
  let weights: String
  let stages: [CompressState.Done]

  init(_ run: CompressRun, _ state: CompressState, _ result: CompressResult) throws {
    tool = "caffe-increg \(programVersion)"
    sources = try [run.command.solver, run.solver.net, run.command.weights].map { try SourceFile($0) }
    asked = state.asked
    (isMet, shortfalls) = (result.shortfalls.isEmpty, result.shortfalls)
    (floor, judgedOn) = (result.floor, run.data.judgedImages)
    accuracy = Change(before: result.base, after: result.scores)
    cost = Change(before: result.before, after: result.after)
    (attempts, taken, weights, stages) = (state.attempts, result.number, result.weights, state.done)
  }
}
