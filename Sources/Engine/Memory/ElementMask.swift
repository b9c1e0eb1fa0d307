import CKernels

/// Which elements of an array stay, each for itself.
public struct ElementMask: Hashable, Sendable {
  /// The number of elements.
  public let count: Int
  /// A bit per element, 1 where it stays: 64 of them a word, the first one lowest. Behind the last element all are 0.
  public private(set) var words: [UInt64]

  /// All elements stay.
  public init(count: Int) {
    self.count = count
    words = [UInt64](repeating: .max, count: (count + 63) / 64)
    if count % 64 != 0 { words[words.count - 1] = (1 << (count % 64)) - 1 }
  }

  /// The mask that `words` were taken of; nil where they cannot be those of `count` elements.
  public init?(count: Int, words: [UInt64]) {
    guard count >= 0, words.count == (count + 63) / 64 else { return nil }
    let all = ElementMask(count: count).words
    guard zip(words, all).allSatisfy({ $0 & ~$1 == 0 }) else { return nil }
    (self.count, self.words) = (count, words)
  }

  /// The elements that are not zero stay.
  public init(nonzeros values: FloatView) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() where value == 0 { set(index, stays: false) }
  }

  /// The number of elements that stay.
  public var kept: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether an element stays.
  public func keeps(_ index: Int) -> Bool {
    precondition(index >= 0 && index < count, "element \(index) of \(count)")
    return words[index / 64] >> (index % 64) & 1 == 1
  }

  /// Lets an element stay or go.
  public mutating func set(_ index: Int, stays: Bool) {
    precondition(index >= 0 && index < count, "element \(index) of \(count)")
    if stays { words[index / 64] |= 1 << (index % 64) } else { words[index / 64] &= ~(1 << (index % 64)) }
  }

  /// Sets the elements that do not stay to zero.
  public func apply(to values: MutableFloatView) {
    precondition(values.count == count, "\(values.count) floats for a mask of \(count)")
    words.withUnsafeBufferPointer { ck_keep_bits(count, $0.baseAddress, values.pointer) }
  }
}
