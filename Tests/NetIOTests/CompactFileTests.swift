import Base
import CaffeProto
import Hostile
import TestSupport
import Testing

@testable import NetIO

/// Weights without columns and rows of zeros.
@Suite struct CompactFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A layer whose weights are those for which `lives` holds.
  private func layer(
    _ shape: [Int], group: Int = 1, seed: Int = 1, lives: (_ row: Int, _ column: Int) -> Bool
  ) -> WeightSet.Layer {
    let random = RandomSource(seed: seed)
    let (rows, count) = (shape[0], shape.reduce(1, *))
    let columns = count / rows
    let values = (0..<count).map { lives($0 / columns, $0 % columns) ? random.uniform(0.5, 1) : 0 }
    return .init(
      .with {
        $0.name = "conv"
        if group > 1 { $0.convolutionParam.group = group }
        $0.blobs = [
          BlobProto(shape: shape, data: Floats(values)),
          BlobProto(shape: [rows], data: Floats(Array(repeating: 0, count: rows))),
        ]
      })
  }

  private func write(_ weights: WeightSet, _ name: String) throws -> [UInt8] {
    try CaffeModel.write(weights, to: folder(name))
    return try readBytes(folder(name))
  }

  private static let patterns: [(name: String, shape: [Int], group: Int, lives: @Sendable (Int, Int) -> Bool)] = [
    ("columns", [64, 32, 5, 5], 1, { $1 % 10 == 3 }), ("rows", [40, 8, 3, 3], 1, { row, _ in row % 3 == 0 }),
    ("both", [40, 8, 3, 3], 1, { $0 % 2 == 0 && $1 % 7 == 0 }),
    ("groups", [12, 8, 3, 3], 2, { $1 % 5 == ($0 < 6 ? 0 : 1) }),
    ("tiles", [70, 8, 3, 3], 2, { $1 % 8 == ($0 < 32 ? 0 : $0 < 35 ? 1 : $0 < 67 ? 2 : 3) }),
    ("nothing", [40, 8, 3, 3], 1, { _, _ in false }), ("one", [512, 512, 3, 3], 1, { $0 == 7 && $1 == 9 }),
    ("product", [50, 800], 1, { $1 % 4 == 0 }),
  ]

  @Test(arguments: patterns.indices) func comesBackBitForBit(_ index: Int) throws {
    let pattern = Self.patterns[index]
    let whole = WeightSet(name: "net", layers: [layer(pattern.shape, group: pattern.group, lives: pattern.lives)])
    let dense = try write(whole, "dense.caffemodel")
    let (compact, layers) = whole.compacted()
    #expect(layers == ["conv"])
    let bytes = try write(compact, "compact.caffemodel")
    let read = try CaffeModel.read(folder("compact.caffemodel"))
    #expect(read == whole)
    #expect(try write(read, "again.caffemodel") == dense)
    let (count, listed) = (pattern.shape.reduce(1, *), compact.layers[0].blobs[0].compact.data.count)
    #expect(64 * listed >= count)
    let living = whole.layers[0].blobs[0].data.count { $0 != 0 }
    #expect(listed >= living && listed <= max(living, count / 64 + pattern.shape[0] * 2), "\(pattern.name): \(listed)")
    #expect(bytes.count < dense.count / 2)
  }

  /// The smaller of the codings is taken, and the form per tile where it is smaller.
  @Test func theFormFollowsTheZeros() throws {
    func form(_ index: Int) throws -> CompactValues {
      let pattern = Self.patterns[index]
      let weights = WeightSet(layers: [layer(pattern.shape, group: pattern.group, lives: pattern.lives)])
      return try #require(weights.compacted().weights.layers[0].blobs.first).compact
    }
    let columns = try form(0)
    #expect(columns.coding == .deltas && !columns.hasTile && !columns.hasRows && columns.data.count == 64 * 80)
    // 90 % of the columns: with the list less than 0.11 of the whole.
    #expect(try columns.serialized().count < 64 * 800 * 4 * 11 / 100)
    #expect(try form(1).hasRows)
    #expect(try form(3).group == 2 && !form(3).hasTile)
    #expect(try form(4).group == 2 && form(4).tile == 32)
    #expect(try form(7).coding == .bits)
  }

  @Test func whatIsNotSparseStays() throws {
    let whole = WeightSet(layers: [layer([40, 8, 3, 3]) { $1 > 4 || $0 == 0 }])
    let (same, layers) = whole.compacted()
    #expect(layers == [] && same == whole)
  }

  /// An inner product in the form of 2014 has its outputs as rows.
  @Test func legacyShapesAreMatrices() throws {
    var blob = layer([20, 30]) { $1 % 5 == 0 }.blobs[0]
    blob.clearShape()
    (blob.num, blob.channels, blob.height, blob.width) = (1, 1, 20, 30)
    let whole = WeightSet(layers: [.init(name: "ip", blobs: [blob])])
    let compact = whole.compacted().weights
    #expect(compact.layers[0].blobs[0].compact.data.count == 20 * 6)
    _ = try write(compact, "compact.caffemodel")
    #expect(try CaffeModel.read(folder("compact.caffemodel")) == whole)
  }

  @Test func halvesComeBackRounded() throws {
    let whole = WeightSet(layers: [layer([64, 32, 5, 5]) { $1 % 10 == 3 }])
    let half = try whole.compacted().weights.halved(for: "h")
    let bytes = try write(half, "half.caffemodel")
    #expect(bytes.count < 64 * 800 * 4 * 6 / 100)
    _ = try write(whole.halved(for: "h"), "dense.caffemodel")
    #expect(try CaffeModel.read(folder("half.caffemodel")) == CaffeModel.read(folder("dense.caffemodel")))
  }

  @Test func zerosLoseTheirSign() {
    let whole = WeightSet(layers: [.init(name: "ip", blobs: [BlobProto(shape: [2, 2], data: [-0, 1, 0, -0])])])
    let plain = whole.withPlainZeros().layers[0].blobs[0].data
    #expect(plain.map(\.bitPattern) == [0, Float(1).bitPattern, 0, 0])
  }

  @Test func hdf5HasNoSuchForm() throws {
    let compact = WeightSet(layers: [layer([40, 8, 3, 3]) { $1 % 5 == 0 }]).compacted().weights
    let error = #expect(throws: WriteError.self) { try CaffeModel.write(compact, to: folder("c.h5")) }
    #expect("\(try #require(error))".contains("layer 'conv', blob 0"))
    #expect(folder.entries() == [])
  }

  /// 4 rows of 9 columns: rows 0 and 3, columns 1 and 8.
  private static let small = BlobProto.with {
    $0.shape.dim = [4, 9]
    $0.compact.rows = [0b1001]
    $0.compact.columns = [0b0000_0010, 0b1]
    $0.compact.data = [1, 2, 3, 4]
  }

  private func read(_ blob: BlobProto) throws -> BlobProto {
    try CaffeModel.write(WeightSet(layers: [.init(name: "ip", blobs: [blob])]), to: folder("s.caffemodel"))
    return try #require(CaffeModel.read(folder("s.caffemodel"))["ip"]).blobs[0]
  }

  @Test func bytesByHand() throws {
    var expected = [Float](repeating: 0, count: 36)
    (expected[1], expected[8], expected[28], expected[35]) = (1, 2, 3, 4)
    #expect(try read(Self.small) == BlobProto(shape: [4, 9], data: Floats(expected)))
    var deltas = Self.small
    (deltas.compact.coding, deltas.compact.rows, deltas.compact.columns) = (.deltas, [2, 0, 3], [2, 1, 7])
    #expect(try read(deltas) == BlobProto(shape: [4, 9], data: Floats(expected)))
    // Two groups of two rows with a list each.
    var groups = Self.small
    groups.compact.group = 2
    groups.compact.columns = [0b10, 0, 0, 1]
    groups.compact.data = [1, 4]
    (expected[8], expected[28]) = (0, 0)
    #expect(try read(groups) == BlobProto(shape: [4, 9], data: Floats(expected)))
  }

  private static let faults: [(text: String, change: @Sendable (inout BlobProto) -> Void)] = [
    ("its lists ask for 4 compact values, but there are 3", { $0.compact.data = [1, 2, 3] }),
    ("its lists ask for 4 compact values, but there are 5", { $0.compact.data = [1, 2, 3, 4, 5] }),
    ("list 0 of columns has index 9; expected indices below 9", { $0.compact.columns = [2, 2] }),
    ("list 0 of rows has index 4; expected indices below 4", { $0.compact.rows = [0b10001] }),
    ("truncated: 2 bytes needed, 1 present", { $0.compact.columns = [2] }),
    ("the lists of columns take 2 bytes, but there are 3", { $0.compact.columns = [2, 1, 0] }),
    ("4 rows cannot come in 3 groups with tiles of 0", { $0.compact.group = 3 }),
    ("4 rows cannot come in 0 groups with tiles of 0", { $0.compact.group = 0 }),
    ("4 rows cannot come in 1 groups with tiles of -1", { $0.compact.tile = -1 }),
    ("truncated: 4 bytes needed, 2 present", { $0.compact.tile = 1 }),
    ("the whole's number 400 is over the limit of 256", { $0.shape.dim = [40, 10] }),
    ("cannot be those of the shape [4611686018427387904, 9]", { $0.shape.dim = [1 << 62, 9] }),
    ("cannot be those of the shape [-4, 9]", { $0.shape.dim = [-4, 9] }),
    ("compact values and others", { $0.data = [1] }),
    ("1 bytes of 16-bit floats beside 4 of 32 bits", { $0.compact.half = [1] }),
    ("fields that this version does not know", { $0.compact.unknownFields = [0xf8, 0x3f, 5] }),
    (
      "list 0 of columns does not ascend: index 1 is there twice",
      {
        ($0.compact.coding, $0.compact.rows, $0.compact.columns) = (.deltas, [2, 0, 3], [2, 1, 0])
      }
    ),
    (
      "list 0 of columns has index 11; expected indices below 9",
      {
        ($0.compact.coding, $0.compact.rows, $0.compact.columns) = (.deltas, [2, 0, 3], [2, 1, 10])
      }
    ),
    (
      "list 0 of columns has index 9223372036854775807",
      {
        ($0.compact.coding, $0.compact.rows) = (.deltas, [2, 0, 3])
        $0.compact.columns = [2, 1] + [UInt8](repeating: 0xff, count: 9) + [1]
      }
    ),
    (
      "list 0 of columns has 10 of 9 indices",
      {
        ($0.compact.coding, $0.compact.rows, $0.compact.columns) = (.deltas, [2, 0, 3], [10, 1, 10])
      }
    ),
    (
      "truncated: 3 bytes needed, 2 present",
      {
        ($0.compact.coding, $0.compact.rows, $0.compact.columns) = (.deltas, [2, 0, 3], [2, 1])
      }
    ),
  ]

  @Test(arguments: faults.indices) func faultsAreNamed(_ index: Int) throws {
    var blob = Self.small
    Self.faults[index].change(&blob)
    let error = #expect(throws: FormatError.self) { try read(blob) }
    #expect(error?.place == "layer 'ip', blob 0")
    #expect(error?.description.contains(Self.faults[index].text) == true, "\(String(describing: error))")
  }

  /// Whatever becomes of a file, it is read or named, and never takes more memory than its values allow.
  @Test(arguments: 0..<4) func damageIsAValueOrAnError(_ seed: Int) throws {
    let hostile = HostileBytes(seed: seed)
    let whole = try [3, 4, 0].map { index in
      let pattern = Self.patterns[index]
      let weights = WeightSet(layers: [layer(pattern.shape, group: pattern.group, lives: pattern.lives)])
      return try write(weights.compacted().weights, "w\(index).caffemodel")
    }
    // Lists and shapes are in the first bytes; most of the rest is values, where damage shows nowhere.
    let short = try write(WeightSet(layers: [.init(name: "ip", blobs: [Self.small])]), "short.caffemodel")
    for round in 0..<600 {
      let source = round % 2 == 0 ? short : hostile.pick(whole)
      let bytes = round % 4 == 3 ? Array(source.prefix(hostile.number(below: source.count))) : hostile.damaged(source)
      try writeBytes(bytes, to: folder("d.caffemodel"))
      do {
        for blob in try CaffeModel.read(folder("d.caffemodel")).layers.flatMap(\.blobs) {
          #expect(blob.data.count <= max(64 * bytes.count / 2, bytes.count) && !blob.hasCompact)
        }
      } catch {
        #expect(error is FormatError || error is WireError || error is UpgradeError, "\(error)")
        #expect(!"\(error)".contains("\n"))
      }
    }
  }

  /// Every byte of the lists and of the shape, every bit of it.
  @Test func everyBitMayTurn() throws {
    let short = try write(WeightSet(layers: [.init(name: "ip", blobs: [Self.small])]), "short.caffemodel")
    var refused = 0
    for place in short.indices {
      for bit in 0..<8 {
        var bytes = short
        bytes[place] ^= 1 << bit
        try writeBytes(bytes, to: folder("d.caffemodel"))
        do { _ = try CaffeModel.read(folder("d.caffemodel")) } catch {
          #expect(error is FormatError || error is WireError || error is UpgradeError, "\(error)")
          refused += 1
        }
      }
    }
    #expect(refused > 4 * 8)
  }
}
