import CKernels
import NetModel

/// A convolution that is computed densely, or without its dead weights where that is faster. Without training those are
/// found from exact zeros whenever weights have changed; in training a mask must say that they stay dead.
final class PrunedConvolution: ConvolutionOperator {
  private let shape: ConvolutionShape
  private let dense: any DenseConvolution
  /// Makes the compact plan where it is to be taken.
  private let choose: (LiveSlices) throws -> DNNLCompact?
  private var compact: DNNLCompact?
  private var seen: WeightState?
  private var seenMask: FinalMask?
  private var live: LiveSlices?

  init(_ shape: ConvolutionShape, dense: any DenseConvolution, choose: @escaping (LiveSlices) throws -> DNNLCompact?) {
    (self.shape, self.dense, self.choose) = (shape, dense, choose)
  }

  var plan: String { chosen.plan }

  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws {
    try look(at: weight)
    try chosen.forward(bottom: bottom, weight: weight, bias: bias, top: top)
  }

  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws {
    try chosen.backwardBottom(top: top, weight: weight, bottom: bottom)
  }

  func backwardParameters(bottom: Blob, top: Blob, weight: Blob?, bias: Blob?) throws {
    try chosen.backwardParameters(bottom: bottom, top: top, weight: weight, bias: bias)
  }

  func scratchBytes(_ pass: ConvolutionPass) -> Int { dense.scratchBytes(pass) }

  private var chosen: any ConvolutionOperator { compact ?? dense }

  /// Chooses anew if other weights are dead than before. Gradients are computed in the same way as the
  /// forward pass before them.
  private func look(at weight: Blob) throws {
    guard let found = slices(of: weight), found != live else { return }
    live = found
    compact = found.hasDead ? try choose(found) : nil
    guard let compact else { return }
    // One packed copy is enough.
    dense.dropWeights()
    if shape.training, compact.tiles == nil { weight.staysPlain = true }
  }

  /// Nil where nothing can have changed.
  private func slices(of weight: Blob) -> LiveSlices? {
    if shape.training {
      // A shared weight may have another shape elsewhere.
      guard let mask = weight.finalMask, mask.matrix.rows.count == shape.top[1], mask.matrix.blocks == shape.group,
        mask.matrix.width == weight.shape.count(from: 1)
      else {
        (compact, live, seenMask) = (nil, nil, nil)
        return nil
      }
      guard mask != seenMask else { return nil }
      seenMask = mask
      return .fewest { LiveSlices(mask, tile: $0) }
    }
    let state = WeightState(weight)
    guard state != seen else { return nil }
    seen = state
    let width = weight.shape.count(from: 1)
    return weight.readingPlain { values in
      .fewest { LiveSlices(values, groups: shape.group, columns: width, tile: $0) }
    }
  }
}
