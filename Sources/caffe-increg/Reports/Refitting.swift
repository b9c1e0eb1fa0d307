import Base
import Engine
import Layers
import NetModel
import Slimming
import Solver

/// What `prune --reconstruct` does and says.
struct Refitting {
  /// The masked weights, with those that were fitted.
  let weights: [String: [WeightBlob]]
  private let reconstruction: Reconstruction
  private let planned: PruneOptions.Planned
  private let backend: any Backend
  private let asked: Int
  private var images: Int { reconstruction.images }

  /// Fits.
  init(_ planned: PruneOptions.Planned, images: Int, seed: Int, on backend: any Backend) throws {
    (self.planned, asked, self.backend) = (planned, images, backend)
    var reconstruction = try Reconstruction(
      planned.plan, planned.parameter, state: planned.state, registry: .caffe, backend: backend, images: images,
      seed: seed)
    let progress = ProgressLine("reconstruct, layer")
    defer { progress.clear() }
    let count = reconstruction.count
    weights = try reconstruction.fit { progress.update($0, of: count) }
    self.reconstruction = reconstruction
  }

  /// A line for each layer that was fitted, or was not.
  var lines: [String] {
    let few = asked > images ? ["weights are fitted to \(images) images, which are all that the data holds"] : []
    return few
      + reconstruction.steps.map { step in
        let errors = "\(step.errorBefore.fixed(4)) -> \(step.errorAfter.fixed(4))"
        return
          "\(step.layer): fitted, error \(errors) of what it makes; \(step.samples) samples of \(images) images for \(step.unknowns) unknowns"
      } + reconstruction.left.map { "\($0.layer): not fitted: \($0.reason)" }
      + reconstruction.normalised.map { "\($0): statistics taken anew" }
  }

  /// The accuracies of the original net, the pruned one, and the fitted one, on images behind those that were used for
  /// the fit, or on all where there are no others; empty where the net has no accuracy.
  func accuracies(batches: Int) throws -> [String] {
    var (batches, which) = (batches, "behind the \(images) images")
    func test(_ weights: [String: [WeightBlob]]) throws -> [NetOutput] {
      let data = try DataNet(
        planned.parameter, state: planned.state, weights: weights, registry: .caffe, backend: backend, use: .inference)
      guard data.net.outputs.contains(where: { $0.name.isAccuracy }) else { return [] }
      let used = data.batches(for: images)
      let rest = data.images.map { $0 / data.batch - used } ?? batches
      if rest > 0 { try data.skip(images: images) } else { which = "among which those \(images) images are" }
      batches = min(batches, rest > 0 ? rest : used)
      return try data.net.outputMeans(batches: batches).outputs.filter(\.name.isAccuracy)
    }
    let tests = [try test(planned.weights), try test(planned.plan.masked()), try test(weights)]
    return tests[0].indices.flatMap { index in
      tests[0][index].values.indices.map { place in
        let values = tests.map { Double($0[index].values[place]).fixed(4) }
        return
          "\(tests[0][index].name): \(values[0]) unpruned, \(values[1]) pruned, \(values[2]) fitted (\(batches) batches \(which))"
      }
    }
  }
}
