import Base
import Glibc
import Synchronization

/// Writes files so that their name only ever shows a whole one.
///
/// The bytes go to a temporary in the same folder, which is synced and renamed over the target; then the folder is
/// synced, so that the name survives a power cut too. On any error the temporary is removed and the target stays as
/// it was.
public enum AtomicFile {
  /// Writes `path` through a buffered sink.
  ///
  /// - Parameters:
  ///   - path: the file or folder to make
  ///   - body: writes the content; an error it throws discards the file.
  /// - Throws: `FileSystemError` naming `path`, or what `body` threw.
  public static func write<R>(to path: String, _ body: (FileSink) throws -> R) throws -> R {
    let (file, result) = try stage(path, body)
    try file.commit()
    return result
  }

  /// As ``write(to:_:)``, but the content waits under its temporary name until it is committed.
  public static func stage<R>(
    _ path: String, _ body: (FileSink) throws -> R
  ) throws -> (file: StagedFile, result: R) {
    let place = try Placement(path)
    return try place.stage { temporary, held in
      let descriptor = try place.createTemporary()
      held.hold(descriptor)
      let sink = FileSink(descriptor: descriptor, path: path)
      let result = try body(sink)
      try sink.flush()
      try place.check(fsync(descriptor), .sync)
      return result
    }
  }

  /// Writes `path` through a library that opens files by name.
  ///
  /// - Parameters:
  ///   - path: the file or folder to make
  ///   - body: gets the name of an empty temporary file to write; an error it throws discards the file.
  /// - Throws: `FileSystemError` naming `path`, or what `body` threw.
  public static func write<R>(to path: String, byName body: (_ temporary: String) throws -> R) throws -> R {
    let (file, result) = try stage(path, byName: body)
    try file.commit()
    return result
  }

  /// As ``write(to:byName:)``, but the content waits under its temporary name until it is committed.
  public static func stage<R>(
    _ path: String, byName body: (_ temporary: String) throws -> R
  ) throws -> (file: StagedFile, result: R) {
    let place = try Placement(path)
    return try place.stage { temporary, held in
      held.hold(try place.createTemporary())
      let result = try body(temporary)
      try place.syncContent(of: temporary)
      return result
    }
  }

  /// Makes sure that `path` can be written, as far as that can be told before: work of minutes should not end with a
  /// folder that is not there.
  ///
  /// - Throws: `FileSystemError` naming `path`
  public static func probe(_ path: String) throws {
    let place = try Placement(path)
    try LeftOver.clean(place.folder)
    close(try place.createTemporary())
    unlink(place.temporary)
  }

  /// Makes sure that the folder `path`, which must not exist, can be made.
  ///
  /// - Throws: `FileSystemError` naming `path` (EEXIST if it is there)
  public static func probeFolder(_ path: String) throws {
    try checkAbsence(of: path)
    try probe(path)
  }

  private static func checkAbsence(of path: String) throws {
    var status = stat()
    guard lstat(path, &status) != 0 else {
      throw FileSystemError(path: path, operation: .makeFolder, code: EEXIST)
    }
  }

  /// Makes the folder `path`, which must not exist, filling a temporary folder first.
  ///
  /// - Parameters:
  ///   - path: the file or folder to make
  ///   - body: gets the name of an empty temporary folder and puts files, not folders, into it.
  /// - Throws: `FileSystemError` naming `path` (EEXIST if it is there), or what `body` threw.
  public static func makeFolder<R>(at path: String, _ body: (_ temporary: String) throws -> R) throws -> R {
    try checkAbsence(of: path)
    let place = try Placement(path)
    let (folder, result) = try place.stage { temporary, held in
      try place.check(mkdir(temporary, 0o777), .makeFolder)
      held.hold(open(temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
      let result = try body(temporary)
      for name in LeftOver.contents(of: temporary) { try place.syncContent(of: temporary + "/" + name) }
      try place.syncContent(of: temporary)
      return result
    }
    try folder.commit()
    return result
  }
}

/// A file, or a folder, that is whole and synced, but does not have its name yet. It is removed with the last reference
/// unless it is committed.
public final class StagedFile: Sendable {
  let place: Placement
  private let isPending = Mutex(true)
  /// Open, and locked, until the file has its name: so others know that the temporary is not left over.
  private let held = Mutex<Int32>(-1)

  fileprivate init(_ place: Placement) { self.place = place }

  /// Takes over the temporary's descriptor.
  fileprivate func hold(_ descriptor: Int32) {
    flock(descriptor, LOCK_EX | LOCK_NB)
    held.withLock { $0 = descriptor }
  }

  func letGo() {
    held.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }

  /// Gives the file its name, in place of one that has it.
  ///
  /// - Throws: `FileSystemError` naming the path
  public func commit() throws {
    try takeName()
    letGo()
    try place.syncContent(of: place.folder)
  }

  /// The rename alone: the file stays locked, and the folder is not synced.
  func takeName() throws {
    try place.check(rename(place.temporary, place.target), .rename)
    isPending.withLock { $0 = false }
  }

  /// Goes back to the temporary name.
  func giveNameBack() {
    if rename(place.target, place.temporary) == 0 { isPending.withLock { $0 = true } }
  }

  /// The name under which the content lies until it is committed.
  public var temporary: String { place.temporary }

  deinit {
    if isPending.withLock({ $0 }) { place.discard() }
    letGo()
  }
}

/// Where the result and its temporary lie.
struct Placement: Sendable {
  /// The path as the user gave it, for messages.
  let named: String
  /// The path with symbolic links resolved, so that a link is written through and not replaced.
  let target: String
  let folder: String
  let temporary: String

  init(_ path: String) throws {
    named = path
    var status = stat()
    if stat(path, &status) == 0 {
      // A rename would silently replace a device such as /dev/null.
      guard status.st_mode & S_IFMT == S_IFREG, let resolved = realpath(path, nil) else {
        throw FileSystemError(
          path: path, operation: .create, code: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : ENOTSUP)
      }
      defer { free(resolved) }
      target = String(cString: resolved)
    } else {
      // Only a name that is free, or a link that leads to one, can be taken: it may be empty or too long.
      guard errno == ENOENT, !path.isEmpty else {
        throw FileSystemError(path: path, operation: .create, code: errno)
      }
      target = path
    }
    folder = target.parentFolder
    temporary = folder + "/" + LeftOver.newName(ending: LeftOver.ending)
  }

  /// Runs `body`, and removes what it left under the temporary name if it throws.
  func stage<R>(_ body: (_ temporary: String, _ held: StagedFile) throws -> R) throws -> (file: StagedFile, result: R) {
    try LeftOver.clean(folder)
    let file = StagedFile(self)
    return try withExtendedLifetime(file) { (file, try body(temporary, file)) }
  }

  func discard() { LeftOver.discard(temporary) }

  func createTemporary() throws -> Int32 {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    try check(descriptor, .create)
    return descriptor
  }

  /// Syncs a file or folder by name: fsync works on any descriptor of it, whoever wrote the bytes.
  func syncContent(of path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    try check(descriptor, .sync)
    defer { close(descriptor) }
    // Some network file systems cannot sync a folder and say EINVAL; there is nothing better to do there.
    if fsync(descriptor) != 0, errno != EINVAL { try check(-1, .sync) }
  }

  func check(_ result: Int32, _ operation: FileSystemError.Operation) throws {
    if result < 0 { throw FileSystemError(path: named, operation: operation, code: errno) }
  }
}
