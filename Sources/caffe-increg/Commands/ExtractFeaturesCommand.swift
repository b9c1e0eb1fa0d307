import ArgumentParser
import Base
import CaffeProto
import Engine
import NetIO

/// Writes blobs of a net to databases (Caffe: `extract_features`).
struct ExtractFeaturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract_features", abstract: "Writes blobs of a net in phase TEST to databases.",
    discussion: """
      Every image of a batch becomes a Datum of floats under a ten-digit key. The databases must not exist yet. GPU and \
      DEVICE_ID are taken for compatibility.
      """)

  @Argument(help: ArgumentHelp("The weights, separated by commas.", valueName: "caffemodels"), completion: .file())
  var weights: String

  @Argument(help: ArgumentHelp("The net, with a data layer.", valueName: "prototxt"), completion: .file())
  var model: String

  @Argument(help: ArgumentHelp("The blobs, separated by commas.", valueName: "blob_names"))
  var blobs: String

  @Argument(
    help: ArgumentHelp("As many databases to make, separated by commas.", valueName: "db_names"), completion: .file())
  var databases: String

  @Argument(help: ArgumentHelp("The number of batches.", valueName: "num_mini_batches"))
  var batches: Int

  @Argument(help: ArgumentHelp("The kind of the databases.", valueName: "db_type"))
  var kind: DatabaseKind

  @Argument(help: ArgumentHelp("CPU or GPU.", valueName: "mode"))
  var mode: ModeName = .CPU

  @Argument(help: ArgumentHelp("The GPU.", valueName: "device_id"))
  var device: Int = 0

  @OptionGroup var options: RunOptions

  /// What the original computes on.
  enum ModeName: String, ExpressibleByArgument, CaseIterable {
    case CPU
    case GPU
  }

  func validate() throws {
    guard !weights.listedFiles.isEmpty else { throw ValidationError("caffemodels: no file is named") }
    guard batches > 0 else { throw ValidationError("num_mini_batches must be positive, but is \(batches)") }
    let (names, targets) = (split(blobs), split(databases))
    guard names.count == targets.count, !names.isEmpty else {
      throw ValidationError("\(names.count) blob names for \(targets.count) databases")
    }
  }

  private func split(_ names: String) -> [String] { names.split(separator: ",").map(String.init) }

  func run() throws {
    let progress = ProgressLine("extract_features")
    let log = progress.log
    if mode == .GPU { log.warning("A GPU was asked for, but this build computes on the CPU: going on there.") }
    for path in split(databases) { try AtomicFile.probeFolder(path) }
    let net = try options.net(
      model, phase: .test, weights: weights, use: NetUse(gradients: false, keepsBlobs: true), log: log)
    let names = split(blobs)
    for name in names {
      guard let blob = net.blob(name) else { throw FeatureError(model: model, blob: name, cause: "there is none") }
      guard blob.shape.rank <= 4 else {
        throw FeatureError(model: model, blob: name, cause: "a Datum cannot hold the shape \(blob.shape)")
      }
    }
    log.info("Extracting Features")
    try write(to: split(databases)[...]) { writers in
      var counts = [Int](repeating: 0, count: names.count)
      for batch in 0..<batches {
        progress.update(batch, of: batches)
        try net.forward()
        for (index, name) in names.enumerated() {
          guard let blob = net.blob(name) else { continue }
          for datum in FeatureRecords(blob) {
            try writers[index].put(key: databaseKey(counts[index], digits: 10), value: datum.serialized())
            counts[index] += 1
            if counts[index] % 1000 == 0 { report(counts[index], name, log) }
          }
        }
      }
      for (name, count) in zip(names, counts) where count % 1000 != 0 { report(count, name, log) }
    }
    log.info("Successfully extracted the features!")
  }

  private func report(_ count: Int, _ name: String, _ log: RunLog) {
    log.info("Extracted features of \(count) query images for feature blob \(name)")
  }

  /// Opens each database inside the closure of the one before. If a write fails, only databases that are whole remain.
  private func write(
    to paths: ArraySlice<String>, _ open: [any RecordWriter] = [], _ body: ([any RecordWriter]) throws -> Void
  ) throws {
    guard let path = paths.first else { return try body(open) }
    try kind.write(to: path) { writer in try write(to: paths.dropFirst(), open + [writer], body) }
  }
}

/// The images of a blob's batch, each as a Datum of floats in Caffe's legacy shape.
struct FeatureRecords: Sequence, IteratorProtocol {
  private let values: [Float]
  private let item: [Int]
  private var position = 0

  init(_ blob: Blob) {
    values = blob.plainData
    item = (1...3).map(blob.shape.legacy)
  }

  mutating func next() -> Datum? {
    let count = item.reduce(1, *)
    guard count > 0, position + count <= values.count else { return nil }
    defer { position += count }
    return .with {
      ($0.channels, $0.height, $0.width) = (item[0], item[1], item[2])
      $0.floatData = Array(values[position..<position + count])
    }
  }
}

/// A blob whose values cannot be written.
struct FeatureError: Error, Equatable, CustomStringConvertible {
  let model: String
  let blob: String
  let cause: String

  var description: String { "\(model): feature blob '\(blob)': \(cause)" }
}
