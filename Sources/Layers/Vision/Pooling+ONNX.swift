import Engine
import NetModel
import ONNX

extension Pooling: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] { try export(layer.bottom[0], layer) }

  /// Adds what pools a tensor that has the shape of the layer's bottom.
  ///
  /// ONNX's `ceil_mode` is not used: runtimes disagree on it. Where windows hang over the image, padding at its end says
  /// so, which makes rounding exact.
  func export(_ x: Tensor, _ layer: ExportedLayer) throws -> [Tensor] {
    let shape = layer.described.bottomShapes[0]
    let top = try topShapes([shape])
    switch (kernel, method) {
    case (nil, .max) where top.count == 1: return [layer("GlobalMaxPool", x)]
    case (nil, .average): return [layer("GlobalAveragePool", x)]
    default: break
    }
    let window = kernel ?? .init(shape[2], shape[3])
    let (sizes, steps, pads) = (
      [window.height, window.width], [stride.height, stride.width], [pad.height, pad.width]
    )
    let overhang = try (0..<2).map { axis in
      let last = (top[0][axis + 2] - 1) * steps[axis]
      guard last < shape[axis + 2] + pads[axis] else {
        throw layer.refusal("its last window lies outside the image, where Caffe's result is no number")
      }
      return max(0, last + sizes[axis] - shape[axis + 2] - 2 * pads[axis])
    }
    func mean(_ x: Tensor) -> Tensor {
      layer.averagePool(x, kernel: sizes, stride: steps, pad: pads, overhang: overhang)
    }
    switch method {
    case .average: return [mean(x)]
    case .max:
      let pooled = layer.node(
        "MaxPool", [x], outputs: top.count,
        attributes: [
          "kernel_shape": .ints(sizes), "strides": .ints(steps),
          "pads": .ints(pads + zip(pads, overhang).map { $0 + $1 }),
        ])
      guard pooled.count > 1 else { return pooled }
      // ONNX counts through the whole batch, Caffe within the plane.
      return [pooled[0], layer.asFloats(layer("Mod", pooled[1], layer.numbers([shape[2] * shape[3]])))]
    case nil:
      // The elements' mean, each with a probability in proportion to its value; 0 where all are 0.
      let sum = layer("Max", mean(x), layer.scalar(.leastNormalMagnitude))
      return [layer("Div", mean(layer("Mul", x, x)), sum)]
    }
  }
}

extension ExportedLayer {
  /// Adds means over windows, which count the padding and leave out what hangs over its end. Arrays have one value per
  /// spatial axis.
  func averagePool(_ x: Tensor, kernel: [Int], stride: [Int], pad: [Int], overhang: [Int]) -> Tensor {
    // A Pad of its own, since count_include_pad would count what hangs over, too.
    let isPadded = pad.contains { $0 > 0 }
    let padded = isPadded ? self("Pad", x, numbers([0, 0] + pad + [0, 0] + pad)) : x
    return self(
      "AveragePool", padded,
      attributes: [
        "kernel_shape": .ints(kernel), "strides": .ints(stride), "pads": .ints([0, 0] + overhang),
        "count_include_pad": .int(0),
      ])
  }
}
