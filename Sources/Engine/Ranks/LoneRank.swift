/// The only rank of a run: its gradients are the means.
public final class LoneRank: Communicator {
  /// 0.
  public let rank = 0
  /// 1.
  public let count = 1
  /// Nobody is waited for.
  public var patience = Duration.zero

  /// Makes it.
  public init() {}

  /// What this rank gives.
  public func gather(_ values: [Double]) -> [[Double]] { [values] }
  /// Nothing to do.
  public func beginMean(of values: MutableFloatView) {}
  /// Nothing to do.
  public func progress() {}
  /// Nothing to do.
  public func finishMeans() {}
}
