import CaffeProto
import Glibc
import NetIO
import TestSupport
import Testing

/// A file under Tests/Golden/netio, whose makers lie beside the files.
func golden(_ name: String) -> String { "\(TestFiles.golden)/netio/\(name)" }

/// Two layers with blobs, one without, a name with '/', and a field this program does not know.
func smallModel() -> WeightSet {
  var net = NetParameter()
  net.name = "small"
  net.layer = [
    .with { $0.name = "data" },
    .with {
      $0.name = "z/1x1"
      $0.blobs = [
        BlobProto(shape: [2, 1, 1, 3], data: [1, 2, 3, 4, 5, .nan]), BlobProto(shape: [2], data: [0.5, -0]),
      ]
      $0.blobs[1].diff = [7, 8]
      $0.unknownFields = [0xf8, 0x3f, 5]  // field 1023, varint 5
    },
    .with {
      $0.name = "a"
      $0.blobs = [BlobProto(shape: [], data: [3])]
    },
  ]
  return WeightSet(net)
}

/// Plays a full disk in a process of its own: files that grow beyond so many bytes are errors (EFBIG).
func limitFileSize(_ bytes: UInt) throws {
  var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
  try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
  signal(SIGXFSZ, SIG_IGN)
}

/// Makes a folder a file system of this size until it is unmounted; false, and a word about it, where this process may not.
func mountSmallFileSystem(_ folder: TemporaryFolder, size: String, test: String = #function) -> Bool {
  if mount("tmpfs", folder.path, "tmpfs", 0, "size=\(size)") == 0 { return true }
  print("SKIPPED \(test): may not mount a tmpfs (\(String(cString: strerror(errno))))")
  return false
}
