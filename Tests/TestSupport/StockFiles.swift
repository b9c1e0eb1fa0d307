import Foundation

/// The prototxts of stock Caffe's and caffe_increg's source trees, which lie outside of this package: `CAFFE_SOURCE` and
/// `INCREG_SOURCE` say where.
public enum StockFiles {
  /// One of them.
  public struct File: Sendable, CustomStringConvertible {
    /// Where it lies.
    public let path: String
    /// Its path in its tree, behind the variable's name.
    public let name: String
    /// As tests show it.
    public var description: String { name }
    /// Whether it is a solver and not a net, by its name.
    public var isSolver: Bool { name.split(separator: "/").last?.contains("solver") ?? false }
  }

  /// All nets and solvers of `models/`, `examples/` and `compression_experiments/`, but for those with Python layers;
  /// without the trees none, and a word about it.
  public static let all: [File] = [
    "CAFFE_SOURCE": ["models", "examples"], "INCREG_SOURCE": ["compression_experiments"],
  ]
  .sorted { $0.key < $1.key }.flatMap { variable, folders in
    guard let root = ProcessInfo.processInfo.environment[variable], !root.isEmpty else {
      print("SKIPPED: \(variable) is not set, its prototxts are not compared with anything")
      return [File]()
    }
    return folders.flatMap { folder -> [File] in
      let names = FileManager.default.enumerator(atPath: "\(root)/\(folder)")?.compactMap { $0 as? String } ?? []
      return names.filter { $0.hasSuffix(".prototxt") }.sorted().compactMap { name in
        let path = "\(root)/\(folder)/\(name)"
        let text = try? readText(path)
        if text?.contains(/type: *['"]Python['"]/) ?? false { return nil }
        return File(path: path, name: "\(variable)/\(folder)/\(name)")
      }
    }
  }
}
