extension String {
  /// What comes behind a path's last slash.
  package var lastComponent: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }

  /// The folder that a path's last component is in.
  package var parentFolder: String {
    lastIndex(of: "/").map { $0 == startIndex ? "/" : String(self[..<$0]) } ?? "."
  }

  /// A path without the ending of its last component.
  package var withoutEnding: String {
    guard let point = lastIndex(of: "."), point > (lastIndex(of: "/") ?? startIndex) else { return self }
    return String(self[..<point])
  }
}
