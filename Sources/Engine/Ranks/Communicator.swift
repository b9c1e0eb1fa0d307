/// The ranks that train one net together, each on its part of the data, as one of them sees them.
///
/// All ranks hold the same weights and so do the same: they call these functions in the same order.
public protocol Communicator: AnyObject {
  /// The number of this rank, from 0.
  var rank: Int { get }
  /// How many ranks there are.
  var count: Int { get }
  /// How long a rank waits for another before it takes that for lost.
  var patience: Duration { get set }

  /// What each rank gives, in the order of ranks; all give as many numbers.
  ///
  /// - Throws: ``RankError`` where a rank does not answer
  func gather(_ values: [Double]) throws -> [[Double]]

  /// Begins to replace floats by their means over all ranks: added in the order of ranks, so that they are the same to
  /// the last bit however the ranks are spread over machines. Until ``finishMeans()`` nobody else may touch them.
  func beginMean(of values: MutableFloatView) throws

  /// Lets what was begun go on, without waiting.
  func progress() throws

  /// Waits until all that was begun is there.
  func finishMeans() throws
}

/// Ranks that do not get on together.
public enum RankError: Error, Equatable {
  /// A rank is not like rank 0: its number, and in what.
  case differs(rank: Int, String)
  /// A rank did not answer for some seconds: its number.
  case silent(rank: Int, seconds: Int)
  /// A rank has ended: its number, and what it said.
  case ended(rank: Int, cause: String)
  /// The ranks cannot be reached at all.
  case unreachable(String)
}

extension RankError: CustomStringConvertible {
  /// Rank and cause in one line.
  public var description: String {
    switch self {
    case .differs(let rank, let what): "rank \(rank) and rank 0 differ in \(what)"
    case .silent(let rank, let seconds): "rank \(rank) has not answered for \(seconds) s"
    case .ended(let rank, let cause): "rank \(rank) has ended: \(cause)"
    case .unreachable(let cause): "no ranks: \(cause)"
    }
  }
}

extension Communicator {
  /// Whether this rank logs, saves and decides.
  public var isFirst: Bool { rank == 0 }

  /// Waits for all ranks.
  public func meet() throws { _ = try gather([]) }

  /// The mean over ranks of each number; where all ranks give the same float, it is that.
  public func means(of values: [Float]) throws -> [Float] {
    guard count > 1, !values.isEmpty else { return values }
    let all = try gather(values.map(Double.init))
    return values.indices.map { index in Float(all.reduce(0) { $0 + $1[index] } / Double(count)) }
  }

  /// Makes sure that all ranks have the same texts for some things.
  ///
  /// - Throws: ``RankError/differs(rank:_:)`` with the first thing in which a rank differs, on all ranks
  public func compare(_ things: [(name: String, text: String)]) throws {
    try compare(things.map { ($0.name, $0.text.utf8.lazy.map(UInt64.init).mixed) })
  }

  /// Makes sure that all ranks have the same hashes for some things.
  public func compare(_ things: [(name: String, hash: UInt64)]) throws {
    let all = try gather(things.flatMap { [Double($0.hash >> 32), Double($0.hash & 0xFFFF_FFFF)] })
    for (index, thing) in things.enumerated() {
      let rank = all.indices.first { all[$0][2 * index...2 * index + 1] != all[0][2 * index...2 * index + 1] }
      if let rank { throw RankError.differs(rank: rank, thing.name) }
    }
  }

  /// Does something on rank 0 first, then on all others: what that leaves behind they find.
  public func firstAhead<Result>(_ body: () throws -> Result) throws -> Result {
    if !isFirst { try meet() }
    let result = try body()
    if isFirst { try meet() }
    return result
  }
}

extension Sequence<UInt64> {
  /// A hash of the words in their order (FNV-1a).
  public var mixed: UInt64 { reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01B3 } }
}

extension MutableFloatView {
  /// Becomes the mean of `parts`, added in their order.
  public func setToMean(of parts: [FloatView]) {
    copy(parts[0])
    for part in parts.dropFirst() { add(1, times: part) }
    multiply(by: 1 / Float(parts.count))
  }
}

extension Int {
  /// The `index`th of `count` parts, as equal as can be.
  public func part(_ index: Int, of count: Int) -> Range<Int> { self * index / count..<self * (index + 1) / count }
}
