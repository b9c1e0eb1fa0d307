import Base
import Glibc

extension StagedFile {
  /// Gives files their names as one outcome: an error leaves all old ones, and a process that is killed leaves all old or
  /// all new ones, once the next run has looked into the folder.
  ///
  /// Several renames are no single step, so a note of them comes first (`RenameNote`). What has the names is set aside
  /// meanwhile: other programs may miss a file, but never find two that do not belong together. Files of several folders
  /// are as many outcomes.
  ///
  /// - Throws: `FileSystemError` naming a path
  public static func commit(_ files: [StagedFile]) throws {
    var rest = files
    while let first = rest.first {
      let folder = first.place.realFolder
      let together = rest.filter { $0.place.realFolder == folder }
      rest.removeAll { $0.place.realFolder == folder }
      if together.count == 1 { try first.commit() } else { try commit(together, in: folder) }
    }
  }

  /// Finishes what a process that was killed had begun in the folder of a path.
  ///
  /// Whoever reads a model, a state or a net by its name need not call it; it is for those who look which files there are.
  ///
  /// - Throws: `FileSystemError` naming a file that does not get its name
  public static func finishOthers(besides path: String) throws(FileSystemError) {
    try RenameNote.finish(besides: path)
  }

  private static func commit(_ files: [StagedFile], in folder: String) throws {
    let note = try RenameNote.write(files, in: folder)
    var aside: [(file: StagedFile, name: String)] = []
    var named: [StagedFile] = []
    do {
      // Behind a power cut, the names may change only if the note is there.
      try note.place.syncContent(of: folder)
      // The last one first, so that a state never stands without its weights.
      for file in files.reversed() {
        let name = folder + "/" + LeftOver.newName(ending: LeftOver.ending)
        if rename(file.place.target, name) == 0 {
          aside.append((file, name))
        } else if errno != ENOENT {
          try file.place.check(-1, .rename)
        }
      }
      for file in files {
        try file.takeName()
        named.append(file)
      }
      try note.place.syncContent(of: folder)
    } catch {
      // Whenever this is cut short, the note can still be followed to its end.
      for file in named.reversed() { file.giveNameBack() }
      for (file, name) in aside.reversed() { rename(name, file.place.target) }
      unlink(note.place.target)
      throw error
    }
    for (_, name) in aside { unlink(name) }
    unlink(note.place.target)
    for file in files + [note] { file.letGo() }
  }
}

extension Placement {
  /// The folder under the one name by which two paths to it can be told to be the same.
  fileprivate var realFolder: String {
    guard let resolved = realpath(folder, nil) else { return folder }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
