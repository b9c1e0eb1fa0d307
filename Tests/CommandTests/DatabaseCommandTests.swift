import CaffeProto
import Engine
import NetIO
import Testing
import TestSupport

@testable import caffe_increg

@Suite struct DatabaseCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ datums: [Datum], to name: String, _ kind: DatabaseKind = .lmdb) throws {
    try kind.write(to: folder(name)) { writer in
      for (index, datum) in datums.enumerated() { try writer.put(key: databaseKey(index), value: datum.serialized()) }
    }
  }

  private func datum(_ bytes: [UInt8], width: Int = 2) -> Datum {
    .with { ($0.channels, $0.height, $0.width, $0.data) = (2, 1, width, bytes) }
  }

  @Test(arguments: DatabaseKind.allCases) func mean(_ kind: DatabaseKind) throws {
    let floats = Datum.with { ($0.channels, $0.height, $0.width, $0.floatData) = (2, 1, 2, [0.5, 1, 2, 4]) }
    try write([datum([1, 2, 3, 4]), datum([255, 0, 3, 1]), floats], to: "db", kind)
    try ComputeImageMeanCommand.parse([folder("db"), folder("mean"), "--backend", kind.rawValue]).run()
    let mean = try BlobProto(binaryFile: folder("mean"))
    #expect([mean.num, mean.channels, mean.height, mean.width] == [1, 2, 1, 2] && !mean.hasShape)
    #expect(mean.data == [256.5 / 3, 1, 8 / 3, 3])
    #expect(try MeanFile.read(folder("mean")).data == mean.data)
    var heard: [[Int?]] = []
    _ = try meanImage(of: folder("db"), kind: kind) { heard.append([$0, $1]) }
    let total = kind == .lmdb ? 3 : nil
    #expect(heard == [[1, total], [2, total], [3, total]])
  }

  @Test func meanOfDifferentSizes() throws {
    try write([datum([1, 2, 3, 4]), datum([1, 2], width: 1)], to: "db")
    let error = #expect(throws: FormatError.self) {
      try ComputeImageMeanCommand.parse([folder("db"), folder("mean")]).run()
    }
    #expect("\(try #require(error))".contains("record '00000001'"))
    #expect(throws: (any Error).self) { try readBytes(folder("mean")) }
  }

  @Test(arguments: DatabaseKind.allCases) func cifar(_ kind: DatabaseKind) throws {
    func record(_ label: UInt8) -> [UInt8] { [label] + (0..<3072).map { UInt8(($0 + Int(label)) % 256) } }
    for batch in 1...5 { try writeBytes(record(UInt8(batch)) + record(9), to: folder("data_batch_\(batch).bin")) }
    try writeBytes(record(0), to: folder("test_batch.bin"))
    try ConvertCIFARDataCommand.parse([folder.path, folder.path, kind.rawValue]).run()
    let train = try kind.open(folder("cifar10_train_\(kind)"))
    var labels: [Int] = []
    repeat {
      let datum = try Datum(serialized: train.value)
      #expect(train.key == databaseKey(labels.count, digits: 5))
      #expect(
        [datum.channels, datum.height, datum.width] == [3, 32, 32]
          && datum.data == Array(record(UInt8(datum.label))[1...]))
      labels.append(datum.label)
    } while try train.advance()
    #expect(labels == [1, 9, 2, 9, 3, 9, 4, 9, 5, 9])
    #expect(try kind.open(folder("cifar10_test_\(kind)")).key == "00000")
    // The test file is half as large as the others, which is known when it is its turn.
    var heard: [[Int]] = []
    let again = try TemporaryFolder()
    _ = try CIFAR10.convert(folder.path, to: again.path, kind: kind) { heard.append([$0, $1]) }
    let expected = (1...11).map { [$0, $0 < 11 ? 12 : 11] }
    #expect(heard == expected)
  }

  @Test func cifarEndsEarly() throws {
    for batch in 1...5 {
      try writeBytes([UInt8](repeating: 0, count: 3073 + batch), to: folder("data_batch_\(batch).bin"))
    }
    #expect(throws: FormatError.self) { try ConvertCIFARDataCommand.parse([folder.path, folder.path, "lmdb"]).run() }
    #expect(throws: (any Error).self) { try LMDBReader(folder("cifar10_train_lmdb")) }
  }

  private func extract(_ blobs: String, _ targets: String, batches: Int = 2) throws {
    try write((0..<3).map { index in datum([UInt8](repeating: UInt8(index), count: 4)) }, to: "images")
    try writeText(
      """
      layer { name: "d" type: "Data" top: "x" data_param { source: "\(folder("images"))" batch_size: 2 backend: LMDB } }
      layer { name: "ip" type: "InnerProduct" bottom: "x" top: "y" inner_product_param { num_output: 3 } }
      layer { name: "sum" type: "Reduction" bottom: "y" top: "l" }
      """, to: folder("net.prototxt"))
    let weights = [
      BlobProto(shape: [3, 4], data: Floats((0..<12).map(Float.init))), BlobProto(shape: [3], data: [1, 2, 3]),
    ]
    try CaffeModel.write(
      WeightSet(layers: [WeightSet.Layer(name: "ip", blobs: weights)]), to: folder("net.caffemodel"))
    let databases = targets.split(separator: ",").map { folder(String($0)) }.joined(separator: ",")
    try ExtractFeaturesCommand.parse(
      [folder("net.caffemodel"), folder("net.prototxt"), blobs, databases, "\(batches)", "lmdb", "CPU"]
    ).run()
  }

  @Test func features() throws {
    try extract("y,x", "fy,fx")
    let (y, x) = (try LMDBReader(folder("fy")), try LMDBReader(folder("fx")))
    for (index, pixel) in [0, 1, 2, 0].enumerated() {
      let (feature, image) = (try Datum(serialized: y.value), try Datum(serialized: x.value))
      #expect(y.key == databaseKey(index, digits: 10) && x.key == y.key)
      #expect([feature.channels, feature.height, feature.width] == [3, 1, 1] && !feature.hasData)
      #expect(feature.floatData == [6, 22, 38].enumerated().map { Float($1 * pixel + $0 + 1) })
      #expect([image.channels, image.height, image.width] == [2, 1, 2])
      #expect(image.floatData == [Float](repeating: Float(pixel), count: 4))
      let more = try y.advance()
      #expect(try x.advance() == more && more == (index < 3))
    }
  }

  /// A loss is one image of one pixel, as in the original.
  @Test func aScalarIsAFeature() throws {
    try extract("l", "fl")
    let reader = try LMDBReader(folder("fl"))
    #expect(reader.count == 2)
    let datum = try Datum(serialized: reader.value)
    // All of y in the first batch, (1, 2, 3) and (7, 24, 41).
    #expect([datum.channels, datum.height, datum.width] == [1, 1, 1] && datum.floatData == [78])
  }

  @Test func featureErrors() throws {
    #expect(throws: FeatureError(model: folder("net.prototxt"), blob: "z", cause: "there is none")) {
      try extract("y,z", "fy,fz")
    }
    #expect(throws: (any Error).self) { try LMDBReader(folder("fy")) }
    #expect(throws: (any Error).self) { try ExtractFeaturesCommand.parse(["w", "n", "a,b", "c", "1", "lmdb"]) }
    #expect(throws: (any Error).self) { try ExtractFeaturesCommand.parse(["w", "n", "a", "c", "0", "lmdb"]) }
  }
}
