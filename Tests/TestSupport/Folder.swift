import Glibc

/// Files that tests read: below the package's `Tests`.
public enum TestFiles {
  /// The package's `Tests/Golden`.
  public static var golden: String { parent(of: parent(of: #filePath)) + "/Golden" }

  /// The names in a folder, sorted, without the extension that they must have.
  public static func names(in folder: String, extension suffix: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".\(suffix)") { names.append(String(name.dropLast(suffix.utf8.count + 1))) }
    }
    return names.sorted()
  }

  private static func parent(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }
}
