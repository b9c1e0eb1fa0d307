import Glibc

/// Work on a thread of its own, beside what the calling thread does.
public final class Background<Value: Sendable> {
  private let work: @Sendable () throws -> Value
  private let box = Box()
  /// Nil once the thread has been waited for, or where there is none.
  private var thread: pthread_t?

  /// Written by the thread, read when the thread has ended.
  private final class Box: @unchecked Sendable { var result: Result<Value, any Error>? }

  /// Starts `work`. Where no thread can be had it runs when its value is asked for.
  public init(_ work: @escaping @Sendable () throws -> Value) {
    self.work = work
    let box = box
    let job = Unmanaged.passRetained(ThreadBody { box.result = Result(catching: work) })
    var thread = pthread_t()
    if pthread_create(&thread, nil, ThreadBody.run, job.toOpaque()) == 0 {
      self.thread = thread
    } else {
      job.release()
    }
  }

  /// Waits for the result.
  ///
  /// - Throws: what the work threw
  public func value() throws -> Value {
    join()
    return try box.result?.get() ?? work()
  }

  private func join() {
    if let thread { pthread_join(thread, nil) }
    thread = nil
  }

  deinit { join() }
}

/// What a thread runs, for a C function, which cannot be generic.
private final class ThreadBody {
  private let body: () -> Void

  init(_ body: @escaping () -> Void) { self.body = body }

  static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { raw in
    if let raw { Unmanaged<ThreadBody>.fromOpaque(raw).takeRetainedValue().body() }
    return nil
  }
}
