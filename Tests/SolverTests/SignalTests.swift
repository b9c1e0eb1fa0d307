import Glibc
import Testing

@testable import Solver

@Suite(.serialized) struct SignalTests {
  /// Signals go to this thread alone: blocking them in the other threads of a test run is not for us to do.
  @Test func signalsBecomeActions() {
    let actions = SignalActions(interrupt: .stop, hangup: .snapshot)
    #expect(actions.next() == .none)
    pthread_kill(pthread_self(), SIGINT)
    #expect(actions.next() == .stop)
    #expect(actions.next() == .none)
    for signal in [SIGTERM, SIGUSR1] {
      pthread_kill(pthread_self(), signal)
      #expect(actions.next() == .stop)
      #expect(actions.next() == .none)
    }
    pthread_kill(pthread_self(), SIGHUP)
    pthread_kill(pthread_self(), SIGHUP)
    #expect(actions.next() == .snapshot)
    #expect(actions.next() == .none)
    // One that nobody asks for any more does not end the process.
    pthread_kill(pthread_self(), SIGTERM)
  }

  /// A pipe that nobody reads any more ends a run in good order, once.
  @Test(arguments: [(SolverAction.stop, SolverAction.stop), (.snapshot, .stop), (.none, .none)])
  func aClosedPipeStops(_ interrupt: SolverAction, _ action: SolverAction) throws {
    let actions = SignalActions(interrupt: interrupt, hangup: .none)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    #expect(write(ends[1], "x", 1) == -1 && errno == EPIPE)
    close(ends[1])
    #expect(actions.next() == action)
    #expect(actions.next() == .none)
  }

  @Test func noneIgnoresASignal() {
    let actions = SignalActions(interrupt: .none, hangup: .none)
    pthread_kill(pthread_self(), SIGINT)
    #expect(actions.next() == .none)
  }
}
