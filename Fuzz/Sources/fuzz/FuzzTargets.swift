import CaffeProto
import Glibc
import NetIO

/// What is fuzzed, by name. Errors are what readers may answer; everything else ends the process.
enum FuzzTargets {
  static let all: [String: @Sendable ([UInt8]) -> Void] = [
    "text": { bytes in
      guard let net = try? NetParameter(text: bytes, file: "input") else { return }
      // What was read is written, and read again the same.
      if let text = try? net.text() {
        guard let again = try? NetParameter(text: text), (try? again.text()) == text else {
          fatalError("parse-write-parse differs")
        }
      }
    },
    "net": { bytes in _ = try? NetParameter(serialized: bytes) },
    "solver": { bytes in _ = try? SolverParameter(text: bytes, file: "input") },
    "upgrade": { bytes in
      guard var net = try? NetParameter(serialized: bytes) else { return }
      _ = try? net.upgrade(source: "input")
    },
    "datum": { bytes in _ = try? DatumDecoder(images: ImageDecoder(limit: 1 << 16)).decode(bytes.span.bytes) },
    "list": { bytes in onFile(bytes) { _ = try ListedImage.list($0) } },
    "caffemodel": { bytes in onFile(bytes) { _ = try CaffeModel.read($0) } },
    "state": { bytes in onFile(bytes) { _ = try SolverStateFile.read($0) } },
    "mean": { bytes in onFile(bytes) { _ = try MeanFile.read($0) } },
  ]

  /// Gives bytes to what reads a file.
  private static func onFile(_ bytes: [UInt8], _ body: (String) throws -> Void) {
    let path = "/dev/shm/caffe-increg-fuzz-\(getpid())"
    // HDF5 has a process of its own, which is not watched here.
    guard !bytes.starts(with: [0x89, 0x48, 0x44, 0x46]), let file = fopen(path, "w") else { return }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    defer { unlink(path) }
    try? body(path)
  }
}
