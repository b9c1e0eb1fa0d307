import CaffeProto
import Glibc
import NetIO
import TestSupport
import Testing

@Suite struct CaffeModelTests {
  /// Two layers with blobs, one without, a name with '/', and a field this program does not know.
  private func small() -> WeightSet {
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

  @Test func binaryRoundTripKeepsEverything() throws {
    let scratch = try Scratch()
    let path = scratch.file("m.caffemodel")
    try CaffeModel.write(small(), to: path, includingDiff: true)
    #expect(try CaffeModel.read(path) == small())
    try CaffeModel.write(small(), to: path)
    var expected = small()
    expected.layers[1].blobs[1].diff = []
    #expect(try CaffeModel.read(path) == expected)
    #expect(scratch.entries() == ["m.caffemodel"])
  }

  /// Progress comes to its end in both formats; in binary it counts whatever is in the file.
  @Test func writingTellsHowFarItIs() throws {
    let scratch = try Scratch()
    let large = WeightSet(layers: [
      .init(
        name: "ip", blobs: [BlobProto(shape: [5_000_000], data: Floats(count: 5_000_000) { $0.update(repeating: 1) })]),
      .init(name: "b", blobs: [BlobProto(shape: [2], data: [1, 2])]),
    ])
    var heard: [Int] = []
    try CaffeModel.write(large, to: scratch.file("m.caffemodel")) { heard.append($0) }
    let size = try wholeSize(scratch.file("m.caffemodel"))
    #expect(heard.count > 2 && heard == heard.sorted() && heard.last == size && size > 20_000_008)
    heard = []
    try CaffeModel.write(large, to: scratch.file("m.h5")) { heard.append($0) }
    #expect(heard == [20_000_000, 20_000_008])
  }

  private func wholeSize(_ path: String) throws -> Int {
    var status = stat()
    try #require(stat(path, &status) == 0)
    return Int(status.st_size)
  }

  @Test func hdf5RoundTripKeepsNamesOrderShapesAndBits() throws {
    let scratch = try Scratch()
    let path = scratch.file("m.caffemodel.h5")
    try CaffeModel.write(small(), to: path, includingDiff: true)
    let back = try CaffeModel.read(path)
    #expect(back.layers.map(\.name) == small().layers.map(\.name))
    for (layer, wanted) in zip(back.layers, small().layers) { #expect(layer.blobs == wanted.blobs) }
    try CaffeModel.write(small(), to: path)
    #expect(try CaffeModel.read(path)["z/1x1"]?.blobs[1].diff == [])
    #expect(try HDF5File(reading: path).object(at: "/diff") == nil)
  }

  @Test func pretrainedLeNetGoesThroughHDF5AndBackUnchanged() throws {
    guard let path = shared("models/baseline_lenet5.caffemodel") else { return }
    let scratch = try Scratch()
    let original = try CaffeModel.read(path)
    // Layers and shapes of the file caffe_increg ships.
    #expect(original.layers.filter { !$0.blobs.isEmpty }.map(\.name) == ["conv1", "conv2", "ip1", "ip2"])
    #expect(original["conv2"]?.blobs.map(\.extents) == [[50, 20, 5, 5], [50]])
    #expect(original["ip2"]?.blobs.map(\.extents) == [[10, 500], [10]])
    let h5 = scratch.file("l.caffemodel.h5")
    try CaffeModel.write(original, to: h5)
    let middle = try CaffeModel.read(h5)
    try CaffeModel.write(middle, to: scratch.file("l.caffemodel"))
    let back = try CaffeModel.read(scratch.file("l.caffemodel"))
    #expect(back.layers.map(\.name) == original.layers.map(\.name))
    #expect(back.layers.map(\.blobs) == original.layers.map(\.blobs))
    // The binary file itself is reproduced byte for byte.
    try CaffeModel.write(original, to: scratch.file("same.caffemodel"))
    #expect(contents(scratch.file("same.caffemodel")) == contents(path))
  }

  @Test func h5pySeesCaffesLayout() throws {
    let scratch = try Scratch()
    let path = scratch.file("m.h5")
    try CaffeModel.write(small(), to: path, includingDiff: true)
    let output = try python(
      """
      import h5py
      f = h5py.File("\(path)")
      f.visititems(lambda name, item: print(name, getattr(item, "shape", ""), getattr(item, "dtype", "")))
      """, needs: "h5py")
    guard let output else { return }
    #expect(
      output.split(separator: "\n").sorted().map { $0.trimmed } == [
        "data", "data/a", "data/a/0 () float32", "data/data", "data/z", "data/z/1x1",
        "data/z/1x1/0 (2, 1, 1, 3) float32", "data/z/1x1/1 (2,) float32", "diff", "diff/a", "diff/data", "diff/z",
        "diff/z/1x1", "diff/z/1x1/1 (2,) float32",
      ])
  }

  @Test func readsWhatH5pyWrites() throws {
    let scratch = try Scratch()
    let path = scratch.file("m.h5")
    let done = try python(
      """
      import h5py, numpy as np
      f = h5py.File("\(path)", "w")
      f["data/conv/0"] = np.arange(24, dtype=np.float64).reshape(2, 3, 2, 2)
      for i in range(12): f[f"data/many/{i}"] = np.float32([i])
      f["data/shared/1"] = np.float32([5])
      f.create_group("data/relu")
      f["data/tied"] = f["data/conv"]
      """, needs: "h5py")
    if done == nil { return }
    let weights = try CaffeModel.read(path)
    #expect(weights.layers.map(\.name) == ["conv", "many", "relu", "shared", "tied"])
    #expect(weights["conv"]?.blobs[0] == BlobProto(shape: [2, 3, 2, 2], data: Floats((0..<24).map(Float.init))))
    #expect(weights["tied"]?.blobs == weights["conv"]?.blobs)
    #expect(weights["many"]?.blobs.map { $0.data[0] } == (0..<12).map(Float.init))
    #expect(weights["shared"]?.blobs.map(\.isAbsent) == [true, false])
    // An absent blob stays absent in HDF5 and cannot be in a binary file.
    try CaffeModel.write(weights, to: scratch.file("again.h5"))
    #expect(try CaffeModel.read(scratch.file("again.h5")).layers.map(\.blobs) == weights.layers.map(\.blobs))
    #expect(throws: WriteError.self) { try CaffeModel.write(weights, to: scratch.file("x.caffemodel")) }
    #expect(scratch.entries() == ["again.h5", "m.h5"])
  }

  @Test func oldShapesAndDoublesAreUnderstood() throws {
    let scratch = try Scratch()
    let path = scratch.file("m.caffemodel")
    var net = NetParameter()
    net.layer = [
      .with {
        $0.name = "ip"
        $0.blobs = [
          .with {
            ($0.num, $0.channels, $0.height, $0.width) = (1, 1, 2, 3)
            $0.doubleData = [1, 2, 3, 4, 5, 0.1]
            $0.doubleDiff = [1, 1, 1, 1, 1, 1]
          }
        ]
      }
    ]
    try AtomicFile.write(to: path) { sink in try net.serialize { sink.write($0) } }
    let blob = try #require(try CaffeModel.read(path)["ip"]?.blobs.first)
    #expect(blob.data == [1, 2, 3, 4, 5, 0.1] && blob.diff.count == 6 && blob.doubleData.isEmpty)
    #expect(blob.extents == [1, 1, 2, 3])
    #expect(blob.fits([2, 3]) && blob.fits([1, 1, 2, 3]) && !blob.fits([3, 2]) && !blob.fits([1, 1, 1, 2, 3]))
    #expect(BlobProto(shape: [1, 6], data: blob.data).fits([1, 6]))
    #expect(!BlobProto(shape: [1, 6], data: blob.data).fits([6]))
  }

  @Test func valuesMustFillTheirShape() throws {
    let scratch = try Scratch()
    let path = scratch.file("m.caffemodel")
    for (shape, text) in [
      ([4], "3 values do not fill the shape [4]"), ([1 << 40, 1 << 40], "3 values do not fill the shape"),
      ([-3], "3 values do not fill the shape [-3]"), ([], "3 values do not fill the shape []"),
    ] as [([Int], String)] {
      let weights = WeightSet(layers: [.init(name: "fc", blobs: [BlobProto(shape: shape, data: [1, 2, 3])])])
      try CaffeModel.write(weights, to: path)
      let error = #expect(throws: FormatError.self) { try CaffeModel.read(path) }
      #expect(error?.place == "layer 'fc', blob 0")
      #expect(error?.description.contains(text) == true, "\(String(describing: error))")
    }
  }

  @Test func otherKindsAreNamed() throws {
    let scratch = try Scratch()
    func write(_ message: some Message, _ name: String) throws -> String {
      try AtomicFile.write(to: scratch.file(name)) { sink in try message.serialize { sink.write($0) } }
      return scratch.file(name)
    }
    var state = SolverState()
    state.iter = 100
    state.learnedNet = "x.caffemodel"
    state.history = [BlobProto(shape: [2], data: [1, 2])]
    var oldMean = BlobProto()
    (oldMean.num, oldMean.channels, oldMean.height, oldMean.width, oldMean.data) = (1, 1, 1, 2, [1, 2])
    var datum = Datum()
    (datum.channels, datum.height, datum.width, datum.data, datum.label) = (1, 1, 2, [1, 2], 3)
    try put(Array("name: \"x\"\n".utf8), scratch.file("text"))
    try put([], scratch.file("empty"))
    try CaffeModel.write(small(), to: scratch.file("net.h5"))
    try SolverStateFile.write(state, to: scratch.file("state.h5"))
    let kinds = [
      (try write(state, "state"), "a solverstate"), (try write(oldMean, "oldMean"), "a mean file (one BlobProto)"),
      (try write(BlobProto(shape: [2], data: [1, 2]), "mean"), "a mean file (one BlobProto)"),
      (try write(datum, "datum"), "a Datum record"), (try write(small().net, "net"), "a caffemodel"),
      (scratch.file("text"), "a text file"), (scratch.file("empty"), "an empty file"),
      (scratch.file("net.h5"), "a caffemodel.h5"), (scratch.file("state.h5"), "a solverstate.h5"),
    ]
    for (path, found) in kinds {
      if !found.contains("caffemodel") {
        let kind = found.contains("h5") ? FileKind.caffemodelHDF5 : .caffemodel
        let error = #expect(throws: FormatError.self) { try CaffeModel.read(path) }
        #expect(error?.kind == kind && error?.problem == .wrongKind(found: found), "\(String(describing: error))")
      }
      if !found.contains("solverstate") {
        let error = #expect(throws: FormatError.self) { try SolverStateFile.read(path) }
        #expect(error?.problem == .wrongKind(found: found), "\(String(describing: error))")
      }
      if !found.contains("mean") {
        let error = #expect(throws: FormatError.self) { try MeanFile.read(path) }
        #expect(error?.kind == .mean, "\(String(describing: error))")
      }
      if !found.contains("text"), !found.contains("empty") {
        let error = #expect(throws: FormatError.self) { try Prototxt.net(path) }
        #expect(error?.kind == .netPrototxt, "\(String(describing: error))")
      }
    }
    #expect(throws: FileSystemError(path: scratch.file("none"), operation: .open, code: ENOENT)) {
      try CaffeModel.read(scratch.file("none"))
    }
  }

