/// How much a text may ask for.
public struct TextLimits: Sendable {
  /// Largest number of bytes.
  public var bytes = 1 << 30
  /// Deepest nesting of messages.
  public var depth = 100
  /// Largest number of messages in messages: what keeps a small file from filling the memory.
  public var messages = 1 << 18

  /// Most bytes of memory per byte of the text, beside ``spareMemory``.
  public var memoryPerByte = 3
  /// Bytes of memory that any text may take.
  public var spareMemory = 64 << 20

  /// The limits that suit nets.
  public init() {}

  /// The memory that a text of so many bytes may take.
  func memory(for bytes: Int) -> Int { memoryPerByte * bytes + spareMemory }
}
