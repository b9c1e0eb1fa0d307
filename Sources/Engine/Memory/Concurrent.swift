import CKernels

extension Array {
  /// Changes every element, on the kernels' threads.
  ///
  /// - Parameter body: changes the element at a position, and nothing that another call reads or writes
  public mutating func forEachConcurrently(_ body: (inout Element, _ position: Int) -> Void) {
    withUnsafeMutableBufferPointer { elements in
      let elements = elements
      withoutActuallyEscaping(body) { body in
        var call = Call { body(&elements[$0], $0) }
        withUnsafeMutablePointer(to: &call) {
          ck_parallel(
            Int32(elements.count), { call, task in call?.assumingMemoryBound(to: Call.self).pointee.body(Int(task)) },
            $0)
        }
      }
    }
  }
}

/// A closure that a C function can be given as its context.
private struct Call {
  let body: (Int) -> Void
}
