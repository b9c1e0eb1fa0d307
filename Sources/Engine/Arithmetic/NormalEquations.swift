import CKernels

/// The equations of a least-squares fit of y by w x + b, added up sample by sample in double precision. Their
/// memory does not depend on the number of samples.
public struct NormalEquations: Sendable {
  /// Values of x in a sample.
  public let inputs: Int
  /// Values of y in a sample.
  public let outputs: Int
  /// The samples that were added.
  public private(set) var samples = 0
  /// x^T x, of which the upper triangle counts.
  private var gram: [Double]
  /// y^T x, a row for each output.
  private var products: [Double]
  private var inputSums: [Double]
  private var outputSums: [Double]
  private var outputSquares: [Double]

  /// A fit: a row of weights for each output, and its summand.
  public struct Fit: Sendable {
    /// Row-major, outputs by inputs.
    public var weights: [Double]
    /// One for each output.
    public var intercept: [Double]

    /// Makes a fit.
    public init(weights: [Double], intercept: [Double]) { (self.weights, self.intercept) = (weights, intercept) }
  }

  /// Equations without samples.
  public init(inputs: Int, outputs: Int) {
    (self.inputs, self.outputs) = (inputs, outputs)
    gram = Array(repeating: 0, count: inputs * inputs)
    products = Array(repeating: 0, count: outputs * inputs)
    inputSums = Array(repeating: 0, count: inputs)
    outputSums = Array(repeating: 0, count: outputs)
    outputSquares = outputSums
  }

  /// Adds samples, the rows of both matrices.
  public mutating func add(_ x: [Double], _ y: [Double]) {
    let rows = y.count / outputs
    precondition(x.count == rows * inputs && y.count == rows * outputs, "\(x.count) and \(y.count) values")
    guard rows > 0 else { return }
    samples += rows
    ck_add_gram(rows, inputs, x, &gram)
    ck_add_products(rows, outputs, inputs, y, x, &products)
    for row in 0..<rows {
      for index in 0..<inputs { inputSums[index] += x[row * inputs + index] }
      for index in 0..<outputs {
        let value = y[row * outputs + index]
        outputSums[index] += value
        outputSquares[index] += value * value
      }
    }
  }

  /// The equations of these samples and of others.
  public func adding(_ other: NormalEquations) -> NormalEquations {
    var sum = self
    sum.samples += other.samples
    for index in gram.indices { sum.gram[index] += other.gram[index] }
    for index in products.indices { sum.products[index] += other.products[index] }
    for index in inputSums.indices { sum.inputSums[index] += other.inputSums[index] }
    for index in outputSums.indices {
      sum.outputSums[index] += other.outputSums[index]
      sum.outputSquares[index] += other.outputSquares[index]
    }
    return sum
  }

  /// The fit with the least sum of squared errors plus ridge * |w - prior|^2.
  ///
  /// - Parameters:
  ///   - ridge: relative to the mean variance of an input
  ///   - prior: what the weights should stay near, outputs by inputs
  ///   - hasIntercept: whether b is fitted, too; else it is 0
  /// - Returns: nil where several fits are equally good, since inputs depend on each other and the ridge is too small
  public func fit(ridge: Double, near prior: [Double], hasIntercept: Bool) -> Fit? {
    guard samples > 0, inputs > 0 else { return nil }
    var (matrix, sides) = (gram, products)
    if hasIntercept {
      let means = inputSums.map { $0 / Double(samples) }
      for row in 0..<inputs {
        for column in row..<inputs { matrix[row * inputs + column] -= inputSums[row] * means[column] }
      }
      for output in 0..<outputs {
        for column in 0..<inputs { sides[output * inputs + column] -= outputSums[output] * means[column] }
      }
    }
    let trace = (0..<inputs).reduce(0) { $0 + matrix[$1 * inputs + $1] }
    let predicted = product(prior, matrix)
    for index in sides.indices { sides[index] -= predicted[index] }
    for index in 0..<inputs { matrix[index * inputs + index] += ridge * trace / Double(inputs) }
    guard trace > 0, ck_solve_positive(outputs, inputs, &matrix, &sides) else { return nil }
    let weights = zip(prior, sides).map { $0 + $1 }
    return weights.allSatisfy(\.isFinite) ? keeping(weights, hasIntercept: hasIntercept) : nil
  }

  /// The fit with given weights. Its summands make the mean errors zero, or are 0 without an intercept.
  public func keeping(_ weights: [Double], hasIntercept: Bool) -> Fit {
    guard hasIntercept else { return Fit(weights: weights, intercept: Array(repeating: 0, count: outputs)) }
    let made = moments(of: weights).means
    return Fit(weights: weights, intercept: zip(targets.means, made).map { $0 - $1 })
  }

  /// The sum of squared errors of a fit.
  public func squaredError(of fit: Fit) -> Double {
    let predicted = product(fit.weights, gram)
    return (0..<outputs).reduce(0) { sum, output in
      let shift = fit.intercept[output]
      var error = outputSquares[output] - 2 * shift * outputSums[output] + shift * shift * Double(samples)
      for index in 0..<inputs {
        let place = output * inputs + index
        error += fit.weights[place] * (predicted[place] - 2 * products[place] + 2 * shift * inputSums[index])
      }
      return sum + max(0, error)
    }
  }

  /// The sum of the outputs' squares.
  public var squaredOutputs: Double { outputSquares.reduce(0, +) }

  /// Mean and variance of every output.
  public var targets: ChannelMoments {
    let count = Double(max(1, samples))
    let means = outputSums.map { $0 / count }
    return ChannelMoments(
      means: means, variances: zip(outputSquares, means).map { max(0, $0 / count - $1 * $1) })
  }

  /// Mean and variance of what weights make of the inputs, without summands.
  public func moments(of weights: [Double]) -> ChannelMoments {
    let (predicted, count) = (product(weights, gram), Double(max(1, samples)))
    let zeros = [Double](repeating: 0, count: outputs)
    var moments = ChannelMoments(means: zeros, variances: zeros)
    for output in 0..<outputs {
      for index in 0..<inputs {
        let place = output * inputs + index
        moments.means[output] += weights[place] * inputSums[index] / count
        moments.variances[output] += weights[place] * predicted[place] / count
      }
      moments.variances[output] = max(0, moments.variances[output] - moments.means[output] * moments.means[output])
    }
    return moments
  }

  private func product(_ weights: [Double], _ matrix: [Double]) -> [Double] {
    var product = [Double](repeating: 0, count: weights.count)
    ck_multiply_symmetric(outputs, inputs, weights, matrix, &product)
    return product
  }
}

/// Means and variances, channel by channel.
public struct ChannelMoments: Sendable {
  /// One for each channel.
  public var means: [Double]
  /// One for each channel.
  public var variances: [Double]

  /// Makes moments.
  public init(means: [Double], variances: [Double]) { (self.means, self.variances) = (means, variances) }
}
