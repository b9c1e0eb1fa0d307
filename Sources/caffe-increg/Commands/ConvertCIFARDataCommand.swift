import ArgumentParser
import Base
import NetIO

/// Makes databases of CIFAR-10's binary files (Caffe: `convert_cifar_data`).
struct ConvertCIFARDataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert_cifar_data", abstract: "Writes the images and labels of CIFAR-10 to two databases.",
    discussion: "They are cifar10_train_<db_type> and cifar10_test_<db_type>, which must not exist yet.")

  @Argument(
    help: ArgumentHelp("Has data_batch_1.bin to data_batch_5.bin and test_batch.bin.", valueName: "input_folder"),
    completion: .directory)
  var input: String

  @Argument(help: ArgumentHelp("Where the databases go.", valueName: "output_folder"), completion: .directory)
  var output: String

  @Argument(help: ArgumentHelp("The kind of the databases.", valueName: "db_type"))
  var kind: DatabaseKind

  func run() throws {
    let progress = ProgressLine("convert_cifar_data")
    let counts = try CIFAR10.convert(input, to: output, kind: kind) { progress.update($0, of: $1) }
    progress.log.info("Wrote \(counts.train) training and \(counts.test) test images.")
  }
}
