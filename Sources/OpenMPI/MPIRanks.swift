import Engine
import Glibc

/// Ranks that are processes of Open MPI.
///
/// Means are taken by hand: of every array each rank gets a part from all ranks, adds it up in their order, and sends the
/// mean to all. That is as much traffic as a ring's, 2 (N - 1) / N of the array, and the same sum whatever the network.
/// Everything is non-blocking and of the calling thread, so that a rank that is gone or hangs can be named.
public final class MPIRanks: Communicator {
  /// This process's number.
  public let rank: Int
  /// The number of processes.
  public let count: Int
  private let others: [Int]
  /// Longer until training begins: nets are built, and convolutions tried, on one rank after the other.
  public var patience = Duration.seconds(600)

  private let mpi: OpenMPI
  private let isFast: Bool
  private let meeting: Meeting
  private var rollCall: RollCall
  private var means: [Mean] = []
  /// Tells arrays apart that travel at the same time.
  private var number = 0
  /// Mean scratch memory that is free.
  private var scratch: [Blob] = []

  /// Enters the world of processes that `mpirun` has started.
  ///
  /// - Parameters:
  ///   - fast: whether sums are taken as the library likes, in an order that may depend on the network
  ///   - patience: how long it may take until all have come, and until all have left
  ///   - giveUp: ends the process where that takes longer; on another thread, since the library does not return
  /// - Throws: `RankError/unreachable(_:)`
  public init(fast: Bool, patience: Duration, giveUp: @escaping (RankError) -> Void) throws(RankError) {
    let mpi = try OpenMPI()
    let meeting = Meeting(patience: patience, giveUp: giveUp)
    var (level, rank, count): (CInt, CInt, CInt) = (0, 0, 0)
    guard meeting.hold("begun", { mpi.initialize(nil, nil, OpenMPI.funneled, &level) }) == 0,
      mpi.rank(mpi.world, &rank) == 0, mpi.size(mpi.world, &count) == 0
    else { throw .unreachable("Open MPI does not begin") }
    (self.mpi, self.meeting) = (mpi, meeting)
    (self.rank, self.count, isFast) = (Int(rank), Int(count), fast)
    others = (0..<self.count).filter { $0 != rank }
    rollCall = RollCall(mpi, others: others)
  }

  /// Leaves it in good order, together with all others.
  public func leave() { _ = meeting.hold("ended") { mpi.finalize() } }

  /// Ends all ranks.
  public func abort() -> Never {
    _ = mpi.abort(mpi.world, 1)
    exit(1)
  }

  /// How often a rank asks for what it awaits before it lets others compute: some 100 microseconds.
  private static let patientPolls = 1000

  /// Sends to all and receives from all.
  public func gather(_ values: [Double]) throws -> [[Double]] {
    var all = [Double](repeating: 0, count: count * values.count)
    try values.withUnsafeBufferPointer { own in
      try all.withUnsafeMutableBufferPointer { all in
        var messages = Messages(mpi)
        for rank in others {
          messages.receive(
            all.baseAddress.map { $0 + rank * values.count }, values.count, mpi.double, from: rank,
            tag: MessageTag.gather)
        }
        for rank in others {
          messages.send(own.baseAddress, values.count, mpi.double, to: rank, tag: MessageTag.gather)
        }
        try wait { messages.areComplete() ? nil : messages.awaited }
      }
    }
    return (0..<count).map { $0 == rank ? values : Array(all[$0 * values.count..<($0 + 1) * values.count]) }
  }

  /// Sends each rank its part.
  public func beginMean(of values: MutableFloatView) {
    number = (number + 1) % MessageTag.means
    var mean = Mean(values: values, own: values.count.part(rank, of: count), number: number, messages: Messages(mpi))
    if isFast {
      mean.messages.sum(values.pointer, values.count)
    } else {
      mean.parts = scratch.popLast() ?? Blob()
      mean.parts.reshape([(count + 1) * mean.own.count])
      let tag = MessageTag.part(mean.number)
      for rank in others {
        mean.messages.receive(
          mean.parts.mutableData.pointer + rank * mean.own.count, mean.own.count, mpi.float, from: rank, tag: tag)
      }
      for rank in others {
        let part = values.count.part(rank, of: count)
        mean.messages.send(values.pointer + part.lowerBound, part.count, mpi.float, to: rank, tag: tag)
      }
    }
    means.append(mean)
  }

  /// Moves everything on that has arrived.
  public func progress() {
    for index in means.indices where means[index].messages.areComplete() { advance(&means[index]) }
    means.removeAll { $0.isComplete }
  }

  /// Waits for all means.
  public func finishMeans() throws {
    try wait {
      progress()
      return means.first.map { $0.messages.awaited ?? rank }
    }
  }

  /// An array on its way.
  private struct Mean {
    let values: MutableFloatView
    /// What of it this rank adds up.
    let own: Range<Int>
    let number: Int
    var messages: Messages
    /// Of every rank what this one adds up, and behind that room for the mean.
    var parts = Blob()
    var isAdded = false
    var isComplete = false
  }

  /// Adds up the parts that have come and sends their mean, or ends what is complete.
  private func advance(_ mean: inout Mean) {
    let (values, own) = (mean.values, mean.own)
    if isFast { values.multiply(by: 1 / Float(count)) }
    guard !isFast, !mean.isAdded else {
      if !isFast { scratch.append(mean.parts) }
      return mean.isComplete = true
    }
    let room = mean.parts.mutableData
    let result = room.part(count * own.count, count: own.count)
    let target = values.part(own.lowerBound, count: own.count)
    result.setToMean(
      of: (0..<count).map { $0 == rank ? target.readOnly : room.part($0 * own.count, count: own.count).readOnly })
    target.copy(result.readOnly)
    let tag = MessageTag.mean(mean.number)
    for rank in others {
      let part = values.count.part(rank, of: count)
      mean.messages.receive(values.pointer + part.lowerBound, part.count, mpi.float, from: rank, tag: tag)
    }
    for rank in others { mean.messages.send(target.pointer, target.count, mpi.float, to: rank, tag: tag) }
    mean.isAdded = true
  }

  /// Waits until `awaited` says that no rank is awaited any more, and lets means go on meanwhile.
  private func wait(_ awaited: () -> Int?) throws {
    let start = ContinuousClock.now
    var polls = 0
    while let rank = awaited() {
      if !means.isEmpty { progress() }
      polls += 1
      guard polls > Self.patientPolls else { continue }
      // Whoever shares the processor may be the one that is waited for.
      sched_yield()
      rollCall.answer()
      if start.duration(to: .now) > patience {
        throw RankError.silent(
          rank: rollCall.lostRank(awaited: rank), seconds: Int(patience.components.seconds))
      }
    }
  }
}
