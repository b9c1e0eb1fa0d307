import ArgumentParser
import Base

/// What the program is by the name that it is called by: the command of that name, as where a link stands in the place
/// of one of Caffe's tools, or all of them.
struct Tool {
  /// The name, without the ending `.bin` that Caffe's build gives its programs.
  let name: String
  /// Its command.
  let root: any ParsableCommand.Type

  /// - Parameter path: as the program was called
  init(calledAs path: String) {
    let last = path.lastComponent
    let name = last.hasSuffix(".bin") ? last.withoutEnding : last
    self.name = name
    root = CaffeIncReg.commands.first { $0.configuration.commandName == name } ?? CaffeIncReg.self
  }

  /// As this process was called.
  static let ofProcess = Tool(calledAs: CommandLine.arguments.first ?? "caffe-increg")

  /// Reads a command line.
  ///
  /// - Throws: ``Misspelling``, or what the argument parser throws
  func parse(_ arguments: [String]) throws -> any ParsableCommand {
    if arguments.contains(where: { $0 == "-" || $0.hasPrefix("-") && $0.hasSuffix("=-") }) { throw Misspelling.dash }
    let commands = root.configuration.subcommands
    let names = commands.compactMap { $0.configuration.commandName } + (commands.isEmpty ? [] : ["help"])
    let switched = (commands + [root]).compactMap { command in
      (command as? any SwitchedCommand.Type).map { (command.configuration.commandName ?? "", $0.switches) }
    }
    var line = normalized(
      arguments, commands: names, of: commands.isEmpty ? name : nil,
      switches: Dictionary(switched) { first, _ in first })
    if line.first == "help" { line = try help(line, names) }
    do { return try root.parseAsRoot(line) } catch {
      guard root.exitCode(for: error) == .validationFailure, let fault = try Misspelling.find(in: line, self) else {
        throw error
      }
      guard case .flag(let flag, _, let command, _) = fault,
        let rest = SharedFlags.line(line, without: flag, of: command)
      else { throw fault }
      RunLog.standardError.warning("'\(command)' does not use \(flag): going on without it")
      return try parse(rest)
    }
  }
}

extension Tool {
  /// The line that asks for a command's help, without the words behind the command's name, which may be one of its
  /// actions, as of `reproduce`.
  private func help(_ line: [String], _ names: [String]) throws -> [String] {
    let words = line.dropFirst().filter { !$0.hasPrefix("-") }
    guard let command = words.first else { return line }
    guard names.contains(command) else { throw Misspelling.command(command, names, tool: name) }
    let info = try CommandInfo.of(root).subcommands?.first { $0.commandName == command }
    let actions = info?.actions ?? []
    guard let wrong = words.dropFirst().first(where: { !actions.contains($0) }) else {
      return line.filter { $0.hasPrefix("-") || !words.dropFirst().contains($0) }
    }
    throw actions.isEmpty
      ? Misspelling.command(wrong, names, tool: name) : Misspelling.action(wrong, actions, of: command)
  }
}

/// A name on the command line that does not exist.
enum Misspelling: Error, Equatable, CustomStringConvertible {
  /// No command is called so: the word, the commands, and what the program is called.
  case command(String, [String], tool: String)
  /// The command does nothing of this name: the word, and what it does.
  case action(String, [String], of: String)
  /// There is no command, but a flag of some: the flag, and theirs.
  case noCommand(flag: String, of: [String])
  /// A dash, which stands for a stream elsewhere.
  case dash
  /// The command has no such flag: the flag, its flags, and how to get help.
  case flag(String, [String], of: String, help: String)

  /// The first name of a line that does not exist; nil where all do.
  static func find(in line: [String], _ tool: Tool) throws -> Misspelling? {
    let info = try CommandInfo.of(tool.root)
    var command = info
    if !tool.root.configuration.subcommands.isEmpty {
      let names = (info.subcommands ?? []).map(\.commandName)
      guard let found = info.subcommands?.first(where: { $0.commandName == line.first }) else {
        let words = line.prefix { $0 != "--" }.filter { !$0.hasPrefix("-") }
        // A word behind a flag may be its value.
        let likely =
          words.first { closestName(to: $0, among: names) != nil } ?? (words.first == line.first ? words.first : nil)
        if let likely { return .command(likely, names, tool: tool.name) }
        guard let flag = line.first.map({ String($0.prefix { $0 != "=" }) }) else { return nil }
        let owners = (info.subcommands ?? []).filter { $0.flags.contains(flag) }.map(\.commandName)
        if !owners.isEmpty { return .noCommand(flag: flag, of: owners) }
        return info.flags.contains(flag) || !flag.hasPrefix("--")
          ? nil : .flag(flag, info.flags, of: tool.name, help: "\(tool.name) --help")
      }
      command = found
    }
    for argument in line.prefix(while: { $0 != "--" }) where beginsAsFlag(argument) && Double(argument) == nil {
      let flag = String(argument.prefix { $0 != "=" })
      if flag != "-", !command.flags.contains(flag) {
        let isPart = command.commandName != info.commandName
        return .flag(
          flag, command.flags, of: command.commandName,
          help: isPart ? "\(tool.name) help \(command.commandName)" : "\(tool.name) --help")
      }
    }
    return nil
  }

  /// The dashes that texts which are copied from pages may have.
  private static let otherDashes = "–—−"

  private static func beginsAsFlag(_ argument: String) -> Bool {
    argument.first.map { $0 == "-" || otherDashes.contains($0) } ?? false
  }

  private static func withDashes(_ flag: String) -> String {
    flag.hasPrefix("-") ? flag : "--" + flag.drop(while: otherDashes.contains)
  }

  /// Letters, dashes included, that can stand for what begins with them.
  private static let shortestStem = 4

  /// The name, the nearest one, and where the others are.
  var description: String {
    switch self {
    case .command(let word, let names, let tool):
      "there is no command '\(word)'\(nearest(word, names)) See '\(tool) help' for all of them."
    case .action(let word, let actions, let command):
      "'\(command)' has no action '\(word)'\(nearest(word, actions)) It has \(actions.joined(separator: ", "))."
    case .noCommand(let flag, let owners): "which command? '\(flag)' is a flag of \(owners.joined(separator: ", "))"
    case .dash: "'-' names no file and stands for no stream here; a file of that name is ./-"
    case .flag(let flag, let flags, let command, let help):
      "'\(command)' has no flag '\(flag)'\(nearest(Self.withDashes(flag), flags)) See '\(help)' for all of them."
    }
  }

  private func nearest(_ name: String, _ names: [String]) -> String {
    if let closest = closestName(to: name, among: names) { return didYouMean(closest) }
    // The beginning of some, or a program of Caffe's.
    let stem = name.hasSuffix(".bin") ? name.withoutEnding : name
    let longer = stem.count < Self.shortestStem ? [] : names.filter { $0.hasPrefix(stem) }.map { "'\($0)'" }
    return longer.isEmpty ? "." : "; did you mean \(longer.joined(separator: " or "))?"
  }
}
