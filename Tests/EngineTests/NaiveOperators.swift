import Engine
import NetModel

// What the operators should compute, straight from their definitions, in double precision over plain arrays.

extension ConvolutionShape {
  /// Calls `body` with the positions of every product x * w that is part of an output element.
  private func forEachProduct(_ body: (_ x: Int, _ w: Int, _ y: Int) -> Void) {
    let (inputs, outputs) = (bottom[1] / group, top[1] / group)
    for n in 0..<top[0] {
      for o in 0..<top[1] {
        for row in 0..<top[2] {
          for column in 0..<top[3] {
            let y = ((n * top[1] + o) * top[2] + row) * top[3] + column
            for c in 0..<inputs {
              for i in 0..<kernel.height {
                for j in 0..<kernel.width {
                  let h = row * stride.height - pad.height + i * dilation.height
                  let v = column * stride.width - pad.width + j * dilation.width
                  guard h >= 0, h < bottom[2], v >= 0, v < bottom[3] else { continue }
                  let channel = o / outputs * inputs + c
                  body(
                    ((n * bottom[1] + channel) * bottom[2] + h) * bottom[3] + v,
                    ((o * inputs + c) * kernel.height + i) * kernel.width + j, y)
                }
              }
            }
          }
        }
      }
    }
  }

  var weightShape: Shape { [top[1], bottom[1] / group, kernel.height, kernel.width] }

  func naiveForward(_ x: [Float], _ w: [Float], _ bias: [Float]?) -> [Float] {
    var y = [Double](repeating: 0, count: top.count)
    if let bias {
      for i in y.indices { y[i] = Double(bias[i / (top[2] * top[3]) % top[1]]) }
    }
    forEachProduct { y[$2] += Double(x[$0]) * Double(w[$1]) }
    return y.map(Float.init)
  }

  func naiveGradients(_ x: [Float], _ w: [Float], _ dy: [Float]) -> (x: [Float], w: [Float], bias: [Float]) {
    var dx = [Double](repeating: 0, count: bottom.count)
    var dw = [Double](repeating: 0, count: weightShape.count)
    var db = [Double](repeating: 0, count: top[1])
    forEachProduct {
      dx[$0] += Double(w[$1]) * Double(dy[$2])
      dw[$1] += Double(x[$0]) * Double(dy[$2])
    }
    for i in dy.indices { db[i / (top[2] * top[3]) % top[1]] += Double(dy[i]) }
    return (dx.map(Float.init), dw.map(Float.init), db.map(Float.init))
  }

  /// Makes a shape with Caffe's rule for the output.
  init(
    _ bottom: Shape, outputs: Int, _ kernel: (Int, Int), pad: (Int, Int) = (0, 0), stride: (Int, Int) = (1, 1),
    dilation: (Int, Int) = (1, 1), group: Int = 1, hasBias: Bool = true
  ) {
    func extent(_ size: Int, _ kernel: Int, _ pad: Int, _ stride: Int, _ dilation: Int) -> Int {
      (size + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1
    }
    self.init(
      bottom: bottom,
      top: [
        bottom[0], outputs, extent(bottom[2], kernel.0, pad.0, stride.0, dilation.0),
        extent(bottom[3], kernel.1, pad.1, stride.1, dilation.1),
      ],
      kernel: Pair(kernel.0, kernel.1), pad: Pair(pad.0, pad.1), stride: Pair(stride.0, stride.1),
      dilation: Pair(dilation.0, dilation.1), group: group, hasBias: hasBias, training: true)
  }
}

extension PoolingShape {
  /// Calls `body` with every top element, the bottom elements in its window in scan order, and the window's size inside
  /// the padded image (Caffe: `pooling_layer.cpp`).
  private func forEachWindow(_ body: (_ y: Int, _ window: [Int], _ size: Int) -> Void) {
    for plane in 0..<top[0] * top[1] {
      for row in 0..<top[2] {
        for column in 0..<top[3] {
          let (h, w) = (row * stride.height - pad.height, column * stride.width - pad.width)
          let (hEnd, wEnd) = (
            min(h + kernel.height, bottom[2] + pad.height), min(w + kernel.width, bottom[3] + pad.width)
          )
          var window: [Int] = []
          for i in h..<max(h, hEnd) where i >= 0 && i < bottom[2] {
            for j in w..<max(w, wEnd) where j >= 0 && j < bottom[3] {
              window.append((plane * bottom[2] + i) * bottom[3] + j)
            }
          }
          body((plane * top[2] + row) * top[3] + column, window, (hEnd - h) * (wEnd - w))
        }
      }
    }
  }

  /// The output, the gradient of the bottom for a gradient `dy` of the top, and where maxima came from.
  func naive(_ x: [Float], _ dy: [Float]) -> (y: [Float], dx: [Float], positions: [Float]) {
    var y = [Float](repeating: 0, count: top.count)
    var positions = [Float](repeating: -1, count: top.count)
    var dx = [Double](repeating: 0, count: bottom.count)
    forEachWindow { element, window, size in
      if method == .average {
        y[element] = Float(window.reduce(0) { $0 + Double(x[$1]) } / Double(size))
        for i in window { dx[i] += Double(dy[element]) / Double(size) }
        return
      }
      y[element] = window.map { x[$0] }.max() ?? -.greatestFiniteMagnitude
      guard let first = window.first(where: { x[$0] == y[element] }) else { return }
      dx[first] += Double(dy[element])
      positions[element] = Float(first % (bottom[2] * bottom[3]))
    }
    return (y, dx.map(Float.init), positions)
  }

  /// Makes a shape with Caffe's rule for the output.
  init(
    _ method: Method, _ bottom: Shape, _ kernel: (Int, Int), pad: (Int, Int) = (0, 0), stride: (Int, Int),
    roundsDown: Bool = false, layout: Layout = .plain, training: Bool = true
  ) {
    let padded = pad.0 > 0 || pad.1 > 0
    func extent(_ size: Int, _ kernel: Int, _ pad: Int, _ stride: Int) -> Int {
      let room = size + 2 * pad - kernel
      let count = (roundsDown ? room / stride : (room + stride - 1) / stride) + 1
      return padded && (count - 1) * stride >= size + pad ? count - 1 : count
    }
    self.init(
      method: method, bottom: bottom,
      top: [
        bottom[0], bottom[1], extent(bottom[2], kernel.0, pad.0, stride.0),
        extent(bottom[3], kernel.1, pad.1, stride.1),
      ],
      kernel: .init(kernel.0, kernel.1), pad: .init(pad.0, pad.1), stride: .init(stride.0, stride.1),
      layout: layout, training: training)
  }
}
