import Base
import CaffeProto
import Dispatch
import Glibc
import NetModel
import Synchronization

/// Makes batches on a thread of its own, up to a number of them ahead of whoever takes them.
///
/// The order and content of the batches depend on the producer alone, not on timing: everything that it draws from or
/// reads belongs to it and is touched by its thread only.
final class Prefetcher<Batch: Sendable>: Sendable {
  private let shared = Shared()

  /// What the two threads have in common.
  private final class Shared: Sendable {
    struct State {
      var ready: [Result<Batch, any Error>] = []
      /// Used batches, whose memory the next ones take.
      var spare: [Batch] = []
      var stopped = false
    }
    let state = Mutex(State())
    // All begin at 0: a semaphore must not be freed below the value it began with.
    let wanted = DispatchSemaphore(value: 0)
    let filled = DispatchSemaphore(value: 0)
    let finished = DispatchSemaphore(value: 0)
  }

  /// What makes the batches, until the thread ends.
  private final class Producer {
    var produce: ((inout Batch) throws -> Void)?

    init(_ produce: @escaping (inout Batch) throws -> Void) { self.produce = produce }
  }

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - depth: how many batches are made ahead, at least 1
  ///   - empty: what the first batches are made of
  ///   - produce: turns an empty or used batch into the next one; called by the thread only
  /// - Throws: `LayerError/source(_:_:)` where there can be no thread
  init(depth: Int, empty: Batch, produce: sending @escaping (inout Batch) throws -> Void) throws {
    let shared = shared
    let producer = Producer(produce)
    let (thread, code) = startThread {
      while true {
        shared.wanted.wait()
        if shared.state.withLock({ $0.stopped }) { break }
        var batch = shared.state.withLock { $0.spare.popLast() } ?? empty
        do {
          try producer.produce?(&batch)
        } catch {
          shared.state.withLock { $0.ready.append(.failure(error)) }
          shared.filled.signal()
          break
        }
        shared.state.withLock { $0.ready.append(.success(batch)) }
        shared.filled.signal()
      }
      // Whoever waits may open the same source again, and some can be open only once.
      producer.produce = nil
      shared.finished.signal()
    }
    guard code == 0 else { throw LayerError.source("prefetch", "no thread: \(String(cString: strerror(code)))") }
    pthread_detach(thread)
    for _ in 0..<depth { shared.wanted.signal() }
  }

  deinit {
    shared.state.withLock { $0.stopped = true }
    shared.wanted.signal()
    shared.finished.wait()
  }

  /// Waits for the next batch and hands it to `body`; its memory is used again.
  ///
  /// - Throws: what the producer threw, now and at every later call; or what `body` throws
  func next(_ body: (Batch) throws -> Void) throws {
    shared.filled.wait()
    let result = shared.state.withLock { state in
      if case .failure = state.ready[0] { return state.ready[0] }
      return state.ready.removeFirst()
    }
    switch result {
    case .success(let batch):
      defer { shared.wanted.signal() }
      try body(batch)
      shared.state.withLock { $0.spare.append(batch) }
    case .failure(let error):
      shared.filled.signal()
      throw error
    }
  }
}
