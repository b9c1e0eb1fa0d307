import Base
import Engine
import NetModel

/// Compares a net's gradients with finite differences (Caffe: `test_gradient_check_util.hpp`).
///
/// The objective is the net's loss plus the sum of all other outputs times fixed random factors, so that one backward pass
/// checks all of a layer's outputs at once.
public struct GradientCheck {
  /// Half the distance of the two points of a difference.
  public var step: Float = 1e-2
  /// The greatest error, relative to the larger of the gradients and 1.
  public var threshold: Double = 2e-3
  /// The layer is not smooth at inputs with this magnitude...
  public var kink: Float = 0
  /// ... and differences within this distance of it are not compared; negative for smooth layers.
  public var kinkRange: Float = -1
  /// Inputs that get no gradient: labels.
  public var constants: Set<String> = []

  /// Makes a check of smooth layers.
  public init() {}

  /// Checks all inputs and learned parameters of a net that was built with `forceBackward`.
  ///
  /// - Parameters:
  ///   - net: its Input layers hold the point
  ///   - random: the random numbers that the net was built with; layers that draw some draw the same each time
  /// - Returns: one line per wrong gradient
  public func failures(_ net: Net, random: RandomSource) throws -> [String] {
    let inputs = net.layers.filter { $0.described.type == "Input" }.flatMap(\.top)
    let state = random.snapshot
    let factors = net.outputs.map { blob in (0..<blob.count).map { _ in random.uniform(-1, 1) } }
    let learned = net.parameters.filter { $0.lrMult != 0 }
    let point = inputs.map(\.plainData)

    func objective() throws -> Double {
      // In-place layers overwrite their inputs.
      for (blob, values) in zip(inputs, current) { blob.setPlainData(values) }
      random.snapshot = state
      var total = Double(try net.forward())
      for (blob, factor) in zip(net.outputs, factors) where !isLoss(blob, net) {
        for (y, f) in zip(blob.plainData, factor) { total += Double(y) * Double(f) }
      }
      return total
    }

    var current = point
    _ = try objective()
    net.clearParameterDiffs()
    for (blob, factor) in zip(net.outputs, factors) where !isLoss(blob, net) { blob.setPlainDiff(factor) }
    try net.backward()
    let inputGradients = inputs.map(\.plainDiff)
    let parameterGradients = learned.map { Array($0.blob.diff) }

    var failures: [String] = []
    func compare(_ name: String, _ index: Int, at value: Float, _ computed: Float, _ shift: (Float) -> Void) throws {
      if abs(abs(value) - kink) <= kinkRange { return }
      shift(value + step)
      let above = try objective()
      shift(value - step)
      let below = try objective()
      shift(value)
      let estimated = (above - below) / (2 * Double(step))
      let error = relativeError(Double(computed), estimated, floor: 1)
      if error > threshold {
        failures.append("\(name)[\(index)] = \(value): gradient \(computed), finite difference \(estimated)")
      }
    }
    for (number, blob) in inputs.enumerated() where !constants.contains(blob.name) {
      for (index, value) in point[number].enumerated() {
        try compare(blob.name, index, at: value, inputGradients[number][index]) { current[number][index] = $0 }
      }
    }
    for (number, parameter) in learned.enumerated() {
      for (index, value) in Array(parameter.blob.data).enumerated() {
        try compare("\(parameter.layer)/\(parameter.index)", index, at: value, parameterGradients[number][index]) {
          parameter.blob.mutableData[index] = $0
        }
      }
    }
    return failures
  }

  private func isLoss(_ blob: Blob, _ net: Net) -> Bool {
    net.layers.contains { layer in
      zip(layer.top, layer.described.lossWeights).contains { $0 === blob && $1 != 0 }
    }
  }
}
