import ArgumentParser

/// The files of the commands that convert MNIST.
struct MNISTOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The images.", valueName: "image_file"), completion: .file())
  var imageFile: String

  @Argument(help: ArgumentHelp("The labels.", valueName: "label_file"), completion: .file())
  var labelFile: String

  @Argument(help: ArgumentHelp("The database to make.", valueName: "db_path"), completion: .file())
  var database: String
}
