import CaffeProto

/// Why compact values are none.
struct CompactFault: Error, Equatable {
  let problem: FormatError.Problem

  init(_ problem: FormatError.Problem) { self.problem = problem }

  init(_ text: String) { problem = .corrupt(text) }
}

/// Lists of ascending indices, one after the other, in bytes (`CompactValues.Coding`).
struct IndexLists {
  private let bytes: [UInt8]
  private let coding: CompactValues.Coding
  /// What the lists are of, in errors: rows or columns.
  private let name: String
  private var place = 0
  private var number = 0

  init(_ bytes: [UInt8], _ coding: CompactValues.Coding, name: String) {
    (self.bytes, self.coding, self.name) = (bytes, coding, name)
  }

  /// The next list, of indices below `count`.
  mutating func next(below count: Int) throws(CompactFault) -> [Int] {
    defer { number += 1 }
    return switch coding {
    case .bits: try bits(count)
    case .deltas: try deltas(count)
    }
  }

  /// Checks that nothing follows.
  func finish() throws(CompactFault) {
    guard place == bytes.count else {
      throw CompactFault("the lists of \(name) take \(place) bytes, but there are \(bytes.count)")
    }
  }

  private mutating func bits(_ count: Int) throws(CompactFault) -> [Int] {
    let size = (count + 7) / 8
    guard bytes.count - place >= size else {
      throw CompactFault(.truncated(needed: place + size, present: bytes.count))
    }
    defer { place += size }
    var indices: [Int] = []
    for byte in 0..<size where bytes[place + byte] != 0 {
      for bit in 0..<8 where bytes[place + byte] >> bit & 1 == 1 {
        try check(8 * byte + bit, below: count)
        indices.append(8 * byte + bit)
      }
    }
    return indices
  }

  private mutating func deltas(_ count: Int) throws(CompactFault) -> [Int] {
    let listed = try varint()
    guard listed <= count else {
      throw CompactFault("list \(number) of \(name) has \(listed) of \(count) indices")
    }
    var indices: [Int] = []
    for position in 0..<listed {
      let step = try varint()
      guard position > 0 else {
        try check(step, below: count)
        indices.append(step)
        continue
      }
      guard step > 0 else {
        throw CompactFault("list \(number) of \(name) does not ascend: index \(indices[position - 1]) is there twice")
      }
      let (index, overflow) = indices[position - 1].addingReportingOverflow(step)
      try check(overflow ? .max : index, below: count)
      indices.append(index)
    }
    return indices
  }

  private func check(_ index: Int, below count: Int) throws(CompactFault) {
    guard index < count else {
      throw CompactFault("list \(number) of \(name) has index \(index); expected indices below \(count)")
    }
  }

  private mutating func varint() throws(CompactFault) -> Int {
    guard let (value, length) = bytes.withUnsafeBytes({ $0.varint(at: place) }) else {
      throw CompactFault(.truncated(needed: place + 1, present: bytes.count))
    }
    place += length
    return Int(clamping: value)
  }
}

extension IndexLists {
  /// Lists of indices below `count`, in the coding that takes fewer bytes.
  static func encode(_ lists: [[Int]], below count: Int) -> (coding: CompactValues.Coding, bytes: [UInt8]) {
    let deltas = encode(lists, .deltas, below: count)
    return deltas.count < lists.count * ((count + 7) / 8)
      ? (.deltas, deltas) : (.bits, encode(lists, .bits, below: count))
  }

  /// Lists in a coding.
  static func encode(_ lists: [[Int]], _ coding: CompactValues.Coding, below count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for list in lists {
      switch coding {
      case .bits:
        let start = bytes.count
        bytes += [UInt8](repeating: 0, count: (count + 7) / 8)
        for index in list { bytes[start + index / 8] |= 1 << (index % 8) }
      case .deltas:
        bytes.appendVarint(UInt64(list.count))
        for (position, index) in list.enumerated() {
          bytes.appendVarint(UInt64(position == 0 ? index : index - list[position - 1]))
        }
      }
    }
    return bytes
  }
}
