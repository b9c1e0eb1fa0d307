import Base
import Glibc

/// Temporary files and folders that a run which was killed has left.
enum LeftOver {
  /// How the names of temporaries begin; then come the process, a random number and `ending`.
  static let beginning = ".caffe-increg."
  static let ending = ".tmp"

  /// Removes those in a folder whose process is gone. Numbers of processes repeat, and on another machine, or in another
  /// container, they mean others: so a temporary that is locked stays, too.
  static func remove(from folder: String) {
    for name in contents(of: folder) where isDead(name) {
      let path = folder + "/" + name
      let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { discard(path) }
    }
  }

  private static func isDead(_ name: String) -> Bool {
    guard name.hasPrefix(beginning), name.hasSuffix(ending) else { return false }
    let words = name.dropFirst(beginning.count).split(separator: ".")
    guard words.count == 3, let process = pid_t(words[0]), process > 0 else { return false }
    return kill(process, 0) != 0 && errno == ESRCH
  }

  /// Removes a file, or a folder of files.
  static func discard(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in contents(of: path) { unlink(path + "/" + name) }
    }
    Glibc.remove(path)
  }

  /// The names in a folder; none if it is not one.
  static func contents(of path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
