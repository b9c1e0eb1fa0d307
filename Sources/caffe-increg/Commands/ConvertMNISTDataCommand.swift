import ArgumentParser
import Base
import NetIO

/// Makes a database of MNIST's files (Caffe: `convert_mnist_data`).
struct ConvertMNISTDataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert_mnist_data", abstract: "Writes the images and labels of IDX files to a database.",
    discussion: "The files may be gzipped. The database must not exist yet.")

  @Argument(help: ArgumentHelp("The images.", valueName: "image_file"), completion: .file())
  var imageFile: String

  @Argument(help: ArgumentHelp("The labels.", valueName: "label_file"), completion: .file())
  var labelFile: String

  @Argument(help: ArgumentHelp("The database to make.", valueName: "db_path"), completion: .file())
  var database: String

  @Option(help: "The kind of the database.")
  var backend = DatabaseKind.lmdb

  func run() throws {
    try AtomicFile.probeFolder(database)
    let progress = ProgressLine("convert_mnist_data")
    let count = try convertMNIST(images: imageFile, labels: labelFile, to: database, kind: backend) {
      progress.update($0, of: $1)
    }
    progress.log.info("Processed \(count) files.")
  }
}

extension DatabaseKind: ExpressibleByArgument {}
