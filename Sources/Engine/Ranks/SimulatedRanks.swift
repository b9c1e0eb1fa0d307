import Base
import Dispatch
import Synchronization

/// Ranks in one process, each on a thread of its own: what runs on many machines is held against them.
public final class SimulatedRanks: Communicator {
  /// This one's number.
  public let rank: Int
  /// How many there are.
  public var count: Int { table.doors.count }
  /// A thread that has ended is noticed at once; others are waited for.
  public var patience = Duration.zero
  private let table: Table
  private var begun: [MutableFloatView] = []
  private let mean = Blob()

  private init(rank: Int, _ table: Table) { (self.rank, self.table) = (rank, table) }

  /// Runs `body` once for every rank, all at a time.
  ///
  /// - Throws: what the first rank to fail threw
  public static func run(_ count: Int, _ body: @escaping (any Communicator) throws -> Void) throws {
    let table = Table(count)
    let threads = (0..<count).map { rank in
      startThread {
        do { try body(SimulatedRanks(rank: rank, table)) } catch { table.end(rank, error) }
        table.left.signal()
      }
    }
    for thread in threads where thread.code != 0 { table.end(count, RankError.unreachable("no thread")) }
    for thread in threads where thread.code == 0 { table.left.wait() }
    if let error = table.failure { throw error }
  }

  /// What each rank gives.
  public func gather(_ values: [Double]) throws -> [[Double]] {
    try table.meet(rank, Table.Gift(values: values)).map(\.values)
  }

  /// Notes them.
  public func beginMean(of values: MutableFloatView) { begun.append(values) }

  /// Nothing to do: all happens when all have come.
  public func progress() {}

  /// Each rank takes the means of a part of the floats for all.
  public func finishMeans() throws {
    let views = try table.meet(rank, Table.Gift(views: begun)).map(\.views)
    for (index, own) in begun.enumerated() {
      let range = own.count.part(rank, of: count)
      let parts = views.map { $0[index].part(range.lowerBound, count: range.count) }
      mean.reshape([range.count])
      mean.mutableData.setToMean(of: parts.map(\.readOnly))
      for part in parts { part.copy(mean.data) }
    }
    begun = []
    try meet()
  }

  /// Where the ranks meet.
  private final class Table: Sendable {
    /// What a rank brings. Others read and write its floats only between two meetings, each in a part of its own.
    struct Gift: @unchecked Sendable {
      var values: [Double] = []
      var views: [MutableFloatView] = []
    }
    private struct State {
      var gifts: [Gift]
      var arrived = 0
      /// What was brought to the last complete meeting. Whoever comes to the next has read it.
      var complete: [Gift] = []
      var ended: (rank: Int, error: any Error)?
    }
    private let state: Mutex<State>
    let doors: [DispatchSemaphore]
    let left = DispatchSemaphore(value: 0)

    init(_ count: Int) {
      state = Mutex(State(gifts: Array(repeating: Gift(), count: count)))
      doors = (0..<count).map { _ in DispatchSemaphore(value: 0) }
    }

    var failure: (any Error)? { state.withLock { $0.ended?.error } }

    /// Waits until all ranks have come, and gives what they have brought.
    func meet(_ rank: Int, _ gift: Gift) throws -> [Gift] {
      let isLast = state.withLock { state in
        state.gifts[rank] = gift
        state.arrived += 1
        guard state.arrived == doors.count else { return false }
        (state.complete, state.arrived) = (state.gifts, 0)
        return true
      }
      if isLast { open() }
      doors[rank].wait()
      return try state.withLock { state in
        if let ended = state.ended { throw RankError.ended(rank: ended.rank, cause: "\(ended.error)") }
        return state.complete
      }
    }

    /// Ends the run for all, since a rank has failed.
    func end(_ rank: Int, _ error: any Error) {
      state.withLock { state in if state.ended == nil { state.ended = (rank, error) } }
      open()
    }

    private func open() { for door in doors { door.signal() } }
  }
}
