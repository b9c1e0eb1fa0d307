import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import TestSupport
import Testing

/// What several ranks read together is what one reads, with the same crops, whatever their number.
@Suite struct ShareTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try LMDBWriter.write(to: folder("lmdb")) { database in
      for record in 0..<11 {
        var datum = Datum()
        (datum.channels, datum.height, datum.width, datum.label) = (1, 4, 4, record)
        datum.data = (0..<16).map { UInt8(record * 16 + $0) }
        try database.put(key: databaseKey(record), value: try datum.serialized())
      }
    }
    let images = (0..<7).map { "\(TestFiles.golden)/netio/images/gray.png \($0)\n" }.joined()
    try folder.write(images, to: "images.txt")
    try HDF5Writer.write(to: folder("rows.h5")) { file in
      try file.write(Floats((0..<9).map(Float.init)), shape: [9, 1], to: "/data")
      try file.write(Floats((0..<9).map(Float.init)), shape: [9], to: "/label")
    }
    try folder.write(folder("rows.h5"), to: "rows.txt")
  }

  /// One of the ranks of a run, which need not reach the others.
  private final class Seat: Communicator {
    let rank: Int
    let count: Int
    var patience = Duration.zero
    init(_ rank: Int, of count: Int) { (self.rank, self.count) = (rank, count) }
    func gather(_ values: [Double]) -> [[Double]] { Array(repeating: values, count: count) }
    func beginMean(of values: MutableFloatView) {}
    func progress() {}
    func finishMeans() {}
  }

  private func layer(_ source: String, batch: Int) -> String {
    let transform = "transform_param { mirror: true crop_size: 3 }"
    switch source {
    case "Data":
      return "type: 'Data' \(transform) data_param { backend: LMDB source: '\(folder("lmdb"))' batch_size: \(batch) }"
    case "ImageData":
      return "type: 'ImageData' \(transform) image_data_param { source: '\(folder("images.txt"))' is_color: false "
        + "batch_size: \(batch) shuffle: true rand_skip: 3 }"
    default:
      return "type: 'HDF5Data' hdf5_data_param { source: '\(folder("rows.txt"))' batch_size: \(batch) shuffle: true }"
    }
  }

  /// Per batch: the samples, each with its label.
  private func batches(
    _ count: Int, _ source: String, batch: Int, _ seat: Seat, wholeBatches: Bool = false, from: DataPosition? = nil
  ) throws -> (samples: [[[Float]]], position: DataPosition) {
    let text =
      "layer { name: 'd' \(layer(source, batch: batch)) top: 'data' top: 'label' }"
      + "layer { name: 'drop' type: 'Dropout' bottom: 'data' top: 'dropped' }"
    let ranks = RunRanks(seat)
    let net = try Net(
      NetParameter(text: text), state: NetState.with { $0.phase = .train }, registry: .caffe,
      backend: ReferenceBackend(), random: RandomSource(seed: 4), ranks: ranks,
      share: DataShare(seat, wholeBatches: wholeBatches))
    let layer = try #require(net.layers[0].layer as? any PositionedLayer)
    if let from { layer.position = from }
    let samples = try (0..<count).map { number in
      ranks.pass = (number, 0)
      try net.forward()
      let (data, labels) = (net.blob("dropped")?.plainData ?? [], net.blob("label")?.plainData ?? [])
      let size = data.count / batch
      return (0..<batch).map { Array(data[$0 * size..<($0 + 1) * size]) + [labels[$0]] }
    }
    return (samples, layer.position)
  }

  @Test(arguments: ["Data", "ImageData", "HDF5Data"], [2, 3])
  func ranksShareTheRecords(_ source: String, _ count: Int) throws {
    let whole = try batches(5, source, batch: 2 * count, Seat(0, of: 1))
    let parts = try (0..<count).map { try batches(5, source, batch: 2, Seat($0, of: count)) }
    #expect(Set(whole.samples.joined()).count > 8)
    for (number, batch) in whole.samples.enumerated() {
      for (place, sample) in batch.enumerated() {
        #expect(parts[place % count].samples[number][place / count] == sample)
      }
    }
    for part in parts { #expect(part.position == whole.position) }
    // A position of one number of ranks is one of another.
    let later = try batches(3, source, batch: 2 * count, Seat(0, of: 1), from: parts[0].position)
    let all = try batches(8, source, batch: 2 * count, Seat(0, of: 1))
    #expect(later.samples.map { $0.map { $0.last } } == all.samples.suffix(3).map { $0.map { $0.last } })
  }

  @Test func testsReadBatchesInOnePiece() throws {
    let whole = try batches(6, "HDF5Data", batch: 2, Seat(0, of: 1), wholeBatches: true).samples
    let parts = try (0..<3).map { try batches(2, "HDF5Data", batch: 2, Seat($0, of: 3), wholeBatches: true).samples }
    for number in 0..<6 {
      #expect(parts[number % 3][number / 3].map { $0.last } == whole[number].map { $0.last })
    }
  }
}
