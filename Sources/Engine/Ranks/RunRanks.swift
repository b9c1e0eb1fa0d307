import Base

/// A run on several ranks, as its layers see it.
public final class RunRanks {
  /// Reaches the others.
  public let communicator: any Communicator
  /// Whether normalisations take the statistics of all ranks' batches together.
  public let synchronizesBatchNorm: Bool
  /// How long a rank waits for another in training, before it takes that for lost.
  public let patience: Duration
  /// What random numbers belong to, besides their sample: the pass that runs.
  public var pass = (iteration: 0, number: 0)
  private var keys: UInt64 = 0

  /// Makes a run's ranks.
  public init(_ communicator: any Communicator, synchronizesBatchNorm: Bool = false, patience: Duration = .seconds(30))
  {
    (self.communicator, self.synchronizesBatchNorm) = (communicator, synchronizesBatchNorm)
    self.patience = patience
  }

  /// A number for a layer that draws, the same on all ranks.
  public func makeKey(_ random: RandomSource) -> SampleKey {
    keys += 1
    return SampleKey(words: random.snapshot + [keys])
  }

  /// Random numbers for a sample of this rank's batch in the pass that runs: the same on however many ranks.
  public func random(_ key: SampleKey, sample: Int) -> RandomSource {
    let global = sample * communicator.count + communicator.rank
    return key.random([pass.iteration, pass.number, global])
  }
}
