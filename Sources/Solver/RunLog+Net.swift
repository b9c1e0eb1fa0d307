import Base
import Engine
import NetModel

extension RunLog {
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
