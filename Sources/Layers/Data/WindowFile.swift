import NetModel

/// A window file: images and the windows in them, in the form that R-CNN writes.
struct WindowFile: Sendable {
  /// A window of an image, its last column and row included.
  struct Window: Hashable, Sendable {
    /// The image's place in `WindowFile/images`.
    var image: Int
    /// The class; 0 for background.
    var label: Int
    /// First column.
    var x1: Int
    /// First row.
    var y1: Int
    /// Last column.
    var x2: Int
    /// Last row.
    var y2: Int
  }

  /// The images' paths.
  private(set) var images: [String] = []
  /// Windows that hold an object.
  private(set) var foreground: [Window] = []
  /// Windows that do not.
  private(set) var background: [Window] = []

  /// Reads a file: per image `# index path channels height width count`, then count times `class overlap x1 y1 x2 y2`.
  ///
  /// - Parameters:
  ///   - path: the file
  ///   - objects: windows with at least this overlap hold an object
  ///   - others: windows with less than this overlap are background; those between are left out
  /// - Throws: `LayerError/source(_:_:)` with the line
  init(_ path: String, objects: Float, others: Float) throws {
    var words = Words(path, try lines(of: path))
    while try words.skip("#") {
      let index = try words.integer("an image's index")
      guard index == images.count else { throw words.error("image \(index) instead of \(images.count)") }
      images.append(String(try words.word("an image's path")))
      for what in ["channels", "height", "width"] { _ = try words.integer(what) }
      let count = try words.integer("the number of windows")
      guard count >= 0 else { throw words.error("\(count) windows") }
      for _ in 0..<count {
        let label = try words.integer("a class")
        let overlap = try words.number("an overlap") { Float($0) }
        let corners = try ["x1", "y1", "x2", "y2"].map { try words.integer($0) }
        guard corners.allSatisfy({ $0.magnitude < 1 << 30 }), corners[0] <= corners[2], corners[1] <= corners[3] else {
          throw words.error("no window has the corners \(corners)")
        }
        let window = Window(
          image: index, label: label, x1: corners[0], y1: corners[1], x2: corners[2], y2: corners[3])
        if overlap >= objects {
          guard label > 0 else { throw words.error("an object of class \(label)") }
          foreground.append(window)
        } else if overlap < others {
          background.append(window)
          background[background.count - 1].label = 0
        }
      }
    }
    guard !foreground.isEmpty, !background.isEmpty else {
      throw LayerError.source(
        path, "has \(foreground.count) windows of objects and \(background.count) of background: both are needed")
    }
  }
}

/// The words of a file, one after the other.
private struct Words {
  private let path: String
  private let words: [(line: Int, word: Substring)]
  private var next = 0

  init(_ path: String, _ lines: [Substring]) {
    self.path = path
    words = lines.enumerated().flatMap { line, text in
      text.split(whereSeparator: \.isWhitespace).map { (line + 1, $0) }
    }
  }

  func error(_ cause: String) -> LayerError {
    let line = words.isEmpty ? 0 : words[min(max(next - 1, 0), words.count - 1)].line
    return .source(path, "line \(line): \(cause)")
  }

  /// Passes over a word that must be there unless the file is at its end.
  mutating func skip(_ word: Substring) throws -> Bool {
    guard next < words.count else { return false }
    let found = try self.word("'\(word)'")
    guard found == word else { throw error("'\(found)' instead of '\(word)'") }
    return true
  }

  mutating func word(_ what: String) throws -> Substring {
    guard next < words.count else { throw error("the file ends before \(what)") }
    next += 1
    return words[next - 1].word
  }

  mutating func integer(_ what: String) throws -> Int { try number(what) { Int($0) } }

  mutating func number<T>(_ what: String, _ make: (Substring) -> T?) throws -> T {
    let word = try word(what)
    guard let number = make(word) else { throw error("'\(word)' is not \(what)") }
    return number
  }
}
