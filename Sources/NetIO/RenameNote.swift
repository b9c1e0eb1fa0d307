import Base
import Glibc

/// A note, in the folder, of renames that are to happen together. It stands there whole or not at all.
///
/// Once it stands there they happen: in the process that wrote it, or, where that is killed, in the next one that reads or
/// writes a model, a state or a net of the folder.
enum RenameNote {
  private static let ending = ".names"
  /// More than any outcome has.
  private static let largest = 1 << 20

  /// Writes the note of some files, all of one folder, and holds it.
  static func write(_ files: [StagedFile], in folder: String) throws -> StagedFile {
    let note = try AtomicFile.stage(folder + "/" + LeftOver.newName(ending: ending)) { sink in
      for file in files {
        // No name has a zero byte.
        for path in [file.place.temporary, file.place.target] { sink.write(path.lastComponent + "\0") }
      }
    }.file
    try note.takeName()
    return note
  }

  /// Finishes the renames of a folder's notes whose processes are gone.
  ///
  /// - Parameter names: what is in the folder
  /// - Throws: `FileSystemError` naming a file that does not get its name
  static func finish(_ names: [String], in folder: String) throws(FileSystemError) {
    for name in names where LeftOver.isDead(name, ending: ending) {
      try LeftOver.ifUnlocked(folder + "/" + name) { (path, note) throws(FileSystemError) in
        guard let pairs = pairs(of: note) else { return }
        for (temporary, target) in pairs {
          // Some may have their names already.
          let target = folder + "/" + target
          if rename(folder + "/" + temporary, target) != 0, errno != ENOENT {
            throw FileSystemError(path: target, operation: .rename, code: errno)
          }
        }
        sync(folder)
        unlink(path)
      }
    }
  }

  /// Finishes the renames that were begun where a file that is to be read lies.
  static func finish(besides path: String) throws(FileSystemError) {
    let folder = path.parentFolder
    try finish(LeftOver.contents(of: folder), in: folder)
  }

  /// What a note says; nil where it is none: it can lead to nothing but new names for temporaries of its folder.
  private static func pairs(of note: Int32) -> [(temporary: String, target: String)]? {
    var bytes = [UInt8](repeating: 0, count: largest)
    let count = pread(note, &bytes, bytes.count, 0)
    guard count > 0, count < largest, bytes[count - 1] == 0 else { return nil }
    let names = bytes[..<(count - 1)].split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard names.count % 2 == 0 else { return nil }
    let pairs = stride(from: 0, to: names.count, by: 2).map { (temporary: names[$0], target: names[$0 + 1]) }
    let isNote = pairs.allSatisfy { temporary, target in
      LeftOver.process(of: temporary, ending: LeftOver.ending) != nil && !temporary.contains("/")
        && !["", ".", ".."].contains(target) && !target.contains("/")
    }
    return isNote ? pairs : nil
  }

  private static func sync(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
