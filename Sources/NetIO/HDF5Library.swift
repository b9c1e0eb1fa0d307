import CNetIO
import Synchronization

/// The way into libhdf5, whose state is process-global: one lock around what runs in this process.
enum HDF5Library {
  // A lock on a library that exists once per process is itself once per process.
  private static let lock = Mutex(())

  /// Runs one function of the C layer under the lock and returns its fault if it has one.
  static func call(_ body: (UnsafeMutablePointer<netio_h5_fault>) -> Int32) -> netio_h5_fault? {
    lock.withLock { _ in
      var fault = netio_h5_fault()
      return body(&fault) == 0 ? nil : fault
    }
  }
}

extension netio_h5_fault {
  /// The message as a string.
  var message: String {
    withUnsafeBytes(of: text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// What this fault means in a file that is read.
  var problem: FormatError.Problem {
    switch netio_h5_code(UInt32(bitPattern: code)) {
    case NETIO_H5_MISSING: .missing("the object")
    case NETIO_H5_REFUSED: .refused(message)
    case NETIO_H5_UNSUPPORTED: .unsupported(message)
    default: .corrupt(message)
    }
  }
}
