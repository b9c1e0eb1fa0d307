/// Sorts the living groups of a layer, keeping its memory from call to call.
struct RankOrder {
  private var keys: [UInt64] = []

  /// The living groups by ascending key and, where keys are equal, by index.
  ///
  /// Pruned groups are left out: the original gives them negative keys, so that they take the first places, which comes
  /// to the same for everybody else.
  mutating func sort(_ values: [Float], prunedAt: [Int?]) -> Int {
    keys.removeAll(keepingCapacity: true)
    for group in values.indices where prunedAt[group] == nil {
      let bits = values[group].bitPattern
      // Monotonic over all floats, negative ones included.
      let key = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
      keys.append(UInt64(key) << 32 | UInt64(group))
    }
    keys.sort()
    return keys.count
  }

  /// The group at a place of the last sort.
  subscript(place: Int) -> Int { Int(keys[place] & 0xffff_ffff) }
}
