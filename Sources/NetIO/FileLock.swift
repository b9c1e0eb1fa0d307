import Base
import Glibc

/// A claim on a name for as long as the object lives; a process that dies leaves none behind.
///
/// It is a lock on a file of its own, which is removed with it; the file of a process that was killed is taken over.
public final class FileLock {
  private let path: String
  private let descriptor: Int32

  /// Claims the name `path`, whatever is there or not.
  ///
  /// - Returns: nil if another process, or another object of this one, has claimed it
  /// - Throws: `FileSystemError` where the folder takes no files or its file system no locks
  public init?(on path: String) throws(FileSystemError) {
    self.path = "\(path.parentFolder)/\(LeftOver.beginning)\(path.lastComponent).lock"
    while true {
      let descriptor = open(self.path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw FileSystemError(path: self.path, operation: .create, code: errno) }
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        let code = errno
        close(descriptor)
        if code == EWOULDBLOCK { return nil }
        throw FileSystemError(path: self.path, operation: .create, code: code)
      }
      // Whoever had it may have removed the file since it was opened here.
      var (ours, there) = (stat(), stat())
      if fstat(descriptor, &ours) == 0, lstat(self.path, &there) == 0, ours.st_ino == there.st_ino,
        ours.st_dev == there.st_dev
      {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }
}
