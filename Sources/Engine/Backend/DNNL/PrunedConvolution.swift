import CKernels
import NetModel

/// A convolution that is computed densely, or without its dead weights where that is faster. Without training those are
/// found from exact zeros whenever weights have changed; in training a mask must say that they stay dead.
final class PrunedConvolution: ConvolutionOperator {
  private let shape: ConvolutionShape
  private let dense: DNNLConvolution
  /// Makes the compact plan where it is to be taken.
  private let choose: (LiveSlices) throws -> DNNLCompact?
  private var compact: DNNLCompact?
  private var seen: WeightState?
  private var live: LiveSlices?

  init(_ shape: ConvolutionShape, dense: DNNLConvolution, choose: @escaping (LiveSlices) throws -> DNNLCompact?) {
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
    guard compact != nil else { return }
    // One packed copy is enough, and it is made of plain weights.
    dense.dropWeights()
    weight.staysPlain = weight.staysPlain || shape.training
  }

  /// Nil where nothing can have changed.
  private func slices(of weight: Blob) -> LiveSlices? {
    if shape.training {
      // A shared weight may have another shape elsewhere.
      guard let mask = weight.finalMask, mask.rows.count == shape.top[1], mask.blocks == shape.group,
        mask.width == weight.shape.count(from: 1)
      else {
        (compact, live) = (nil, nil)
        return nil
      }
      return LiveSlices(mask)
    }
    let state = WeightState(weight)
    guard state != seen else { return nil }
    seen = state
    return weight.readingPlain { LiveSlices($0, groups: shape.group, columns: weight.shape.count(from: 1)) }
  }
}
