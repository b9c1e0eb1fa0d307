import CaffeProto
import Engine

/// How the iterations of a run come in epochs.
public struct Epochs: Hashable, Sendable {
  /// The iterations of an epoch.
  public var length: Int
  /// The epochs of the run, the last of which may be cut off.
  public var total: Int

  /// Makes epochs of at least one iteration.
  public init(length: Int, total: Int) {
    precondition(length > 0, "epochs of \(length) iterations")
    (self.length, self.total) = (length, total)
  }

  /// The epoch of an iteration, both counted from 0.
  public func epoch(at iteration: Int) -> Int { iteration / length }

  /// Whether an epoch is complete with the update of an iteration.
  public func ends(after iteration: Int) -> Bool { (iteration + 1) % length == 0 }
}

extension Epochs {
  /// An epoch is `epoch_iters` iterations, or as many as read each sample of the data once, at least: of several
  /// sources the largest counts. Passes that a hook adds do not count.
  ///
  /// - Returns: nil where neither the run nor its data says it
  init?(_ parameter: SolverParameter, _ net: Net, ranks: Int) {
    // The data is asked only where it has to say it: counting samples may open files.
    guard let length = parameter.hasEpochIters ? parameter.epochIters : Self.longest(net, parameter.iterSize * ranks)
    else {
      return nil
    }
    self.init(length: length, total: parameter.maxIter.dividedUp(by: length))
  }

  private static func longest(_ net: Net, _ passes: Int) -> Int? {
    net.layers.compactMap { running -> Int? in
      guard let source = running.layer as? any SampledLayer, let samples = source.samples else { return nil }
      return samples.dividedUp(by: source.batch * passes)
    }.max()
  }
}

extension Int {
  /// The quotient of numbers that are not negative, rounded up.
  fileprivate func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
