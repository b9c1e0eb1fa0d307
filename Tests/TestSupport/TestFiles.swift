import Foundation

/// Files that tests read.
public enum TestFiles {
  /// The package's folder.
  public static let package = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

  /// The package's `Tests/Golden`, whose READMEs say where the numbers come from.
  public static let golden = package + "/Tests/Golden"

  /// The names in a folder, sorted, without the extension that they must have.
  public static func names(in folder: String, extension suffix: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".\(suffix)") }.map { String($0.dropLast(suffix.count + 1)) }.sorted()
  }

  /// The folder of the material that lies beside the package and is no part of it; it may be absent.
  public static let sharedFolder = package + "/../shared"

  /// A file of that material; nil, and a word about it, where it is absent.
  public static func shared(_ name: String, test: String = #function) -> String? {
    let path = sharedFolder + "/" + name
    if FileManager.default.fileExists(atPath: path) { return path }
    print("SKIPPED \(test): there is no ../shared/\(name) beside the package")
    return nil
  }
}
