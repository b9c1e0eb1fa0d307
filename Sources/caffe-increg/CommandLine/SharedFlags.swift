/// The flags of the program `caffe` (tools/caffe.cpp), which takes all of them with every action, though an action reads
/// only some.
enum SharedFlags {
  private static let actions = ["train", "test", "time", "device_query"]
  private static let names = [
    "gpu", "solver", "model", "phase", "level", "stage", "snapshot", "weights", "iterations", "sigint_effect",
    "sighup_effect",
  ]

  /// A command line without a flag that its action does not read, and without the flag's value.
  ///
  /// - Parameters:
  ///   - line: normalised
  ///   - flag: with its dashes
  ///   - action: the command
  /// - Returns: nil where the flag is not one that `caffe` takes there
  static func line(_ line: [String], without flag: String, of action: String) -> [String]? {
    guard actions.contains(action), names.contains(where: { "--\($0)" == flag }),
      let place = line.firstIndex(where: { $0 == flag || $0.hasPrefix(flag + "=") })
    else { return nil }
    let end = line[place] == flag ? place + 2 : place + 1
    guard end <= line.count else { return nil }
    return Array(line[..<place] + line[end...])
  }
}
