import CaffeProto
import NetModel

/// Which (made channel, read channel) blocks of a layer's weight hold anything but zeros: one pass over the weight
/// finds them, and what lives is counted from then on.
struct WeightBlocks {
  /// Channels that the weight makes.
  let made: Int
  /// Channels that it reads.
  let read: Int
  private var occupied: [Bool]
  /// Per read channel, how many made ones use it; per made channel, how many it uses. Removed ones do not count.
  private var users: [Int]
  private var uses: [Int]
  private var isMadeRemoved: [Bool]
  private var isReadRemoved: [Bool]

  /// - Parameters:
  ///   - made: channels that the weight makes
  ///   - read: channels that it reads
  ///   - occupied: by made channel and then by read channel: whether a block holds anything but zeros
  private init(made: Int, read: Int, occupied: [Bool]) {
    (self.made, self.read, self.occupied) = (made, read, occupied)
    isMadeRemoved = [Bool](repeating: false, count: made)
    isReadRemoved = [Bool](repeating: false, count: read)
    users = (0..<read).map { r in (0..<made).count { occupied[$0 * read + r] } }
    uses = (0..<made).map { m in (0..<read).count { occupied[m * read + $0] } }
  }

  /// Looks for what is not zero.
  ///
  /// - Parameters:
  ///   - values: the weight, row-major
  ///   - shape: its shape
  ///   - maker: the axis of made channels
  ///   - reader: the axis of read channels
  ///   - spread: slices of the reader axis per read channel
  ///   - blocks: how many blocks of a group convolution share out both; if more than one, made channels are on axis 0
  static func occupied(
    in values: Floats, shape: Shape, maker: Int, reader: Int, spread: Int, blocks: Int = 1
  ) -> WeightBlocks {
    precondition(maker + reader == 1, "a weight's channel axes are its first two")
    let (made, block, filters) = (shape[maker], shape[reader] / spread, shape[maker] / blocks)
    let columns = block * blocks
    var occupied = [Bool](repeating: false, count: made * columns)
    // Slices of one read channel lie together where it is read on axis 1.
    let run = reader == 1 ? spread : 1
    let size = shape.count(from: 2) * run
    let perRow = shape[1] / run
    values.withUnsafeBufferPointer { buffer in
      var at = 0
      for outer in 0..<shape[0] {
        for next in 0..<perRow {
          var k = at
          while k < at + size, buffer[k] == 0 { k += 1 }
          if k < at + size {
            let (m, r) = maker == 0 ? (outer, outer / filters * block + next) : (next, outer / spread)
            occupied[m * columns + r] = true
          }
          at += size
        }
      }
    }
    return WeightBlocks(made: made, read: columns, occupied: occupied)
  }

  /// Whether made channel `m` uses read channel `r`.
  subscript(m: Int, r: Int) -> Bool { occupied[m * read + r] }

  /// Whether any made channel that stays uses read channel `r`.
  func isUsed(_ r: Int) -> Bool { users[r] > 0 }

  /// Whether made channel `m` uses any read channel that stays.
  func usesAny(_ m: Int) -> Bool { uses[m] > 0 }

  /// Takes a made channel out of the counts.
  mutating func remove(made m: Int) {
    guard !isMadeRemoved[m] else { return }
    isMadeRemoved[m] = true
    for r in 0..<read where occupied[m * read + r] { users[r] -= 1 }
  }

  /// Takes a read channel out of the counts.
  mutating func remove(read r: Int) {
    guard !isReadRemoved[r] else { return }
    isReadRemoved[r] = true
    for m in 0..<made where occupied[m * read + r] { uses[m] -= 1 }
  }
}
