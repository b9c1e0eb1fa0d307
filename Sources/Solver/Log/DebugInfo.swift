import Base
import Engine

/// The magnitudes that `debug_info` logs (Caffe: `Net::ForwardDebugInfo` and its siblings). They are taken after the
/// whole pass: in-place layers show what the last of them left.
extension Solver {
  func logForward(_ net: Net) {
    for layer in net.layers {
      for blob in layer.top {
        log.info(
          "    [Forward] Layer \(layer.described.name), top blob \(blob.name) data: \(blob.meanData)"
        )
      }
      for (index, blob) in layer.layer.blobs.enumerated() {
        log.info(
          "    [Forward] Layer \(layer.described.name), param blob \(index) data: \(blob.meanData)")
      }
    }
  }

  func logBackward() {
    for layer in net.layers.reversed() where layer.needsBackward {
      for (index, blob) in layer.bottom.enumerated() where layer.propagateDown[index] {
        log.info(
          "    [Backward] Layer \(layer.described.name), bottom blob \(blob.name) diff: \(blob.meanDiff)"
        )
      }
      for (index, blob) in layer.layer.blobs.enumerated() {
        log.info(
          "    [Backward] Layer \(layer.described.name), param blob \(index) diff: \(blob.meanDiff)"
        )
      }
    }
    logNorms()
  }

  /// The norms of all learned parameters and of their gradients.
  private func logNorms() {
    let (data, diff) = (net.parameters.map(\.blob.data), net.parameters.map(\.blob.diff))
    func sums(_ sum: (FloatView) -> Double, _ form: (Double) -> Double = { $0 }) -> String {
      "(\(form(data.reduce(0) { $0 + sum($1) }).logged), \(form(diff.reduce(0) { $0 + sum($1) }).logged))"
    }
    log.info(
      "    [Backward] All net params (data, diff): L1 norm = \(sums(\.magnitudeSum)); L2 norm = \(sums(\.squareSum) { $0.squareRoot() })"
    )
  }

  func logUpdate() {
    for learned in net.parameters {
      log.info(
        "    [Update] Layer \(learned.layer), param \(learned.index) data: \(learned.blob.meanData); diff: \(learned.blob.meanDiff)"
      )
    }
  }
}

extension Blob {
  // Padding is zero: sums may take it in, means may not.
  fileprivate var meanData: String { (data.magnitudeSum / Double(max(1, count))).logged }
  fileprivate var meanDiff: String { (diff.magnitudeSum / Double(max(1, count))).logged }
}
