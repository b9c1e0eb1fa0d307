/// Rewrites a command line in the spellings that Caffe's tools (gflags) take into those of the argument parser.
///
/// - `-solver x` and `-solver=x` become `--solver x` and `--solver=x`; single letters stay as they are.
/// - Flags before the command move behind it.
/// - A negative number after a flag is its value: `-gpu -1` becomes `--gpu=-1`.
/// - `--logtostderr` and `--alsologtostderr`, with or without a value, say what happens anyway and are dropped.
///
/// - Parameters:
///   - arguments: without the program's name
///   - commands: the names of the commands
func normalized(_ arguments: [String], commands: [String]) -> [String] {
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
      if command.isEmpty, commands.contains(argument) { command = [argument] } else { rest.append(argument) }
      continue
    }
    let body = argument.drop { $0 == "-" }
    let name = body.prefix { $0 != "=" }
    if ["logtostderr", "alsologtostderr"].contains(name) { continue }
    let flag = name.count == 1 ? argument : "--\(body)"
    if !body.contains("="), index < arguments.count, arguments[index].isNegativeNumber {
      rest.append("\(flag)=\(arguments[index])")
      index += 1
    } else {
      rest.append(flag)
    }
  }
  return command + rest
}

extension String {
  fileprivate var isNegativeNumber: Bool { hasPrefix("-") && Double(self) != nil }
}
