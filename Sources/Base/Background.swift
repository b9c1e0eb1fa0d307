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
    let (thread, code) = startThread { box.result = Result(catching: work) }
    self.thread = code == 0 ? thread : nil
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

/// Starts a thread that runs `body` once.
///
/// - Returns: the thread, to be joined or detached, and 0; or why there is none, as `pthread_create` puts it
public func startThread(_ body: @escaping () -> Void) -> (thread: pthread_t, code: Int32) {
  let boxed = Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  let code = pthread_create(
    &thread, nil,
    { raw in
      if let raw { Unmanaged<ThreadBody>.fromOpaque(raw).takeRetainedValue().body() }
      return nil
    }, boxed.toOpaque())
  if code != 0 { boxed.release() }
  return (thread, code)
}

/// A closure as the object that a C function can be given.
private final class ThreadBody {
  let body: () -> Void

  init(_ body: @escaping () -> Void) { self.body = body }
}
