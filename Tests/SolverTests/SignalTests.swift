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

  @Test func noneIgnoresASignal() {
    let actions = SignalActions(interrupt: .none, hangup: .none)
    pthread_kill(pthread_self(), SIGINT)
    #expect(actions.next() == .none)
  }
}
