/// Which records of a source a rank reads: of those that all ranks read for a batch each, in training every so manieth,
/// record i on rank i mod N; in tests a batch in one piece, so that the means of tests are those of one rank.
public struct DataShare: Sendable {
  private let rank: Int
  private let count: Int
  private let hasWholeBatches: Bool

  /// - Parameters:
  ///   - communicator: the ranks
  ///   - wholeBatches: whether the records of a batch lie together
  public init(_ communicator: any Communicator, wholeBatches: Bool) {
    (rank, count, hasWholeBatches) = (communicator.rank, communicator.count, wholeBatches)
  }

  /// The records of all ranks' batches.
  public func round(_ batch: Int) -> Int { batch * count }

  /// Where one of this rank's records lies among those.
  public func place(_ item: Int, of batch: Int) -> Int { hasWholeBatches ? rank * batch + item : item * count + rank }
}
