import CaffeProto
import Glibc
import NetIO
import TestSupport
import Testing

@Suite struct HDF5WriterTests {
  @Test func writesWhatItReads() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("w.h5")
    func write() throws {
      try HDF5Writer.write(to: path) {
        try $0.makeGroup("/data/z/1x1")
        try $0.makeGroup("/data/a")
        try $0.write([1, 2, 3, 4, 5, 6], shape: [2, 1, 3], to: "/data/z/1x1/0")
        try $0.write([9], shape: [], to: "/data/a/0")
        try $0.write([], shape: [0], to: "/data/a/1")
        try $0.write(41, to: "/iter")
        try $0.write("x.caffemodel", to: "/learned_net")
      }
    }
    try write()
    let first = try readBytes(path)
    try write()
    #expect(try readBytes(path) == first)
    let file = try HDF5File(reading: path)
    #expect(try file.names(in: "/data") == ["z", "a"])
    #expect(try file.dataset("/data/z/1x1/0") == ([2, 1, 3], [1, 2, 3, 4, 5, 6]))
    #expect(try file.dataset("/data/a/0") == ([], [9]))
    #expect(try file.dataset("/data/a/1") == ([0], []))
    #expect(try file.integer("/iter") == 41)
    #expect(try file.string("/learned_net") == "x.caffemodel")
    let output = try python(
      """
      import h5py
      f = h5py.File("\(path)")
      print(sorted(f["data"]), f["data/z/1x1/0"][...].tolist(), f["data/z/1x1/0"].dtype, f["data/a/0"][()],
            f["data/a/1"].shape, f["iter"][...].tolist(), f["iter"].dtype, f["learned_net"][()])
      """, needs: "h5py")
    if let output {
      #expect(
        output == """
          ['a', 'z'] [[[1.0, 2.0, 3.0]], [[4.0, 5.0, 6.0]]] float32 9.0 (0,) [41] int32 b'x.caffemodel'

          """)
    }
  }

  @Test func writingWhatDoesNotFitIsAnError() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("w.h5")
    #expect(throws: WriteError(path: path, place: "/x", cause: "2 values do not fill shape [3]")) {
      try HDF5Writer.write(to: path) { try $0.write([1, 2], shape: [3], to: "/x") }
    }
    #expect(throws: WriteError(path: path, place: "/i", cause: "4294967296 is not a 32-bit integer")) {
      try HDF5Writer.write(to: path) { try $0.write(1 << 32, to: "/i") }
    }
    #expect(throws: WriteError.self) {
      try HDF5Writer.write(to: path) {
        try $0.write([1], shape: [1], to: "/x")
        try $0.write([1], shape: [1], to: "/x")
      }
    }
    #expect(scratch.entries() == [])
  }

  /// As in AtomicFileTests: a limit on file size plays the full disk, for data and for what is written on closing.
  @Test(arguments: [3_000, 30_000, 400_000])
  func fullDiskLeavesNothing(limit: Int) async throws {
    await #expect(processExitsWith: .success) { [limit] in
      let scratch = try TemporaryFolder()
      let path = scratch("weights.h5")
      try limitFileSize(UInt(limit))
      let error = #expect(throws: FileSystemError.self) {
        try HDF5Writer.write(to: path) { writer in
          for layer in 0..<10 {
            try writer.makeGroup("/data/\(layer)")
            for blob in 0..<20 {
              try writer.write(
                Floats([Float](repeating: 1, count: 1000)), shape: [1000], to: "/data/\(layer)/\(blob)")
            }
          }
        }
      }
      #expect(error == FileSystemError(path: path, operation: .write, code: EFBIG))
      #expect(scratch.entries() == [])
    }
  }
}
