import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Testing
import TestSupport

@Suite struct DatabaseDataTests {
  let folder: TemporaryFolder
  let path: String

  /// Seven records of 1 x 2 x 2: record i has the label 10 * i and the pixels 4 * i ... 4 * i + 3. They are written
  /// backward: their keys decide the order.
  init() throws {
    folder = try TemporaryFolder()
    path = folder("lmdb")
    try LMDBWriter.write(to: path) { database in
      for record in (0..<7).reversed() {
        var datum = Datum()
        (datum.channels, datum.height, datum.width, datum.label) = (1, 2, 2, record * 10)
        datum.data = (0..<4).map { UInt8(record * 4 + $0) }
        try database.put(key: "0000\(record)", value: try datum.serialized())
      }
    }
  }

  func layer(_ data: String, _ transform: String = "", tops: String = "top: 'data' top: 'label'") -> String {
    "type: 'Data' \(tops) transform_param { \(transform) } data_param { backend: LMDB source: '\(path)' \(data) }"
  }

  @Test(arguments: [1, 4]) func readsInTheOrderOfKeysAndOver(_ prefetch: Int) throws {
    let bench = try Bench(layer("batch_size: 3 prefetch: \(prefetch)", "scale: 0.5 mean_value: 2"))
    #expect(try bench.blob("data").shape == [3, 1, 2, 2])
    #expect(try bench.blob("label").shape == [3])
    var records: [Float] = []
    for _ in 0..<7 {
      try bench.net.forward()
      let (data, labels) = (try bench.data("data"), try bench.data("label"))
      for (row, label) in labels.enumerated() {
        #expect(Array(data[row * 4..<row * 4 + 4]) == (0..<4).map { (label / 10 * 4 + Float($0) - 2) / 2 })
      }
      records += labels
    }
    #expect(records == (0..<21).map { Float($0 % 7 * 10) })
  }

  /// LEVELDB is the schema's default. The folder may be open once at a time: describing the net must let go of it.
  @Test(arguments: ["", "backend: LEVELDB"]) func readsLevelDB(_ backend: String) throws {
    let leveldb = folder("leveldb")
    try DatabaseKind.leveldb.write(to: leveldb) { database in
      for record in (0..<5).reversed() {
        var datum = Datum()
        (datum.channels, datum.height, datum.width, datum.label) = (1, 1, 1, record)
        datum.data = [UInt8(record * 2)]
        try database.put(key: databaseKey(record), value: try datum.serialized())
      }
    }
    let text =
      "type: 'Data' top: 'data' top: 'label' data_param { \(backend) source: '\(leveldb)' batch_size: 4 prefetch: 2 }"
    var position = DataPosition()
    for rounds in [3, 2] {
      let bench = try Bench(text)
      let layer = try bench.source
      if position.records > 0 { layer.position = position }
      for round in 0..<rounds {
        let start = position.records > 0 ? position.records + round * 4 : round * 4
        try bench.net.forward()
        #expect(try bench.data("label") == (0..<4).map { Float((start + $0) % 5) })
        #expect(try bench.data("data") == (0..<4).map { Float((start + $0) % 5 * 2) })
      }
      position = layer.position
    }
    #expect(position.records == 20)
  }

  @Test func labelsAreOptional() throws {
    let bench = try Bench(layer("batch_size: 2", tops: "top: 'data'"))
    try bench.net.forward()
    #expect(try bench.data("data") == (0..<8).map(Float.init))
  }

  @Test func goesOnFromAPosition() throws {
    let text = layer("batch_size: 2", "mirror: true crop_size: 1")
    let whole = try Bench(text, phase: .train)
    for _ in 0..<5 { try whole.net.forward() }
    #expect(try whole.source.position.records == 10)
    // Another seed: the position holds all that decides.
    try Bench(text, phase: .train, seed: 99).expectBatches(20, as: whole)
  }

