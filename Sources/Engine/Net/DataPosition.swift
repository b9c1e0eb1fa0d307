/// How far a data source has come: enough to go on from there as if nothing had happened.
public struct DataPosition: Hashable, Sendable {
  /// The records that were consumed since the start of the run.
  public var records = 0
  /// The state of the source's own random numbers; empty before the first batch.
  public var random: [UInt64] = []

  /// Makes a position, by default the start.
  public init(records: Int = 0, random: [UInt64] = []) {
    self.records = records
    self.random = random
  }
}

/// A layer whose source can be told where to go on, so that a resumed run sees the data an unbroken one sees.
public protocol PositionedLayer: Layer {
  /// What was consumed so far. Setting it makes the next pass go on from there.
  var position: DataPosition { get set }
}
