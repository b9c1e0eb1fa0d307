import Base
import Engine
import NetIO
import NetModel

/// The image files of a list and their labels, over and over, in the list's order or a random one.
struct ImageList: Sendable {
  /// A file and its class.
  typealias Entry = ListedImage

  /// The files in the list's order.
  let entries: [Entry]

  /// Reads a list.
  ///
  /// - Throws: `LayerError/source(_:_:)`
  init(file: String) throws {
    entries = try reading(file) { try ListedImage.list(file) }
    guard !entries.isEmpty else { throw LayerError.source(file, "lists no image") }
  }

  /// Goes over the list's entries.
  struct Cursor {
    private let entries: [Entry]
    private var order: [Int]
    private var shuffler: RandomSource?
    private var next = 0

    /// - Parameters:
    ///   - list: the files
    ///   - seed: of the random order, which is drawn anew for every round; nil for the list's order
    ///   - start: how many entries were taken already
    init(_ list: ImageList, seed: UInt64?, start: Int) {
      entries = list.entries
      order = Array(entries.indices)
      shuffler = seed.map { RandomSource(seed: Int($0 >> 1)) }
      if shuffler != nil { for _ in 0...start / entries.count { shuffle() } }
      next = start % entries.count
    }

    /// The next entry.
    mutating func take() -> Entry {
      if next == order.count {
        shuffle()
        next = 0
      }
      next += 1
      return entries[order[next - 1]]
    }

    private mutating func shuffle() {
      if var shuffler { order.shuffle(using: &shuffler) }
    }
  }
}
