import Base
import Engine

// NaN and infinity stop a run before they are saved: they spread to all weights and never go away.
extension Solver {
  /// Checks the objective of a pass.
  ///
  /// - Throws: ``SolverError/notFinite(iteration:_:)`` with layer and blob
  func checkLoss(_ loss: Float) throws(SolverError) {
    guard !loss.isFinite, !allowsNaN else { return }
    throw .notFinite(
      iteration: iteration, "the loss is \(loss.logged); \(firstNotFinite ?? "weights and outputs are finite")")
  }

  /// Checks the norm of all gradients together.
  func checkGradients(norm: Float) throws(SolverError) {
    guard !norm.isFinite, !allowsNaN else { return }
    let place = net.parameters.indices.first { !net.gradient($0).values.readOnly.magnitudeSum.isFinite }
    let owner = place.map { name(net.parameters[$0]) } ?? "all layers together"
    throw .notFinite(iteration: iteration, "the gradient of \(owner) is nan or infinite")
  }

  /// Checks the learning rate.
  func checkLearningRate() throws(SolverError) {
    guard !learningRate.isFinite, !allowsNaN else { return }
    throw .notFinite(iteration: iteration, "the learning rate is \(learningRate.logged)")
  }

  /// Checks all that a snapshot would hold.
  func checkBeforeSnapshot() throws(SolverError) {
    guard !allowsNaN else { return }
    if let place = firstParameter { throw .notFinite(iteration: iteration, place) }
    for (parameter, blobs) in zip(net.parameters, history) {
      guard blobs.allSatisfy({ Self.isFinite($0) }) else {
        throw .notFinite(iteration: iteration, "the update's memory for \(name(parameter)) holds nan or infinity")
      }
    }
  }

  /// The first place in the net that is not finite. Blobs that share memory with others are left out, since they may
  /// hold the values of those.
  private var firstNotFinite: String? {
    if let place = firstParameter { return place }
    var users: [ObjectIdentifier: Int] = [:]
    let tops = net.layers.flatMap { layer in layer.top.map { (layer.described.name, $0) } }
    for (_, blob) in tops { users[blob.dataIdentity, default: 0] += 1 }
    return tops.first { users[$0.1.dataIdentity] == 1 && !Self.isFinite($0.1) }.map {
      "the first blob with nan or infinity that is still there is '\($0.1.name)' of layer '\($0.0)'"
    }
  }

  private var firstParameter: String? {
    net.parameters.first { !Self.isFinite($0.blob) }.map { "\(name($0)) holds nan or infinity" }
  }

  private func name(_ parameter: Parameter) -> String { "blob \(parameter.index) of layer '\(parameter.layer)'" }

  /// Whether all values are finite. If their sum is finite, which is fast to compute, they are.
  private static func isFinite(_ blob: Blob) -> Bool {
    blob.data(in: blob.dataTiles).magnitudeSum.isFinite || blob.plainData.allSatisfy(\.isFinite)
  }
}
