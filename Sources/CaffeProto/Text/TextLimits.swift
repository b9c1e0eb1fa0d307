/// How much a text may ask for.
public struct TextLimits: Sendable {
  /// Largest number of bytes.
  public var bytes = 1 << 30
  /// Deepest nesting of messages.
  public var depth = 100
  /// Largest number of messages in messages: what keeps a small file from filling the memory.
  public var messages = 1 << 18

  /// The limits that suit nets.
  public init() {}
}
