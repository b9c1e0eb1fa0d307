/// The program's manual page, in the language of man.
struct ManualPage {
  private let program: CommandInfo

  init(_ program: CommandInfo) { self.program = program }

  /// The page's source.
  var text: String {
    let name = program.commandName
    var lines = [
      ".TH \(name.uppercased()) 1 \"\" \"\(name) \(programVersion)\"", ".SH NAME",
      Self.plain("\(name) - \(program.abstract ?? "")"), ".SH SYNOPSIS", ".B \(Self.plain(name))",
      "\\fIcommand\\fR [\\fIoptions\\fR]", ".SH DESCRIPTION", Self.plain(program.discussion ?? ""), ".SH COMMANDS",
    ]
    for command in program.subcommands ?? [] where command.shouldDisplay && command.commandName != "help" {
      lines += Self.section(command)
    }
    lines += [
      ".SH EXIT STATUS", "0 after success, 1 after any failure, which one message on standard error names.", "",
    ]
    return lines.joined(separator: "\n")
  }

  private static func section(_ command: CommandInfo) -> [String] {
    let arguments = (command.arguments ?? []).filter { argument in
      !(argument.names ?? []).contains { ["help", "version"].contains($0.name) }
    }
    let needed = arguments.filter { $0.kind == "option" && !$0.isOptional }.map { argument in
      let names = (argument.names ?? []).map { plain($0.spelling) }.joined(separator: ", ")
      return "\\fB\(names)\\fR \\fI\(plain(argument.valueName ?? ""))\\fR"
    }
    let values = arguments.filter { $0.kind == "positional" }.map { argument in
      let name = "\\fI\(plain(argument.valueName ?? ""))\\fR"
      return argument.isOptional ? "[\(name)]" : name
    }
    var lines = [
      ".SS \(plain(command.commandName))", plain(command.abstract ?? ""), ".PP",
      "\\fB\(plain(command.commandName))\\fR [\\fIoptions\\fR] " + (needed + values).joined(separator: " "),
    ]
    if let discussion = command.discussion { lines += [".PP", plain(discussion)] }
    for argument in arguments { lines += entry(argument) }
    return lines
  }

  private static func entry(_ argument: CommandInfo.Argument) -> [String] {
    let value = argument.valueName.map { "\\fI\(plain($0))\\fR" } ?? ""
    let names = (argument.names ?? []).map { "\\fB\(plain($0.spelling))\\fR" }.joined(separator: ", ")
    let head =
      switch argument.kind {
      case "positional": value
      case "flag": names
      default: "\(names) \(value)"
      }
    var text = argument.abstract ?? ""
    if let values = argument.allValues, !values.isEmpty { text += " One of " + values.joined(separator: ", ") + "." }
    if let usual = argument.defaultValue, !usual.isEmpty { text += " Default: \(usual)." }
    if let discussion = argument.discussion { text += " " + discussion }
    return [".TP", head, plain(text)]
  }

  /// A text as man prints it as it is.
  private static func plain(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-").split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&" + $0 : String($0) }.joined(separator: "\n")
  }
}