  @Test func randomNumbersDoNotDependOnTiming() throws {
    func run(_ prefetch: Int) throws -> [Float] {
      let bench = try Bench(layer("batch_size: 3 prefetch: \(prefetch)", "mirror: true crop_size: 1"), phase: .train)
      return try (0..<30).flatMap { _ in
        // Other layers draw from the run's numbers in between.
        _ = bench.random.next()
        try bench.net.forward()
        return try bench.data("data")
      }
    }
    let first = try run(1)
    #expect(try run(8) == first)
    #expect(Set(first.prefix(30)).count > 5)
  }

  @Test func sizesMayChangeBetweenBatchesOnly() throws {
    let mixed = folder("mixed")
    try LMDBWriter.write(to: mixed) { database in
      for (record, width) in [2, 3].enumerated() {
        var datum = Datum()
        (datum.channels, datum.height, datum.width) = (1, 1, width)
        datum.floatData = (0..<width).map { Float($0) + 0.5 }
        try database.put(key: "\(record)", value: try datum.serialized())
      }
    }
    func bench(_ size: Int) throws -> Bench {
      try Bench("type: 'Data' top: 'data' data_param { backend: LMDB source: '\(mixed)' batch_size: \(size) }")
    }
    let single = try bench(1)
    for expected in [[0.5, 1.5], [0.5, 1.5, 2.5], [0.5, 1.5]] as [[Float]] {
      try single.net.forward()
      #expect(try single.data("data") == expected)
      #expect(try single.blob("data").shape == [1, 1, 1, expected.count])
    }
    let double = try bench(2)
    for _ in 0..<2 {
      #expect { try double.net.forward() } throws: { "\($0)".contains("image 1 of a batch has the size 1x1x3") }
    }
  }

  @Test(arguments: [
    ("backend: LMDB source: '@' batch_size: 0", "data_param.batch_size"),
    ("backend: LMDB source: '@'", "data_param.batch_size"),
    ("backend: LMDB source: '@' batch_size: 1 prefetch: 0", "data_param.prefetch"),
    ("source: '@' batch_size: 1", "an LMDB folder (backend: LMDB)"),
    ("backend: LMDB batch_size: 1", "data_param.source"),
    ("backend: LMDB batch_size: 1 source: '/no/lmdb'", "'/no/lmdb'"),
    ("backend: LMDB source: '@' batch_size: 600000000", "data_param.batch_size"),
  ]) func errors(_ data: String, _ word: String) {
    let parameters = data.split(separator: "@", omittingEmptySubsequences: false).joined(separator: path)
    let message = failure("type: 'Data' top: 'data' data_param { \(parameters) }")
    #expect(message.contains(word), "\(message)")
  }

  @Test func errorsOfTheTransformer() {
    #expect(failure(layer("batch_size: 1", "crop_size: 3")).contains("transform_param.crop_size"))
    #expect(failure(layer("batch_size: 1", "force_color: true force_gray: true")).contains("force_gray"))
  }

  @Test func readsTheSharedDigits() throws {
    guard let path = TestFiles.shared("golden/data/mnist_test_lmdb") else { return }
    let bench = try Bench(
      "type: 'Data' top: 'data' top: 'label' transform_param { scale: 0.00390625 } "
        + "data_param { backend: LMDB source: '\(path)' batch_size: 100 }")
    #expect(try bench.blob("data").shape == [100, 1, 28, 28])
    // 1000 records, of which record i has the label i % 10; the eleventh batch is the first again.
    var first: [Float] = []
    for batch in 0..<11 {
      try bench.net.forward()
      let data = try bench.data("data")
      #expect(try bench.data("label") == (0..<100).map { Float($0 % 10) })
      #expect(data.allSatisfy { $0 >= 0 && $0 < 1 } && data.contains { $0 > 0.9 })
      if batch == 0 { first = data } else { #expect((data == first) == (batch == 10)) }
    }
  }
}
