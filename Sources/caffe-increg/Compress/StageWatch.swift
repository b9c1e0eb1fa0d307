import Base
import Glibc
import Solver
import Synchronization

/// Lets a signal end the program while a stage runs that cannot be resumed in the middle. Files of earlier stages are
/// whole. Temporary files of this stage are removed by the next run.
///
/// - Parameters:
///   - stage: for the message
///   - signals: what has arrived
///   - body: the work
func endingOnSignal<Result>(_ stage: String, _ signals: SignalActions, _ body: () throws -> Result) rethrows -> Result {
  let over = Flag()
  let (thread, code) = startThread {
    while !over.isSet.withLock({ $0 }) {
      if signals.next() == .stop {
        RunLog.writeToStandardError("caffe-increg: \(TrainingRunError.stopped(in: stage))\n")
        _exit(EXIT_FAILURE)
      }
      usleep(20_000)
    }
  }
  defer {
    over.isSet.withLock { $0 = true }
    if code == 0 { pthread_join(thread, nil) }
  }
  return try body()
}

private final class Flag: Sendable { let isSet = Mutex(false) }
