import Glibc

/// Turns SIGINT and SIGHUP into solver actions (Caffe: `SignalHandler`), and as SIGINT also SIGTERM, with which batch systems
/// end runs, and SIGUSR1, which `mpirun` passes on.
///
/// SIGPIPE is a stop, too: nobody reads what the run says any more. Without this a training run would end at its next line, with
/// all that it has learned since the last snapshot.
///
/// The signals are blocked while this object lives and fetched when it is asked, so that no handler runs between two
/// instructions. It must be made before any other thread is started: threads inherit what is blocked.
public final class SignalActions {
  private let effects: [Int32: SolverAction]
  private var blocked = sigset_t()
  private var before = sigset_t()

  /// Blocks the signals.
  ///
  /// - Parameters:
  ///   - interrupt: what SIGINT, SIGTERM and SIGUSR1 ask for
  ///   - hangup: what SIGHUP asks for
  public init(interrupt: SolverAction, hangup: SolverAction) {
    effects = [
      SIGINT: interrupt, SIGTERM: interrupt, SIGUSR1: interrupt, SIGHUP: hangup,
      SIGPIPE: interrupt == .none ? .none : .stop,
    ]
    sigemptyset(&blocked)
    for signal in effects.keys { sigaddset(&blocked, signal) }
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
  }

  /// What has come too late to be asked for is dropped: it must not spoil a good end.
  deinit {
    var now = timespec()
    while sigtimedwait(&blocked, nil, &now) > 0 {}
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }

  /// The effect of one signal that has arrived since the last call; none if there was no signal.
  public func next() -> SolverAction {
    var now = timespec()
    let signal = sigtimedwait(&blocked, nil, &now)
    return effects[signal] ?? .none
  }
}
