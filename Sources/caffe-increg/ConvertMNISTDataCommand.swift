import ArgumentParser
import CaffeProto
import NetIO
import Solver

/// Makes a database of MNIST's files (Caffe: `convert_mnist_data`).
struct ConvertMNISTDataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert_mnist_data", abstract: "Writes the images and labels of IDX files to a database.")

  @Argument(help: ArgumentHelp("The images.", valueName: "image_file"))
  var images: String

  @Argument(help: ArgumentHelp("The labels.", valueName: "label_file"))
  var labels: String

  @Argument(help: ArgumentHelp("The database to make.", valueName: "db_path"))
  var database: String

  @Option(help: "The kind of the database.")
  var backend = Backend.lmdb

  enum Backend: String, ExpressibleByArgument, CaseIterable {
    case lmdb
  }

  func run() throws {
  }
}
