import Base
import CaffeProto
import Engine
import FoundationEssentials
import Glibc
import NetIO

/// A data set as people have it in a folder.
struct DataFolder {
  /// What it consists of.
  enum Kind: String, Codable {
    /// MNIST's four IDX files, plain or gzipped.
    case mnist
    /// CIFAR-10's six binary batches.
    case cifar10
    /// `train/CLASS/NAME` and `test/CLASS/NAME` (or `val`), JPEG or PNG.
    case images
  }

  let path: String
  let kind: Kind

  /// Looks what is there.
  ///
  /// - Throws: ``ReproduceError/noData(folder:looked:)``
  init(_ path: String) throws {
    self.path = path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    if names.contains(where: { $0.hasPrefix("train-images-idx3-ubyte") }) {
      kind = .mnist
    } else if names.contains("data_batch_1.bin") {
      kind = .cifar10
    } else if names.contains("train"), names.contains("test") || names.contains("val") {
      kind = .images
    } else {
      throw ReproduceError.noData(
        folder: path,
        looked: [
          "MNIST's train-images-idx3-ubyte[.gz]", "CIFAR-10's data_batch_1.bin",
          "train/CLASS/ and test/CLASS/ of images",
        ])
    }
  }

  /// Whether the first channel is red; images of files have blue first.
  var isRGB: Bool { kind == .cifar10 }

  /// Writes the part that is trained on, and the one that is tested on, as databases.
  func convert(to folder: String, resize: Int, log: RunLog) throws -> (train: String, test: String) {
    let (train, test) = (folder + "/train_lmdb", folder + "/test_lmdb")
    let done = [train, test].map { FileManager.default.fileExists(atPath: $0) }
    guard done.contains(false) else { return (train, test) }
    // A run that was killed between both may have left one.
    for path in [train, test] { try? FileManager.default.removeItem(atPath: path) }
    log.info("Converting the \(kind.rawValue) files of \(path)")
    switch kind {
    case .mnist:
      try convertMNIST(images: idx("train-images-idx3"), labels: idx("train-labels-idx1"), to: train)
      try convertMNIST(images: idx("t10k-images-idx3"), labels: idx("t10k-labels-idx1"), to: test)
    case .cifar10:
      for name in ["train", "test"] { try? FileManager.default.removeItem(atPath: "\(folder)/cifar10_\(name)_lmdb") }
      _ = try CIFAR10.convert(path, to: folder, kind: .lmdb)
      for name in ["train", "test"] {
        try FileManager.default.moveItem(atPath: "\(folder)/cifar10_\(name)_lmdb", toPath: "\(folder)/\(name)_lmdb")
      }
    case .images:
      let last = FileManager.default.fileExists(atPath: path + "/test") ? "test" : "val"
      let classes = try Self.folders(in: path + "/train")
      guard try Self.folders(in: "\(path)/\(last)") == classes, !classes.isEmpty else {
        throw ReproduceError.data(folder: path, "train/ and \(last)/ do not have the same folders, one for each class")
      }
      try convert(part: "train", classes, to: train, resize: resize, log: log)
      try convert(part: last, classes, to: test, resize: resize, log: log)
    }
    return (train, test)
  }

  private func idx(_ name: String) -> String {
    let file = "\(path)/\(name)-ubyte"
    return FileManager.default.fileExists(atPath: file) ? file : file + ".gz"
  }

  /// Batches need images of all classes, so the order is random, but the same every time.
  private func convert(part: String, _ classes: [String], to database: String, resize: Int, log: RunLog) throws {
    var images: [ListedImage] = []
    for (label, name) in classes.enumerated() {
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(part)/\(name)").sorted()
      images += files.map { ListedImage(path: "\(name)/\($0)", label: label) }
    }
    var random = RandomSource(seed: 1)
    images.shuffle(using: &random)
    var conversion = ImageSetConversion()
    (conversion.resizeHeight, conversion.resizeWidth) = (resize, resize)
    (conversion.encoded, conversion.checkSize) = (resize > 0, resize == 0)
    var failures = 0
    // Under another name until it is known to be whole.
    let partial = database + ".partial"
    try? FileManager.default.removeItem(atPath: partial)
    let progress = ProgressLine("convert")
    _ = try conversion.convert(images, root: "\(path)/\(part)/", to: partial, kind: .lmdb) { count in
      progress.update(count, of: images.count)
    } failed: { error in
      failures += 1
      log.warning("\(error)")
    }
    guard failures == 0 else {
      throw ImagesLeftOut(failures: failures, total: images.count, database: partial)
    }
    try FileManager.default.moveItem(atPath: partial, toPath: database)
  }

  private static func folders(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).filter { name in
      var status = stat()
      return stat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }.sorted()
  }
}

/// The databases of a run.
struct PreparedData {
  /// A database.
  struct Part {
    let path: String
    let records: Int
  }

  let folder: DataFolder
  let train: Part
  /// What was taken out of the training images; nil where nothing was asked for.
  let validation: Part?
  let test: Part

  /// Makes what is not there yet.
  ///
  /// - Parameters:
  ///   - output: the folder that databases go to
  ///   - kept: the last so many training images are kept apart
  init(_ folder: DataFolder, in output: String, keeping kept: Int, resize: Int, log: RunLog) throws {
    try Folders.make(output)
    // Databases of another folder would be taken for those of this one.
    let note = output + "/source.txt"
    let source = URL(filePath: folder.path).standardizedFileURL.path
    if let before = FileManager.default.contents(atPath: note).map({ String(decoding: $0, as: UTF8.self) }) {
      guard before == source else {
        throw ReproduceError.data(
          folder: folder.path, "'\(output)' holds databases of '\(before)': give another --out, or remove it")
      }
    } else {
      try AtomicFile.write(to: note) { $0.write(source) }
    }
    let whole = try folder.convert(to: output, resize: resize, log: log)
    self.folder = folder
    test = try Self.part(whole.test)
    let all = try Self.part(whole.train)
    guard kept > 0 else {
      (train, validation) = (all, nil)
      return
    }
    guard kept < all.records else {
      throw ReproduceError.data(
        folder: folder.path, "of its \(all.records) training images \(kept) cannot be kept apart for validation")
    }
    train = try Self.copy(all, 0..<(all.records - kept), to: "\(output)/train_without_\(kept)_lmdb")
    validation = try Self.copy(all, (all.records - kept)..<all.records, to: "\(output)/last_\(kept)_lmdb")
  }

  private static func part(_ path: String) throws -> Part {
    let reader = try DatabaseKind.lmdb.open(path)
    return Part(path: path, records: reader.knownCount ?? 0)
  }

  private static func copy(_ source: Part, _ range: Range<Int>, to path: String) throws -> Part {
    guard !FileManager.default.fileExists(atPath: path) else { return try part(path) }
    let reader = try DatabaseKind.lmdb.open(source.path)
    try reader.skip(range.lowerBound)
    try DatabaseKind.lmdb.write(to: path) { writer in
      for _ in range {
        try writer.put(key: reader.key, value: reader.value)
        try reader.advance()
      }
    }
    return Part(path: path, records: range.count)
  }
}
