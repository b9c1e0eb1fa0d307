import ArgumentParser

/// Prints the manual page, for `scripts/install.sh`.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Prints the program's page for man.", shouldDisplay: false)

  func run() throws { print(ManualPage(try CommandInfo.of(CaffeIncReg.self)).text, terminator: "") }
}
