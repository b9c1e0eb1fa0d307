import CaffeProto
import Glibc
import NetIO
import TestSupport
import Testing

/// Files that hold no weights, damaged ones, and weights that cannot be written.
@Suite struct CaffeModelErrorTests {
  @Test func valuesMustFillTheirShape() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("m.caffemodel")
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

  /// Readers would not agree on which of them counts. Layers without weights may share a name.
  @Test func twoLayersOfOneNameAreRefused() throws {
    let path = try TemporaryFolder()
    func layer(_ name: String, _ blobs: Int) -> WeightSet.Layer {
      .init(name: name, blobs: [BlobProto](repeating: BlobProto(shape: [2], data: [1, 2]), count: blobs))
    }
    for (other, isRefused) in [(layer("fc", 1), true), (layer("fc", 0), false), (layer("fc2", 1), false)] {
      try CaffeModel.write(WeightSet(layers: [layer("fc", 1), layer("relu", 0), other]), to: path("m.caffemodel"))
      guard isRefused else {
        #expect(try CaffeModel.read(path("m.caffemodel")).layers.count == 3)
        continue
      }
      let error = #expect(throws: FormatError.self) { try CaffeModel.read(path("m.caffemodel")) }
      #expect(error?.place == "layer 'fc'")
      #expect(error?.description.contains("two layers with weights have this name") == true)
    }
  }

  @Test func otherKindsAreNamed() throws {
    let scratch = try TemporaryFolder()
    func write(_ message: some Message, _ name: String) throws -> String {
      try AtomicFile.write(to: scratch(name)) { sink in try message.serialize { sink.write($0) } }
      return scratch(name)
    }
    var state = SolverState()
    state.iter = 100
    state.learnedNet = "x.caffemodel"
    state.history = [BlobProto(shape: [2], data: [1, 2])]
    var oldMean = BlobProto()
    (oldMean.num, oldMean.channels, oldMean.height, oldMean.width, oldMean.data) = (1, 1, 1, 2, [1, 2])
    var datum = Datum()
    (datum.channels, datum.height, datum.width, datum.data, datum.label) = (1, 1, 2, [1, 2], 3)
    try writeText("name: \"x\"\n", to: scratch("text"))
    try writeBytes([], to: scratch("empty"))
    try CaffeModel.write(smallModel(), to: scratch("net.h5"))
    try SolverStateFile.write(state, to: scratch("state.h5"))
    let kinds = [
      (try write(state, "state"), "a solverstate"), (try write(oldMean, "oldMean"), "a mean file (one BlobProto)"),
      (try write(BlobProto(shape: [2], data: [1, 2]), "mean"), "a mean file (one BlobProto)"),
      (try write(datum, "datum"), "a Datum record"), (try write(smallModel().net, "net"), "a caffemodel"),
      (scratch("text"), "a text file"), (scratch("empty"), "an empty file"),
      (scratch("net.h5"), "a caffemodel.h5"), (scratch("state.h5"), "a solverstate.h5"),
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
    #expect(throws: FileSystemError(path: scratch("none"), operation: .open, code: ENOENT)) {
      try CaffeModel.read(scratch("none"))
    }
  }

  @Test func everyTruncationIsATypedError() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("m.caffemodel")
    try CaffeModel.write(smallModel(), to: path)
    let whole = try readBytes(path)
    for length in 0..<whole.count {
      try writeBytes(Array(whole[..<length]), to: path)
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
        try writeBytes(bytes, to: path)
        do { _ = try CaffeModel.read(path) } catch {
          #expect(error is FormatError || error is WireError || error is UpgradeError, "\(error)")
        }
      }
    }
  }

  /// The values are never touched, so they take no memory.
  @Test func whatIsTooLargeForAMessageIsPointedToHDF5() throws {
    let scratch = try TemporaryFolder()
    let blob = BlobProto(shape: [1 << 28], data: Floats(count: 1 << 28) { _ in })
    let weights = WeightSet(layers: [WeightSet.Layer(name: "fc", blobs: [blob, blob])])
    let error = #expect(throws: WriteError.self) { try CaffeModel.write(weights, to: scratch("fc.caffemodel")) }
    #expect(error?.cause.contains("(2 GiB); a name that ends in .h5 gets HDF5") == true)
    #expect(scratch.entries() == [])
  }

  @Test func fullDiskLeavesNothing() async throws {
    await #expect(processExitsWith: .success) {
      let scratch = try TemporaryFolder()
      try limitFileSize(100_000)
      let blob = BlobProto(shape: [100_000], data: Floats([Float](repeating: 1, count: 100_000)))
      let weights = WeightSet(layers: [WeightSet.Layer(name: "fc", blobs: [blob])])
      for name in ["big.caffemodel", "big.caffemodel.h5"] {
        #expect(throws: FileSystemError(path: scratch(name), operation: .write, code: EFBIG)) {
          try CaffeModel.write(weights, to: scratch(name))
        }
      }
      #expect(scratch.entries() == [])
    }
  }
}
