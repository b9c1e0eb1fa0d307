/// Sorts the living groups of a layer, keeping its memory from call to call.
struct RankOrder {
  private var keys: [UInt64] = []
  private var scratch: [UInt64] = []

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
    sortByKey()
    return keys.count
  }

  /// Sorts by the upper halves, byte by byte from the lowest; equal ones stay in the order of their indices. A method
  /// sorts every layer twice in every iteration, where comparing would take as long as updating the weights.
  private mutating func sortByKey() {
    if scratch.count != keys.count { scratch = keys }
    for shift in stride(from: 32, to: 64, by: 8) {
      var places = [Int](repeating: 0, count: 257)
      for key in keys { places[Int(key >> shift & 0xff) + 1] += 1 }
      for byte in 1..<257 { places[byte] += places[byte - 1] }
      for key in keys {
        let byte = Int(key >> shift & 0xff)
        scratch[places[byte]] = key
        places[byte] += 1
      }
      swap(&keys, &scratch)
    }
  }

  /// The group at a place of the last sort.
  subscript(place: Int) -> Int { Int(keys[place] & 0xffff_ffff) }
}
