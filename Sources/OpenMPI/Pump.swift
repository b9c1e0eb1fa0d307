import Base
import Dispatch
import Glibc

/// Moves messages on while the rank computes: what a network brings is taken, and answered, only in calls of the library.
///
/// It has a thread of its own, and a lock, since one thread at a time may call. Sums stay with the thread that trains:
/// the threads of its parallel loops would be others than this one's.
final class Pump {
  private let door = DispatchSemaphore(value: 1)
  private let work = DispatchSemaphore(value: 0)
  /// Moves on what is on its way; says whether anything is.
  private let move: () -> Bool
  private var isStarted = false

  init(_ move: @escaping () -> Bool) { self.move = move }

  /// Microseconds between two calls, in which 1 Gbit/s brings some 25 kB.
  private static let pause: UInt32 = 200

  /// Runs `body` while the thread does not call the library.
  func alone<Result>(_ body: () throws -> Result) rethrows -> Result {
    door.wait()
    defer { door.signal() }
    return try body()
  }

  /// There is something to move. Where no thread can be had it is moved between layers only.
  func start() {
    if !isStarted {
      isStarted = true
      let (thread, code) = startThread { [self] in run() }
      if code == 0 { pthread_detach(thread) }
    }
    work.signal()
  }

  private func run() -> Never {
    while true {
      work.wait()
      while alone(move) { usleep(Self.pause) }
    }
  }
}
