import Engine
import NetModel
import Pruning

/// What passes of a net over its own data have shown.
public struct Observations: Sendable {
  /// Mean gradients of the parameters over the batches, by layer and blob; nil where no backward pass was made.
  var gradients: [String: [[Float]]]?
  /// What the channels held; nil where no pass was made.
  var activity: ChannelActivity?

  /// No passes yet.
  public init() {}
}

extension EvidenceNeeds {
  /// Whether weights alone do not do, so that the net has to run.
  public var needData: Bool { !isDisjoint(with: [.gradients, .activations]) }
}

extension DataNet {
  /// What a net is used for where an importance has these needs.
  public static func use(_ needs: EvidenceNeeds) -> NetUse {
    NetUse(gradients: needs.contains(.gradients), keepsBlobs: true)
  }

  /// Runs over batches from where the data stands, backward too where gradients are needed.
  ///
  /// - Parameter progress: gets the number of batches that are done, after each
  /// - Throws: ``PruneError/noObjective`` where gradients are needed, but no top has a loss weight
  public func observe(
    _ needs: EvidenceNeeds, batches: Int, progress: (Int) -> Void = { _ in }
  ) throws -> Observations {
    let differentiates = needs.contains(.gradients)
    guard !differentiates || net.description.layers.contains(where: { $0.lossWeights.contains { $0 != 0 } }) else {
      throw PruneError.noObjective
    }
    var activity = ChannelActivity()
    let blobs = needs.contains(.activations) ? Set(net.description.blobs.map(\.name)) : []
    net.clearParameterDiffs()
    for batch in 0..<batches {
      try net.forward(observing: blobs, &activity)
      if differentiates { try net.backward() }
      progress(batch + 1)
    }
    var result = Observations()
    result.activity = activity
    guard differentiates else { return result }
    let gradients = net.layers.map { layer in
      let means = layer.layer.blobs.map { $0.plainDiff.map { $0 / Float(batches) } }
      return (layer.described.name, means)
    }
    result.gradients = Dictionary(gradients) { first, _ in first }
    return result
  }
}
