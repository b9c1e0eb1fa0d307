import Base
import NetIO

extension ProgressLine {
  /// What draws a line about a file of `total` bytes when it is told how many are written.
  static func bytes(_ name: String, of total: Int) -> (Int) -> Void {
    let line = ProgressLine("\(name), MiB")
    return { line.update($0 >> 20, of: total >> 20) }
  }
}

extension WeightSet {
  /// The size of all values, gradients included where there are any.
  var byteCount: Int {
    layers.reduce(0) { sum, layer in
      layer.blobs.reduce(sum) { $0 + ($1.data.count + $1.diff.count) * MemoryLayout<Float>.stride }
    }
  }
}
