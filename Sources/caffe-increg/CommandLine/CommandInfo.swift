import ArgumentParser
import Base

/// What the argument parser knows of a command.
struct CommandInfo: Decodable {
  /// A flag, an option or an argument.
  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String

      /// With its dashes.
      var spelling: String { (kind == "long" ? "--" : "-") + name }
    }

    let kind: String
    let isOptional: Bool
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let allValues: [String]?
    let abstract: String?
    let discussion: String?
  }

  let commandName: String
  let shouldDisplay: Bool
  let abstract: String?
  let discussion: String?
  let subcommands: [CommandInfo]?
  let arguments: [Argument]?

  /// The spellings of all flags.
  var flags: [String] { (arguments ?? []).flatMap { ($0.names ?? []).map(\.spelling) } }

  /// The words that the first argument takes, where it takes only some.
  var actions: [String] { arguments?.first { $0.kind == "positional" }?.allValues ?? [] }

  private struct Dump: Decodable { let command: CommandInfo }

  /// All that is known of a command and those under it.
  static func of(_ root: any ParsableCommand.Type) throws -> CommandInfo {
    try JSON.decode(Dump.self, from: root._dumpHelp().utf8).command
  }
}
