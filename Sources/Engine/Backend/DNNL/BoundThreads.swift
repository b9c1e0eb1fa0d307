import CKernels
import Glibc

/// Computing threads that stay on their processors.
///
/// OpenMP binds them if its environment says so when the program starts (`OMP_PROC_BIND`); `spread` gives each a
/// processor, evenly over all that the process may use.
extension DNNLBackend {
  /// Whether OpenMP binds its threads.
  public static var bindsThreads: Bool { ck_threads_bound() != 0 }

  /// Lets the calling thread run on the processors of all threads: a program that it starts inherits what it may use.
  public static func unbindCallingThread() { _ = ck_free_thread() }

  /// Finds out where the threads are, and lets all threads but these, such as those that read data, run on any of their
  /// processors. Call it when ``threads`` is settled, before others are started.
  ///
  /// - Parameter apart: refuses threads that are not bound, or share a processor
  /// - Returns: the processor of each thread; nil for one that may run on several
  /// - Throws: ``BackendError``
  public static func settleBoundThreads(apart: Bool) throws(BackendError) -> [Int?] {
    func fails(_ cause: String) -> BackendError { .init(backend: name, operation: "pinning threads", cause: cause) }
    guard bindsThreads || !apart else {
      throw fails("OpenMP binds none, with OMP_PROC_BIND=\(getenv("OMP_PROC_BIND").map { String(cString: $0) } ?? "")")
    }
    var found = [Int32](repeating: -1, count: threads)
    found.withUnsafeMutableBufferPointer { ck_thread_processors($0.baseAddress) }
    let processors = found.map { $0 < 0 ? nil : Int($0) }
    let taken = processors.compactMap { $0 }
    guard !apart || Set(taken).count == taken.count else {
      throw fails("\(taken.count) threads have no more than \(Set(taken).count) processors")
    }
    let code = ck_free_new_threads()
    guard code == 0 else { throw fails(String(cString: strerror(code))) }
    return processors
  }
}
