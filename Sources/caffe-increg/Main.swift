import ArgumentParser

/// The program: reads the command line and runs one command.
@main enum Main {
  static func main() {
    restartPrepared()
    exitWith(CommandLine.arguments.dropFirst().map { $0 })
  }
}
