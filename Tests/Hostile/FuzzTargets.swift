import CaffeProto
import Glibc
import Layers
import NetIO
import NetModel

/// What reads bytes of strangers, by name: fuzzed, fed with mutations, and given all inputs that once did harm.
public enum FuzzTargets {
  /// A value or an error is what a target may come to; everything else ends the process.
  public typealias Target = @Sendable ([UInt8]) throws -> Void

  /// The targets.
  public static let all: [String: Target] = [
    "text": { bytes in
      let net = try NetParameter(text: bytes, file: "input")
      // What was read is written, and read again the same.
      let text = try net.text()
      guard try NetParameter(text: text).text() == text else { fatalError("parse-write-parse differs") }
    },
    "net": { try rewrite(NetParameter.self, $0) },
    "solver": { _ = try SolverParameter(text: $0, file: "input") },
    "upgrade": { bytes in
      var net = try NetParameter(serialized: bytes)
      _ = try net.upgrade(source: "input")
    },
    "describe": { bytes in
      var net = try NetParameter(text: bytes, file: "input")
      _ = try net.upgrade(source: "input")
      for phase in [Phase.train, .test] {
        _ = try NetDescription(net, state: .with { $0.phase = phase }, registry: .caffe)
      }
    },
    "surgery": { try HostileSurgery.run($0) },
    "datum": { _ = try DatumDecoder(images: ImageDecoder(limit: 1 << 16)).decode($0.span.bytes) },
    "idx": { bytes in
      try onFile(bytes) { path in
        let file = try IDXFile(path, rank: 3)
        for _ in bytes { if try file.next() == nil { break } }
      }
    },
    "list": { try onFile($0) { _ = try ListedImage.list($0) } },
    "caffemodel": { try onPlainFile($0) { _ = try CaffeModel.read($0) } },
    "state": { bytes in
      try rewrite(SolverState.self, bytes)
      try onPlainFile(bytes) { _ = try SolverStateFile.read($0) }
    },
    "mean": { try onPlainFile($0) { _ = try MeanFile.read($0) } },
    "hdf5": { bytes in
      guard isHDF5(bytes) else { throw OtherFormat() }
      try onFile(bytes) { path in
        let model = Result { try CaffeModel.read(path) }
        let state = Result { try SolverStateFile.read(path) }
        if case .failure = model { _ = try state.get() }
      }
    },
    "lmdb": { try onDatabase($0) },
  ]

  /// The messages that a target reads, for what makes messages.
  package static let messages: [String: MessageDescriptor] = [
    "net": NetParameter.descriptor, "text": NetParameter.descriptor, "describe": NetParameter.descriptor,
    "upgrade": NetParameter.descriptor, "caffemodel": NetParameter.descriptor, "solver": SolverParameter.descriptor,
    "state": SolverState.descriptor, "mean": BlobProto.descriptor, "datum": Datum.descriptor,
  ]

  /// The targets that read text.
  package static let texts: Set = ["text", "describe", "solver"]

  /// What a target that reads a message has read, written again; nil for other targets.
  public static func rewritten(_ name: String, _ bytes: [UInt8]) throws -> [UInt8]? {
    switch name {
    case "net": try NetParameter(serialized: bytes).serialized()
    case "text": try NetParameter(text: bytes, file: "input").serialized()
    case "solver": try SolverParameter(text: bytes, file: "input").serialized()
    case "state": try SolverState(serialized: bytes).serialized()
    case "mean": try BlobProto(serialized: bytes).serialized()
    case "datum": try Datum(serialized: bytes).serialized()
    default: nil
    }
  }

  /// Whether a target makes a value of the bytes.
  public static func isValue(_ name: String, _ bytes: [UInt8]) -> Bool {
    do { try all[name]?(bytes) } catch { return false }
    return all[name] != nil
  }

  /// What is read can be written, and is then the same.
  private static func rewrite<M: Message>(_: M.Type, _ bytes: [UInt8]) throws {
    let written = try M(serialized: bytes).serialized()
    guard try M(serialized: written).serialized() == written else { fatalError("read-write-read differs") }
  }

  private static func isHDF5(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) }

  /// Another target has these bytes.
  private struct OtherFormat: Error {}

  /// HDF5 has a process of its own, which costs time: it is a target of its own, too.
  private static func onPlainFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    if isHDF5(bytes) { throw OtherFormat() }
    try onFile(bytes, body)
  }

  /// One of each thread: tests run side by side.
  private static var scratch: String { "/dev/shm/caffe-increg-fuzz-\(getpid())-\(pthread_self())" }

  /// Gives bytes to what reads a file.
  private static func onFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    try write(bytes, to: scratch)
    defer { unlink(scratch) }
    try body(scratch)
  }

  /// Gives pages to what reads a database; no more records than a file of this size can have.
  private static func onDatabase(_ bytes: [UInt8]) throws {
    let folder = scratch + ".db"
    mkdir(folder, 0o700)
    try write(bytes, to: folder + "/data.mdb")
    defer {
      for name in ["/data.mdb", "/lock.mdb"] { unlink(folder + name) }
      rmdir(folder)
    }
    let reader = try DatabaseKind.lmdb.open(folder)
    for _ in 0...bytes.count / 8 {
      _ = reader.withRecord { $0.byteCount + $1.byteCount }
      if try !reader.advance() { break }
    }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "w") else { throw FileSystemError(path: path, operation: .create, code: errno) }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }
}
