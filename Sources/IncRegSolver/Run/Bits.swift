/// Floats that are saved as their bits, since text would round them, and since NaN has no form in JSON.
@propertyWrapper public struct Bits: Codable, Equatable, Sendable {
  /// The floats.
  public var wrappedValue: [Float]

  /// Wraps floats.
  public init(wrappedValue: [Float]) { self.wrappedValue = wrappedValue }

  /// Reads them.
  public init(from decoder: any Decoder) throws {
    wrappedValue = try [UInt32](from: decoder).map { Float(bitPattern: $0) }
  }

  /// Writes them.
  public func encode(to encoder: any Encoder) throws { try wrappedValue.map(\.bitPattern).encode(to: encoder) }
}
