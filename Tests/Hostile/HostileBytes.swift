import Base

/// Bytes as strangers may send them, the same for the same seed.
public struct HostileBytes {
  private let random: RandomSource

  /// A stream of them.
  public init(seed: Int) { random = RandomSource(seed: seed) }

  /// A number below `bound`.
  public func number(below bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

  /// One of some values.
  public func pick<T>(_ values: [T]) -> T { values[number(below: values.count)] }

  /// Bytes that mean nothing.
  public func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(number(below: 256)) } }

  /// A file with some bits turned over, bytes overwritten, parts cut out, doubled or lost at the end.
  public func damaged(_ whole: [UInt8]) -> [UInt8] {
    var bytes = whole
    for _ in 0...number(below: 4) where !bytes.isEmpty {
      let place = number(below: bytes.count)
      let part = place..<min(bytes.count, place + 1 + number(below: 40))
      switch number(below: 6) {
      case 0: bytes[place] ^= 1 << UInt8(number(below: 8))
      case 1: bytes[place] = pick([0, 1, 0x7f, 0x80, 0xff])
      case 2: bytes.replaceSubrange(part, with: noise(part.count))
      case 3: bytes.removeSubrange(part)
      case 4: bytes.insert(contentsOf: Array(bytes[part]), at: place)
      default: bytes.removeLast(number(below: min(bytes.count, 64)))
      }
    }
    return bytes
  }

  /// Records in protobuf's wire format with numbers that caffe.proto uses, in any form and nesting.
  public func records(depth: Int = 0) -> [UInt8] {
    (0..<number(below: 6)).flatMap { _ in record(depth) }
  }

  private func record(_ depth: Int) -> [UInt8] {
    let numbers = [1, 2, 3, 4, 5, 6, 7, 8, 10, 50, 100, 106, 148, 1000, 1001, 1148, number(below: 1 << 11) + 1]
    let form = pick([0, 0, 1, 2, 2, 2, 2, 5])
    let tag = varint(pick(numbers) << 3 | form)
    switch form {
    case 0: return tag + varint(pick([0, 1, 2, 127, 1 << 31, Int.max, number(below: 1 << 20)]))
    case 1: return tag + noise(8)
    case 5: return tag + noise(4)
    default:
      let content = depth < 4 && number(below: 3) > 0 ? records(depth: depth + 1) : noise(number(below: 12))
      return tag + varint(content.count + (number(below: 40) == 0 ? 1 : 0)) + content
    }
  }

  private func varint(_ value: Int) -> [UInt8] {
    var (rest, bytes) = (UInt64(value), [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
