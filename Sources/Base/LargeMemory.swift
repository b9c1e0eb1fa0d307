import Glibc

/// Memory for weights by the hundred megabytes, which takes as long to get as to fill: the system hands it out page by
/// page, on first touch.
package enum LargeMemory {
  /// Asks the system for large pages where fresh memory from malloc is large enough to gain by them. The system may
  /// refuse.
  package static func prepare(_ memory: UnsafeMutableRawPointer, bytes: Int) {
    guard bytes >= 1 << 23 else { return }
    let page = 4096
    let start = (UInt(bitPattern: memory) + UInt(page) - 1) / UInt(page) * UInt(page)
    let skipped = Int(start - UInt(bitPattern: memory))
    madvise(UnsafeMutableRawPointer(bitPattern: start), bytes - skipped, MADV_HUGEPAGE)
  }
}
