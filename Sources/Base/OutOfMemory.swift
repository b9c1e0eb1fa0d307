import Glibc

/// What happens when the system gives no more memory.
public enum OutOfMemory {
  /// Ends the process with a message and exit code 1: no part of the program could go on, and a trap would not say why.
  ///
  /// - Parameters:
  ///   - bytes: what was asked for
  ///   - purpose: who wanted them, in the words of the message
  public static func end(_ bytes: Int, for purpose: String) -> Never {
    RunLog.writeToStandardError("caffe-increg: out of memory: \(bytes) bytes for \(purpose)\n")
    // No exit handlers run: they may need memory, too.
    _exit(EXIT_FAILURE)
  }

  /// Whether the system would give so much memory now; nothing is kept.
  public static func canAllocate(_ bytes: Int) -> Bool {
    guard bytes > 0 else { return true }
    let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else { return false }
    munmap(memory, bytes)
    return true
  }
}
