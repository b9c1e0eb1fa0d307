import Engine
import Glibc
import NetModel

// What normalising operators should compute, straight from their definitions, in double precision over plain arrays.

extension LocalResponseShape {
  /// The output, and the gradient of the bottom for a gradient `dy` of the top.
  func naive(_ x: [Float], _ dy: [Float]) -> (y: [Float], dx: [Float]) {
    let (channels, plane, half) = (shape[1], shape[2] * shape[3], size / 2)
    func window(_ i: Int) -> [Int] {
      let c = i / plane % channels
      return (max(0, c - half)...min(channels - 1, c + half)).map { i + ($0 - c) * plane }
    }
    let (alpha, beta) = (Double(self.alpha), Double(self.beta))
    let scale = x.indices.map { i in
      Double(k) + alpha / Double(size) * window(i).reduce(0) { $0 + Double(x[$1]) * Double(x[$1]) }
    }
    let y = x.indices.map { Double(x[$0]) * pow(scale[$0], -beta) }
    let dx = x.indices.map { i in
      Double(dy[i]) * pow(scale[i], -beta) - 2 * alpha * beta / Double(size) * Double(x[i])
        * window(i).reduce(0) { $0 + Double(dy[$1]) * y[$1] / scale[$1] }
    }
    return (y.map(Float.init), dx.map(Float.init))
  }
}

extension BatchNormShape {
  /// The channel of element `i`.
  func channel(_ i: Int) -> Int { i / (shape[2] * shape[3]) % shape[1] }

  /// Mean and biased variance per channel.
  func naiveStatistics(_ x: [Float]) -> (mean: [Float], variance: [Float]) {
    let samples = Double(shape.count / shape[1])
    var (mean, variance) = ([Double](repeating: 0, count: shape[1]), [Double](repeating: 0, count: shape[1]))
    for i in x.indices { mean[channel(i)] += Double(x[i]) / samples }
    for i in x.indices {
      let distance = Double(x[i]) - mean[channel(i)]
      variance[channel(i)] += distance * distance / samples
    }
    return (mean.map(Float.init), variance.map(Float.init))
  }

  func naiveForward(_ x: [Float], _ mean: [Float], _ variance: [Float]) -> [Float] {
    x.indices.map { i in
      let c = channel(i)
      return Float((Double(x[i]) - Double(mean[c])) / (Double(variance[c]) + Double(epsilon)).squareRoot())
    }
  }

  /// The gradient where the statistics depend on the bottom, from the chain rule: dx = (dy - mean(dy) -
  /// y * mean(dy * y)) / deviation, with y the output.
  func naiveBackward(_ y: [Float], _ dy: [Float], _ variance: [Float]) -> [Float] {
    let samples = Double(shape.count / shape[1])
    var (sum, product) = ([Double](repeating: 0, count: shape[1]), [Double](repeating: 0, count: shape[1]))
    for i in y.indices {
      sum[channel(i)] += Double(dy[i]) / samples
      product[channel(i)] += Double(dy[i]) * Double(y[i]) / samples
    }
    return y.indices.map { i in
      let c = channel(i)
      let deviation = (Double(variance[c]) + Double(epsilon)).squareRoot()
      return Float((Double(dy[i]) - sum[c] - Double(y[i]) * product[c]) / deviation)
    }
  }
}
