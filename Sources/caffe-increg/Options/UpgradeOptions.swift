import ArgumentParser

/// The files of the upgrade commands.
struct UpgradeOptions: ParsableArguments {
  @Argument(help: "The file to read.", completion: .file())
  var source: String

  @Argument(help: "The file to write; may be the same.", completion: .file())
  var target: String
}
