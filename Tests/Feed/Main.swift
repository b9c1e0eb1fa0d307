import Glibc
import Hostile

/// Feeds what reads files, in this process:
///
///     feed                                     the targets' names
///     feed WAY TARGET COUNT FIRST FILE ...     inputs number FIRST, FIRST + 1, ... made from the files, WAY being
///                                              damage or mutate
///     feed show WAY TARGET NUMBER FILE ...     one of these inputs, on standard output
///     feed write WAY TARGET COUNT FIRST FILE ...
///                                              such inputs, each with what was read, written again: two records, each
///                                              behind its length (4 bytes, little-endian); -1 where it was an error
///     feed replay TARGET FILE ...              the files
///     feed words                               the words of all messages, a dictionary for libFuzzer
///
/// Says how many were values and how many errors, and the memory at the peak. Whatever else happens ends the process; the
/// number of the last hundred that was begun then stands on standard error. An input may take 25 seconds.
@main enum Feed {
  static func main() {
    var words = Array(CommandLine.arguments.dropFirst())
    guard !words.isEmpty else { return print(FuzzTargets.all.keys.sorted().joined(separator: "\n")) }
    if words == ["words"] { return print(FuzzTargets.dictionary) }
    let (shows, writes) = (words[0] == "show", words[0] == "write")
    if shows || writes { words.removeFirst() }
    guard words.count >= 2, FuzzTargets.all[words[1]] != nil || words[0] == "replay" else {
      return fail("see Main.swift")
    }
    if words[0] == "replay" { return replay(words[1], Array(words[2...])) }
    guard let way = HostileInput.Way(rawValue: words[0]), words.count >= (shows ? 3 : 4) else {
      return fail("see Main.swift")
    }
    let files = words[(shows ? 3 : 4)...].map(content)
    let inputs = HostileInput(words[1], way, seeds: files)
    if shows {
      let bytes = inputs.bytes(Int(words[2]) ?? 0)
      put(bytes)
      return
    }
    if writes { return write(words[1], inputs, count: Int(words[2]) ?? 0, first: Int(words[3]) ?? 0) }
    feed(words[1], inputs, count: Int(words[2]) ?? 0, first: Int(words[3]) ?? 0)
  }

  private static func feed(_ target: String, _ inputs: HostileInput, count: Int, first: Int) {
    var values = 0
    for number in first..<first + count {
      if number % 100 == 0 || number == first { say("\(number)") }
      alarm(25)
      if FuzzTargets.isValue(target, inputs.bytes(number)) { values += 1 }
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    print("\(target): \(count) inputs, \(values) values, \(count - values) errors, \(usage.ru_maxrss / 1024) MiB")
  }

  private static func write(_ target: String, _ inputs: HostileInput, count: Int, first: Int) {
    for number in first..<first + count {
      let input = inputs.bytes(number)
      for record in [input, (try? FuzzTargets.rewritten(target, input)) ?? nil] {
        put(withUnsafeBytes(of: Int32(record?.count ?? -1).littleEndian, Array.init) + (record ?? []))
      }
    }
  }

  /// Writes bytes to standard output, through the buffer that `print` has.
  private static func put(_ bytes: [UInt8]) { for byte in bytes { putchar_unlocked(Int32(byte)) } }

  private static func say(_ line: String) {
    var text = line + "\n"
    text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  private static func replay(_ target: String, _ files: [String]) {
    for file in files { print("\(file): \(FuzzTargets.isValue(target, content(file)) ? "a value" : "an error")") }
  }

  private static func content(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else {
      fail("cannot read \(path)")
      return []
    }
    defer { fclose(file) }
    var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes
  }

  private static func fail(_ why: String) {
    say("feed: \(why)")
    exit(2)
  }
}
