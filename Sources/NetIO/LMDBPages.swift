import Base
import Glibc

/// Walks over the records of an LMDB file (format 1, little-endian, 64 bits; lmdb's `mdb.c`), checking every page
/// before it is used: liblmdb follows page numbers and offsets wherever they lead.
///
/// Pages are read, not mapped, so a file that is cut off meanwhile is an error too. The tree is walked in the order of
/// its keys; that keys are in order is not checked.
struct LMDBPages {
  /// The number of records.
  private(set) var count = 0

  private let path: String
  private let file: File
  private var pageSize = 0
  private var depth = 0
  private var root: UInt64 = 0
  /// The way from the root to the present leaf.
  private var way: [Page] = []
  /// The records of this round that were passed.
  private var passed = 0
  /// Where the present key is in its page.
  private(set) var key = 0..<0
  /// Where the present value is: in the leaf, or in what lies on pages of its own.
  private(set) var value = 0..<0
  private var overflow: [UInt8] = []
  private var isOverflow = false

  /// Closes the file with the last copy.
  private final class File: Sendable {
    let descriptor: Int32
    init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }
  }

  /// A page and the place of a node in it.
  private struct Page {
    var bytes: [UInt8]
    var node = 0
    var nodes = 0
  }

  /// Opens a folder's file and checks what liblmdb takes on trust when it opens the same.
  ///
  /// - Throws: `FileSystemError`; `FormatError` where it is no such file
  init(_ path: String) throws {
    self.path = path
    let data = path + "/data.mdb"
    let (descriptor, code) = InputFile.open(data)
    guard descriptor >= 0 else { throw FileSystemError(path: data, operation: .open, code: code) }
    file = File(descriptor)
    pageSize = try meta(at: 0).pageSize
    guard try meta(at: pageSize).pageSize == pageSize else { throw damage("its two heads differ in the size of pages") }
  }

  /// Whether the tree that a transaction sees is one of the newest two; behind two more its head is written over.
  func hasHead(transaction: Int) throws -> Bool { try head(of: transaction) != nil }

  private func head(of transaction: Int) throws -> Meta? {
    try [meta(at: 0), meta(at: pageSize)].first { $0.transaction == transaction }
  }

  /// Goes to the first record of the tree that a transaction sees.
  ///
  /// - Throws: `FormatError` for damage, and where there is no record
  mutating func begin(transaction: Int) throws {
    guard let head = try head(of: transaction) else { throw damage("transaction \(transaction) has no head") }
    let size = try fileSize()
    let (needed, overflow) = head.lastPage.addingReportingOverflow(1).partialValue
      .multipliedReportingOverflow(by: UInt64(pageSize))
    guard !overflow, head.lastPage < .max, needed <= UInt64(size) else {
      throw FormatError(path: path, kind: .lmdb, .truncated(needed: Int(clamping: needed), present: size))
    }
    guard head.entries > 0 else { throw FormatError(path: path, kind: .lmdb, .missing("every record")) }
    // A record takes at least ten bytes. Where the head counts more records than fit, pages are in the tree several
    // times.
    guard head.entries <= UInt64(size / 10), (1...32).contains(head.depth) else {
      throw damage("a tree of depth \(head.depth) with \(head.entries) records")
    }
    (count, depth, root) = (Int(head.entries), head.depth, head.root)
    try goToFirst()
  }

  /// Goes to the next record; false, and to the first one, behind the last.
  mutating func advance() throws -> Bool {
    // After damage there is no record to go on from.
    guard way.count == depth else { throw damage("a page before was") }
    way[depth - 1].node += 1
    if way[depth - 1].node < way[depth - 1].nodes {
      try take()
      return true
    }
    var level = depth - 1
    while level >= 0, way[level].node + 1 >= way[level].nodes { level -= 1 }
    guard level >= 0, level < depth - 1 else {
      guard passed == count else { throw damage("it has \(passed) records, not \(count)") }
      try goToFirst()
      return false
    }
    (key, value, isOverflow) = (0..<0, 0..<0, false)
    way[level].node += 1
    way.removeLast(depth - 1 - level)
    try descend(to: child(of: way[level]))
    return true
  }

  /// The page that holds the present key, and the bytes that hold the value; empty after damage.
  var holders: (key: [UInt8], value: [UInt8]) {
    let leaf = way.count == depth ? way[depth - 1].bytes : []
    return (leaf, isOverflow ? overflow : leaf)
  }

  private mutating func goToFirst() throws {
    (key, value, isOverflow) = (0..<0, 0..<0, false)
    way = []
    passed = 0
    try descend(to: root)
  }

  /// Goes from a page down to its first record.
  private mutating func descend(to page: UInt64) throws {
    var number = page
    while true {
      let isLeaf = way.count == depth - 1
      let page = try self.page(number, isLeaf: isLeaf)
      way.append(page)
      if isLeaf { return try take() }
      number = child(of: page)
    }
  }

  /// The page below a branch's node.
  private func child(of page: Page) -> UInt64 {
    let node = Int(page.bytes.u16(16 + 2 * page.node))
    return UInt64(page.bytes.u32(node)) | UInt64(page.bytes.u16(node + 4)) << 32
  }

  /// Reads a page of the tree and checks its nodes.
  private func page(_ number: UInt64, isLeaf: Bool) throws -> Page {
    var page = Page(bytes: try read(pageSize, at: place(of: number)))
    let (lower, upper) = (Int(page.bytes.u16(12)), Int(page.bytes.u16(14)))
    let kind: UInt16 = isLeaf ? Flags.leaf : Flags.branch
    guard page.bytes.u64(0) == number, page.bytes.u16(10) & Flags.kinds == kind, lower > 16, lower % 2 == 0,
      lower <= upper, upper <= pageSize
    else { throw damage("page \(number) is no \(isLeaf ? "leaf" : "branch") of its tree") }
    page.nodes = (lower - 16) / 2
    for node in 0..<page.nodes {
      let start = Int(page.bytes.u16(16 + 2 * node))
      guard start >= upper, start <= pageSize - 8, start + 8 + Int(page.bytes.u16(start + 6)) <= pageSize else {
        throw damage("node \(node) of page \(number) is not in the page")
      }
    }
    return page
  }

  /// Takes the record at the present node.
  private mutating func take() throws {
    (key, value, isOverflow) = (0..<0, 0..<0, false)
    passed += 1
    guard passed <= count else { throw damage("it has more than its \(count) records") }
    let page = way[depth - 1]
    let start = Int(page.bytes.u16(16 + 2 * page.node))
    let (size, flags) = (Int(page.bytes.u32(start)), page.bytes.u16(start + 4))
    key = start + 8..<start + 8 + Int(page.bytes.u16(start + 6))
    let isBig = flags & Flags.big != 0
    guard flags & ~Flags.big == 0 else {
      throw FormatError(
        path: path, kind: .lmdb, .unsupported("a database in the database, or several values of a key,"))
    }
    guard (isBig ? 8 : size) <= pageSize - key.upperBound else { throw damage("a value is not in its page") }
    isOverflow = isBig
    guard isBig else {
      value = key.upperBound..<key.upperBound + size
      return
    }
    let number = page.bytes.u64(key.upperBound)
    let head = try read(16, at: place(of: number))
    guard head.u64(0) == number, head.u16(10) & Flags.kinds == Flags.overflow,
      Int(head.u32(12)) * pageSize >= 16 + size, try fileSize() >= size
    else { throw damage("page \(number) does not begin a value of \(size) bytes") }
    let place = try place(of: number, 16)
    try Self.fill(&overflow, size, from: file, at: place, path)
    value = 0..<size
  }

  private func damage(_ what: String) -> FormatError {
    FormatError(path: path, kind: .lmdb, .corrupt("damaged: \(what)"))
  }

  private func fileSize() throws -> Int {
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else { throw FileSystemError(path: path, operation: .read, code: errno) }
    return Int(status.st_size)
  }

  /// Where a byte of a page is, or of those behind it.
  private func place(of page: UInt64, _ byte: Int = 0) throws -> Int {
    let (start, overflow) = Int(clamping: page).multipliedReportingOverflow(by: pageSize)
    guard !overflow, start < Int.max - byte else { throw damage("page \(page) cannot be") }
    return start + byte
  }

  private func read(_ size: Int, at start: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try Self.fill(&bytes, size, from: file, at: start, path)
    return bytes
  }

  private static func fill(_ bytes: inout [UInt8], _ size: Int, from file: File, at start: Int, _ path: String) throws {
    if bytes.count != size { bytes = [UInt8](repeating: 0, count: size) }
    var done = 0
    while done < size {
      let count = bytes.withUnsafeMutableBytes { buffer in
        buffer.baseAddress.map { pread(file.descriptor, $0 + done, size - done, start + done) } ?? 0
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileSystemError(path: path, operation: .read, code: errno) }
      guard count > 0 else {
        throw FormatError(
          path: path, kind: .lmdb,
          .truncated(needed: start.addingReportingOverflow(size).overflow ? .max : start + size, present: start + done))
      }
      done += count
    }
  }

  /// What a head says of the database.
  private struct Meta {
    let pageSize: Int
    let depth: Int
    let entries: UInt64
    let root: UInt64
    let lastPage: UInt64
    let transaction: Int
  }

  private func meta(at start: Int) throws -> Meta {
    let bytes = try read(152, at: start)
    guard bytes.u16(10) & Flags.kinds == Flags.meta, bytes.u32(16) == 0xBEEF_C0DE else {
      throw FormatError(path: path, kind: .lmdb, .corrupt("it is no LMDB file"))
    }
    guard bytes.u32(20) == 1 else {
      throw FormatError(path: path, kind: .lmdb, .unsupported("format \(bytes.u32(20))"))
    }
    let size = Int(bytes.u32(40))
    guard (256...65536).contains(size), size & (size - 1) == 0 else { throw damage("its pages have \(size) bytes") }
    return Meta(
      pageSize: size, depth: Int(bytes.u16(94)), entries: bytes.u64(120), root: bytes.u64(128),
      lastPage: bytes.u64(136), transaction: Int(clamping: bytes.u64(144)))
  }

  /// Of pages, and of nodes.
  private enum Flags {
    static let branch: UInt16 = 1
    static let leaf: UInt16 = 2
    static let overflow: UInt16 = 4
    static let meta: UInt16 = 8
    static let kinds: UInt16 = 0x6f
    static let big: UInt16 = 1
  }
}

extension [UInt8] {
  fileprivate func u16(_ at: Int) -> UInt16 { UInt16(self[at]) | UInt16(self[at + 1]) << 8 }
  fileprivate func u32(_ at: Int) -> UInt32 { UInt32(u16(at)) | UInt32(u16(at + 2)) << 16 }
  fileprivate func u64(_ at: Int) -> UInt64 { UInt64(u32(at)) | UInt64(u32(at + 4)) << 32 }
}
