import ArgumentParser
import Base
import NetIO

/// Makes a database of MNIST's files (Caffe: `convert_mnist_data`).
struct ConvertMNISTDataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert_mnist_data", abstract: "Writes the images and labels of IDX files to a database.",
    discussion: "The files may be gzipped. The database must not exist yet.")

  @OptionGroup var files: MNISTOptions

  @Option(help: "The kind of the database.")
  var backend = DatabaseKind.lmdb

  func run() throws {
    try AtomicFile.probeFolder(files.database)
    let progress = ProgressLine("convert_mnist_data")
    let count = try convertMNIST(images: files.imageFile, labels: files.labelFile, to: files.database, kind: backend) {
      progress.update($0, of: $1)
    }
    progress.log.info("Processed \(count) files.")
  }
}

extension DatabaseKind: ExpressibleByArgument {}
