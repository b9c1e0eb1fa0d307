import Base
import Dispatch
import Engine
import Glibc

/// Calls of the library in which all ranks meet. It waits there for ever for a rank that hangs, or that has ended in good
/// order before it came.
struct Meeting {
  /// How long a rank waits there.
  let patience: Duration
  /// Ends the process, with word of the cause.
  let giveUp: (RankError) -> Void

  /// Makes a call; gives up where it takes too long.
  func hold<Result>(_ what: String, _ call: () -> Result) -> Result {
    let isOver = DispatchSemaphore(value: 0)
    let seconds = Int(patience.components.seconds)
    let watch = startThread {
      guard isOver.wait(timeout: .now() + .seconds(seconds)) == .timedOut else { return }
      giveUp(.unreachable("not all of them have \(what) within \(seconds) s"))
    }
    defer {
      isOver.signal()
      if watch.code == 0 { pthread_join(watch.thread, nil) }
    }
    return call()
  }
}
