import CaffeProto
import Engine

/// What decides the iterations to come besides weights and history: random numbers, data, and how far the update rules
/// are. Caffe's solver states do not have it, so its resumed runs begin their data anew.
extension Solver {
  /// Where the run stands.
  var position: RunPosition {
    if let positionBeforeTest { return positionBeforeTest }
    var position = RunPosition()
    if updateIsMade { position.updated = true }
    if epochIsTold { position.epochTold = true }
    if optimiserStart > 0 { position.optimiserReset = optimiserStart }
    let slots = history.map(\.count)
    if Set(slots).count > 1 { position.slots = slots }
    position.random = random.snapshot.map { Int(truncatingIfNeeded: $0) }
    for (index, net) in ([net] + testNets).enumerated() {
      for running in net.layers {
        guard let layer = running.layer as? any PositionedLayer else { continue }
        position.source.append(
          .with {
            $0.layer = running.described.name
            $0.net = index
            $0.records = layer.position.records
            $0.random = layer.position.random.map { Int(truncatingIfNeeded: $0) }
          })
      }
    }
    return position
  }

  /// Goes on from where a run stood.
  ///
  /// - Throws: ``SolverError/state(path:_:)`` where the position cannot be one of this program's
  func take(_ position: RunPosition, from path: String) throws {
    let nets = [net] + testNets
    let size = random.snapshot.count
    // Image lists add two words, of their order.
    let known = position.source.map { ($0.random, [0, size, size + 2]) } + [(position.random, [0, size])]
    for (words, sizes) in known where !sizes.contains(words.count) {
      throw SolverError.state(path: path, "a state of random numbers has \(words.count) words; expected \(size)")
    }
    (updateIsMade, epochIsTold) = (position.updated, position.epochTold)
    if !position.random.isEmpty { random.snapshot = position.random.map { UInt64(truncatingIfNeeded: $0) } }
    for source in position.source {
      let running = nets.indices.contains(source.net) ? nets[source.net].layer(source.layer) : nil
      guard let layer = running?.layer as? any PositionedLayer else {
        log.warning("net \(source.net) has no data layer '\(source.layer)' whose position could be restored")
        continue
      }
      // Going there takes time, and no run gets further than that.
      guard (0...(1 << 33)).contains(source.records) else {
        throw SolverError.state(path: path, "data layer '\(source.layer)' stands at record \(source.records)")
      }
      layer.position = DataPosition(
        records: source.records, random: source.random.map { UInt64(truncatingIfNeeded: $0) })
    }
  }
}
