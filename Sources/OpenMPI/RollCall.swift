import Glibc

/// Finds the rank that is lost among those that wait.
///
/// The rank that a rank waits for is not always the lost one: it may itself wait for a third. So ranks that wait answer
/// when they are asked, and the one that does not is lost.
struct RollCall {
  private let mpi: OpenMPI
  private let others: [Int]
  /// Answers that are on their way.
  private var answers: Messages

  /// How long a rank that waits may take to answer.
  private static let grace = Duration.seconds(5)

  /// - Parameter others: the ranks but this one
  init(_ mpi: OpenMPI, others: [Int]) { (self.mpi, self.others, answers) = (mpi, others, Messages(mpi)) }

  /// Answers those that ask. A rank that waits calls this again and again.
  mutating func answer() {
    _ = answers.areComplete()
    for rank in others {
      var hasAsked: CInt = 0
      _ = mpi.probe(CInt(rank), CInt(MessageTag.question), mpi.world, &hasAsked, nil)
      guard hasAsked != 0 else { continue }
      answers.receive(nil, 0, mpi.double, from: rank, tag: MessageTag.question)
      answers.send(nil, 0, mpi.double, to: rank, tag: MessageTag.answer)
    }
  }

  /// Asks all.
  ///
  /// - Parameter awaited: the rank that this one waits for
  /// - Returns: that rank where it does not answer, else the first that does not
  mutating func lostRank(awaited: Int) -> Int {
    var replies = others.map { rank in
      var messages = Messages(mpi)
      messages.receive(nil, 0, mpi.double, from: rank, tag: MessageTag.answer)
      answers.send(nil, 0, mpi.double, to: rank, tag: MessageTag.question)
      return (rank: rank, messages: messages)
    }
    let start = ContinuousClock.now
    while !replies.isEmpty, start.duration(to: .now) < Self.grace {
      answer()
      for index in replies.indices.reversed() where replies[index].messages.areComplete() {
        replies.remove(at: index)
      }
      sched_yield()
    }
    let silent = replies.map(\.rank)
    return silent.contains(awaited) ? awaited : silent.first ?? awaited
  }
}
