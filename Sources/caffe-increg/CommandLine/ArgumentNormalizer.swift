import ArgumentParser

/// Rewrites a command line in the spellings that Caffe's tools (gflags) take into those of the argument parser.
///
/// - `-solver x` and `-solver=x` become `--solver x` and `--solver=x`; single letters stay as they are.
/// - Flags before the command move behind it.
/// - A negative number after a flag is its value: `-gpu -1` becomes `--gpu=-1`.
/// - A switch of an original tool takes a value, `--gray=false`, and has an opposite, `--nogray`; the last one counts.
///
/// - Parameters:
///   - arguments: without the program's name
///   - commands: the names of the commands
///   - only: the command that the program is, where it is called by the name of one
///   - switches: by command, the names of those that gflags knows as boolean
func normalized(
  _ arguments: [String], commands: [String], of only: String? = nil, switches: [String: [String]] = [:]
) -> [String] {
  var command: [String] = []
  var rest: [String] = []
  var index = 0
  while index < arguments.count {
    let argument = arguments[index]
    index += 1
    if argument == "--" {
      rest += arguments[(index - 1)...]
      break
    }
    guard argument.hasPrefix("-"), argument.count > 1, !argument.isNegativeNumber else {
      if only == nil, command.isEmpty, commands.contains(argument) {
        command = [argument]
      } else {
        rest.append(argument)
      }
      continue
    }
    let body = argument.drop { $0 == "-" }
    let name = body.prefix { $0 != "=" }
    let flag = name.count == 1 ? argument : "--\(body)"
    if !body.contains("="), index < arguments.count, arguments[index].isNegativeNumber {
      rest.append("\(flag)=\(arguments[index])")
      index += 1
    } else {
      rest.append(flag)
    }
  }
  guard let name = only ?? command.first, let switches = switches[name] else { return command + rest }
  return command + resolved(rest, switches)
}

/// The arguments with the switches in front, as plain flags, and only those that are on in the end.
private func resolved(_ arguments: [String], _ switches: [String]) -> [String] {
  var isOn: [String: Bool] = [:]
  let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
  let rest = arguments[..<end].filter { argument in
    let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard argument.hasPrefix("--"), let name = parts.first.map(String.init) else { return true }
    if switches.contains(name), let value = parts.count == 1 ? true : truth(parts[1].lowercased()) {
      isOn[name] = value
    } else if name.hasPrefix("no"), parts.count == 1, switches.contains(String(name.dropFirst(2))) {
      isOn[String(name.dropFirst(2))] = false
    } else {
      return true
    }
    return false
  }
  return switches.filter { isOn[$0] ?? false }.map { "--\($0)" } + rest + arguments[end...]
}

/// What gflags takes for true and false.
func truth(_ value: String) -> Bool? {
  if ["1", "t", "true", "y", "yes"].contains(value) { return true }
  return ["0", "f", "false", "n", "no"].contains(value) ? false : nil
}

/// A command whose original has switches that gflags reads.
protocol SwitchedCommand: ParsableCommand {
  /// Their names.
  static var switches: [String] { get }
}

extension String {
  fileprivate var isNegativeNumber: Bool { hasPrefix("-") && Double(self) != nil }
}
