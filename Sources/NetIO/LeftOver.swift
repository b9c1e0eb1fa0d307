import Base
import Glibc

/// What a run which was killed has left: temporary files and folders, and notes of renames that it had begun.
enum LeftOver {
  /// How the names of temporaries begin; then come the process, a random number and `ending`.
  static let beginning = ".caffe-increg."
  static let ending = ".tmp"

  /// A name that nothing has yet.
  static func newName(ending: String) -> String {
    "\(beginning)\(getpid()).\(String(UInt64.random(in: .min ... .max), radix: 16))\(ending)"
  }

  /// Finishes a folder's renames that dead runs had begun, then removes what else they have left there.
  ///
  /// - Throws: `FileSystemError` where renames cannot be finished
  static func clean(_ folder: String) throws(FileSystemError) {
    let names = contents(of: folder)
    try RenameNote.finish(names, in: folder)
    for name in names where isDead(name, ending: ending) {
      ifUnlocked(folder + "/" + name) { path, _ in discard(path) }
    }
  }

  /// Does something with what a dead run has left. Numbers of processes repeat, and on another machine, or in another
  /// container, they mean others: so what is locked is left alone, too.
  static func ifUnlocked<E: Error>(_ path: String, _ body: (String, _ descriptor: Int32) throws(E) -> Void) throws(E) {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { try body(path, descriptor) }
  }

  /// Whether a name has the form of ``newName(ending:)``, and its process is gone.
  static func isDead(_ name: String, ending: String) -> Bool {
    guard let process = process(of: name, ending: ending) else { return false }
    return kill(process, 0) != 0 && errno == ESRCH
  }

  /// The process that made a name; nil for other names.
  static func process(of name: String, ending: String) -> pid_t? {
    guard name.hasPrefix(beginning), name.hasSuffix(ending) else { return nil }
    let words = name.dropFirst(beginning.count).split(separator: ".")
    guard words.count == 3, let process = pid_t(words[0]), process > 0 else { return nil }
    return process
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