  @Test func everyTruncationIsATypedError() throws {
    let scratch = try Scratch()
    let path = scratch.file("m.caffemodel")
    try CaffeModel.write(small(), to: path)
    let whole = try #require(contents(path))
    for length in 0..<whole.count {
      try put(Array(whole[..<length]), path)
      do {
        // Cut between two layers, what is left is a valid, shorter net.
        #expect(try CaffeModel.read(path).layers.count < 3, "\(length)")
      } catch {
        #expect(error is FormatError || error is WireError, "\(error)")
        #expect("\(error)".contains(path))
      }
    }
    for place in whole.indices {
      for flip: UInt8 in [0x01, 0x80, 0xff] {
        var bytes = whole
        bytes[place] ^= flip
        try put(bytes, path)
        do { _ = try CaffeModel.read(path) } catch {
          #expect(error is FormatError || error is WireError || error is UpgradeError, "\(error)")
        }
      }
    }
  }

  /// The values are never touched, so they take no memory.
  @Test func whatIsTooLargeForAMessageIsPointedToHDF5() throws {
    let scratch = try Scratch()
    let blob = BlobProto(shape: [1 << 28], data: Floats(count: 1 << 28) { _ in })
    let weights = WeightSet(layers: [WeightSet.Layer(name: "fc", blobs: [blob, blob])])
    let error = #expect(throws: WriteError.self) { try CaffeModel.write(weights, to: scratch.file("fc.caffemodel")) }
    #expect(error?.cause.contains("(2 GiB); a name that ends in .h5 gets HDF5") == true)
    #expect(scratch.entries() == [])
  }

  @Test func fullDiskLeavesNothing() async throws {
    await #expect(processExitsWith: .success) {
      let scratch = try Scratch()
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      signal(SIGXFSZ, SIG_IGN)
      let blob = BlobProto(shape: [100_000], data: Floats([Float](repeating: 1, count: 100_000)))
      let weights = WeightSet(layers: [WeightSet.Layer(name: "fc", blobs: [blob])])
      for name in ["big.caffemodel", "big.caffemodel.h5"] {
        #expect(throws: FileSystemError(path: scratch.file(name), operation: .write, code: EFBIG)) {
          try CaffeModel.write(weights, to: scratch.file(name))
        }
      }
      #expect(scratch.entries() == [])
    }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
