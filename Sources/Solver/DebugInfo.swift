import Engine

/// The magnitudes that `debug_info` logs (Caffe: `Net::ForwardDebugInfo` and its siblings). They are taken after the
/// whole pass: in-place layers show what the last of them left.
extension Solver {
  func logForward() {
    for layer in net.layers {
      for blob in layer.top {
        log.info(
          "    [Forward] Layer \(layer.described.name), top blob \(blob.name) data: \(blob.data.meanMagnitude)"
        )
      }
      for (index, blob) in layer.layer.blobs.enumerated() {
        log.info(
          "    [Forward] Layer \(layer.described.name), param blob \(index) data: \(blob.data.meanMagnitude)")
      }
    }
  }

  func logBackward() {
    for layer in net.layers.reversed() where layer.needsBackward {
      for (index, blob) in layer.bottom.enumerated() where layer.propagateDown[index] {
        log.info(
          "    [Backward] Layer \(layer.described.name), bottom blob \(blob.name) diff: \(blob.diff.meanMagnitude)"
        )
      }
      for (index, blob) in layer.layer.blobs.enumerated() {
        log.info(
          "    [Backward] Layer \(layer.described.name), param blob \(index) diff: \(blob.diff.meanMagnitude)"
        )
      }
    }
  }

  func logUpdate() {
    for learned in net.parameters {
      log.info(
        "    [Update] Layer \(learned.layer), param \(learned.index) data: \(learned.blob.data.meanMagnitude); diff: \(learned.blob.diff.meanMagnitude)"
      )
    }
  }
}

extension FloatView {
  fileprivate var meanMagnitude: String {
    (magnitudeSum / Double(Swift.max(1, count))).logged
  }
}
