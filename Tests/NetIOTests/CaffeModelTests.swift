import CaffeProto
import Glibc
import NetIO
import TestSupport
import Testing

@Suite struct CaffeModelTests {
  @Test func binaryRoundTripKeepsEverything() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("m.caffemodel")
    try CaffeModel.write(smallModel(), to: path, includingDiff: true)
    #expect(try CaffeModel.read(path) == smallModel())
    try CaffeModel.write(smallModel(), to: path)
    var expected = smallModel()
    expected.layers[1].blobs[1].diff = []
    #expect(try CaffeModel.read(path) == expected)
    #expect(scratch.entries() == ["m.caffemodel"])
  }

  /// Progress comes to its end in both formats; in binary it counts whatever is in the file.
  @Test func writingTellsHowFarItIs() throws {
    let scratch = try TemporaryFolder()
    let large = WeightSet(layers: [
      .init(
        name: "ip", blobs: [BlobProto(shape: [5_000_000], data: Floats(count: 5_000_000) { $0.update(repeating: 1) })]),
      .init(name: "b", blobs: [BlobProto(shape: [2], data: [1, 2])]),
    ])
    var heard: [Int] = []
    try CaffeModel.write(large, to: scratch("m.caffemodel")) { heard.append($0) }
    let size = try wholeSize(scratch("m.caffemodel"))
    #expect(heard.count > 2 && heard == heard.sorted() && heard.last == size && size > 20_000_008)
    heard = []
    try CaffeModel.write(large, to: scratch("m.h5")) { heard.append($0) }
    #expect(heard == [20_000_000, 20_000_008])
  }

  private func wholeSize(_ path: String) throws -> Int {
    var status = stat()
    try #require(stat(path, &status) == 0)
    return Int(status.st_size)
  }

  @Test func hdf5RoundTripKeepsNamesOrderShapesAndBits() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("m.caffemodel.h5")
    try CaffeModel.write(smallModel(), to: path, includingDiff: true)
    let back = try CaffeModel.read(path)
    #expect(back.layers.map(\.name) == smallModel().layers.map(\.name))
    for (layer, wanted) in zip(back.layers, smallModel().layers) { #expect(layer.blobs == wanted.blobs) }
    try CaffeModel.write(smallModel(), to: path)
    #expect(try CaffeModel.read(path)["z/1x1"]?.blobs[1].diff == [])
    #expect(try HDF5File(reading: path).object(at: "/diff") == nil)
  }

  @Test func pretrainedLeNetGoesThroughHDF5AndBackUnchanged() throws {
    guard let path = TestFiles.shared("models/baseline_lenet5.caffemodel") else { return }
    let scratch = try TemporaryFolder()
    let original = try CaffeModel.read(path)
    // Layers and shapes of the file caffe_increg ships.
    #expect(original.layers.filter { !$0.blobs.isEmpty }.map(\.name) == ["conv1", "conv2", "ip1", "ip2"])
    #expect(original["conv2"]?.blobs.map(\.extents) == [[50, 20, 5, 5], [50]])
    #expect(original["ip2"]?.blobs.map(\.extents) == [[10, 500], [10]])
    let h5 = scratch("l.caffemodel.h5")
    try CaffeModel.write(original, to: h5)
    let middle = try CaffeModel.read(h5)
    try CaffeModel.write(middle, to: scratch("l.caffemodel"))
    let back = try CaffeModel.read(scratch("l.caffemodel"))
    #expect(back.layers.map(\.name) == original.layers.map(\.name))
    #expect(back.layers.map(\.blobs) == original.layers.map(\.blobs))
    // The binary file itself is reproduced byte for byte.
    try CaffeModel.write(original, to: scratch("same.caffemodel"))
    #expect(try readBytes(scratch("same.caffemodel")) == readBytes(path))
  }

  @Test func h5pySeesCaffesLayout() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("m.h5")
    try CaffeModel.write(smallModel(), to: path, includingDiff: true)
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
    let scratch = try TemporaryFolder()
    let path = scratch("m.h5")
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
    try CaffeModel.write(weights, to: scratch("again.h5"))
    #expect(try CaffeModel.read(scratch("again.h5")).layers.map(\.blobs) == weights.layers.map(\.blobs))
    #expect(throws: WriteError.self) { try CaffeModel.write(weights, to: scratch("x.caffemodel")) }
    #expect(scratch.entries() == ["again.h5", "m.h5"])
  }

  @Test func oldShapesAndDoublesAreUnderstood() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("m.caffemodel")
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
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
