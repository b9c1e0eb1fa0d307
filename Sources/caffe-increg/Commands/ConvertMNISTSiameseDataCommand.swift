import ArgumentParser
import Base
import NetIO

/// Makes a database of pairs of MNIST's images (Caffe: `convert_mnist_siamese_data`).
struct ConvertMNISTSiameseDataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert_mnist_siamese_data",
    abstract: "Writes random pairs of the images of IDX files to a database.",
    discussion: """
      There are as many pairs as images, each a record of two channels with label 1 where both have the same label, else \
      0. The files may be gzipped. The database must not exist yet.
      """)

  @OptionGroup var files: MNISTOptions

  @Option(help: "The kind of the database.")
  var backend = DatabaseKind.leveldb

  func run() throws {
    try AtomicFile.probeFolder(files.database)
    let progress = ProgressLine("convert_mnist_siamese_data")
    let count = try convertMNISTPairs(
      images: files.imageFile, labels: files.labelFile, to: files.database, kind: backend,
      progress: { progress.update($0, of: $1) })
    progress.log.info("Processed \(count) pairs.")
  }
}
