import Base
import CaffeProto
import Engine
import NetModel

extension RunLog {
  /// Tells that a net has no layers, so that nothing will come of it.
  ///
  /// - Parameters:
  ///   - layers: the net's layers
  ///   - path: its prototxt
  ///   - phase: where only one of its phases was asked for
  public func warn(ifEmpty layers: some Collection, of path: String, in phase: Phase? = nil) {
    guard layers.isEmpty else { return }
    let place = phase.map { " in phase \($0 == .train ? "TRAIN" : "TEST")" } ?? ""
    warning("\(path): the net has no layers\(place), so there is nothing to do with it")
  }

  /// Reports the layers, shapes, memory and outputs of a new net (Caffe: the log of `Net::Init`).
  public func describe(_ net: Net) {
    let blobs = net.description.blobs
    if net.layers.isEmpty { warning("the net has no layers in this phase: nothing is computed") }
    var memory = 0
    for layer in net.description.layers {
      info("Creating Layer \(layer.name)")
      for bottom in layer.bottom { info("\(layer.name) <- \(blobs[bottom].name)") }
      for top in layer.top {
        info("\(layer.name) -> \(blobs[top].name)" + (layer.bottom.contains(top) ? " (in-place)" : ""))
      }
      for shape in layer.topShapes {
        info("Top shape: \(shape)")
        memory += shape.count * MemoryLayout<Float>.size
      }
      info("Memory required for data: \(memory)")
    }
    for layer in net.layers.reversed() {
      info("\(layer.described.name) \(layer.needsBackward ? "needs" : "does not need") backward computation.")
    }
    for output in net.outputs { info("This network produces output \(output.name)") }
    info("Network initialization done.")
  }
}
