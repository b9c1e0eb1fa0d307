/// The living groups of a layer in the order of a key that changes little from call to call.
struct RankOrder {
  /// The key in the upper half, monotonic over all floats, and the group in the lower one.
  private var keys: [UInt64] = []
  private var scratch: [UInt64] = []

  /// Steps per group that a sort of what is nearly sorted may take.
  private static let steps = 4

  /// Sorts by ascending key and, where keys are equal, by index.
  ///
  /// Pruned groups are left out: the original gives them negative keys, so that they take the first places, which comes
  /// to the same for everybody else. A method sorts every layer twice in every iteration; from scratch that would take
  /// nearly as long as updating the weights.
  ///
  /// - Returns: the number of living groups
  mutating func sort(_ values: [Float], prunedAt: [Int?]) -> Int {
    let living = prunedAt.count { $0 == nil }
    guard living != keys.count || !refresh(values, prunedAt) else { return living }
    keys.removeAll(keepingCapacity: true)
    for group in values.indices where prunedAt[group] == nil { keys.append(Self.key(group, values)) }
    scratch = keys
    for byte in stride(from: 0, to: 4, by: 2) {
      Self.sort(keys, by: byte, into: &scratch)
      Self.sort(scratch, by: byte + 1, into: &keys)
    }
    return living
  }

  /// Inserts the new keys in the last order; false where that takes too long, or groups have been pruned.
  private mutating func refresh(_ values: [Float], _ prunedAt: [Int?]) -> Bool {
    var steps = Self.steps * keys.count
    var keys = keys.mutableSpan
    for place in keys.indices {
      let group = Self.group(keys[place])
      guard prunedAt[group] == nil else { return false }
      let key = Self.key(group, values)
      var gap = place
      while gap > 0, keys[gap - 1] > key {
        keys[gap] = keys[gap - 1]
        gap -= 1
      }
      keys[gap] = key
      steps -= place - gap
      guard steps >= 0 else { return false }
    }
    return true
  }

  /// Sorts by a byte of the upper halves; equal ones stay in their order.
  private static func sort(_ unsorted: [UInt64], by byte: Int, into sorted: inout [UInt64]) {
    var counts = [Int](repeating: 0, count: 256)
    let keys = unsorted.span
    var places = counts.mutableSpan
    var result = sorted.mutableSpan
    for index in keys.indices { places[digit(byte, of: keys[index])] += 1 }
    var place = 0
    for value in 0..<256 { (places[value], place) = (place, place + places[value]) }
    for index in keys.indices {
      let value = digit(byte, of: keys[index])
      result[places[value]] = keys[index]
      places[value] += 1
    }
  }

  private static func digit(_ byte: Int, of key: UInt64) -> Int {
    Int(truncatingIfNeeded: key >> UInt64(32 + 8 * byte)) & 0xff
  }

  private static func key(_ group: Int, _ values: [Float]) -> UInt64 {
    let bits = values[group].bitPattern
    return UInt64(bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits) << 32 | UInt64(group)
  }

  private static func group(_ key: UInt64) -> Int { Int(truncatingIfNeeded: key & 0xffff_ffff) }

  /// The group at a place of the last sort.
  subscript(place: Int) -> Int { Self.group(keys[place]) }
}
