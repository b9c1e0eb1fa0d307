import Glibc

/// Writes handwritten-like digits in the files and the format of MNIST.
@main enum MakeDigits {
  static let usage = "usage: make-digits --out DIR [--train 20000] [--test 4000] [--seed 1]"

  static func main() {
    do {
      try run(Options(Array(CommandLine.arguments.dropFirst())))
    } catch {
      let message = "make-digits: \(error)\n"
      _ = message.withCString { write(STDERR_FILENO, $0, strlen($0)) }
      exit(1)
    }
  }

  static func run(_ options: Options) throws {
    guard mkdir(options.out, 0o777) == 0 || errno == EEXIST else {
      throw WriteError(path: options.out, action: "make the folder", code: errno)
    }
    // Streams of the two sets do not meet: no image is in both.
    for (name, count, first) in [("train", options.train, 0), ("t10k", options.test, 1 << 40)] {
      let (images, labels) = digits(count, seed: options.seed, first: UInt64(first))
      try writeFile(
        "\(options.out)/\(name)-images-idx3-ubyte", idx([count, Canvas.side, Canvas.side], images))
      try writeFile("\(options.out)/\(name)-labels-idx1-ubyte", idx([count], labels))
    }
    print("Wrote \(options.train) training and \(options.test) test digits to \(options.out)")
  }

  /// The images of `count` random digits and their labels.
  static func digits(_ count: Int, seed: UInt64, first: UInt64) -> (images: [UInt8], labels: [UInt8]) {
    var images: [UInt8] = []
    images.reserveCapacity(count * Canvas.side * Canvas.side)
    var labels: [UInt8] = []
    for index in 0..<count {
      var random = Randomness(seed: seed, stream: first + UInt64(index))
      let digit = random.below(10)
      images += render(digit, &random)
      labels.append(UInt8(digit))
    }
    return (images, labels)
  }
}

/// The command line.
struct Options {
  var out = ""
  var train = 20_000
  var test = 4_000
  var seed: UInt64 = 1

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let flag = rest.popFirst() {
      guard let value = rest.popFirst() else { throw UsageError("\(flag) needs a value") }
      switch flag {
      case "--out": out = value
      case "--train": train = try Self.count(flag, value)
      case "--test": test = try Self.count(flag, value)
      case "--seed": seed = UInt64(try Self.count(flag, value))
      default: throw UsageError("unknown option \(flag)")
      }
    }
    guard !out.isEmpty else { throw UsageError("--out is missing") }
  }

  private static func count(_ flag: String, _ value: String) throws -> Int {
    guard let count = Int(value), (0...10_000_000).contains(count) else {
      throw UsageError("\(flag) needs a number from 0 to 10000000, not '\(value)'")
    }
    return count
  }
}

/// A command line that cannot be understood.
struct UsageError: Error, CustomStringConvertible {
  let description: String
  init(_ cause: String) { description = "\(cause)\n\(MakeDigits.usage)" }
}
