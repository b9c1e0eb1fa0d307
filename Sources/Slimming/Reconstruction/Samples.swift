import Base
import Engine
import NetModel

/// Samples of what a consumer reads in the pruned net, and of what it should make of it.
struct Samples {
  private let consumer: Consumer
  private let nets: TwinNets
  private let index: Int
  /// How many positions are drawn in every image.
  private let positions: Int
  private let shortcut: Shortcut?
  /// As many as He et al. take.
  private static let fewestPositions = 10
  /// Samples per unknown, as far as there are positions.
  private static let perInput = 20

  /// - Parameters:
  ///   - index: the consumer's position among the running layers
  ///   - images: how many will be looked at
  init(_ consumer: Consumer, _ nets: TwinNets, _ index: Int, images: Int) {
    (self.consumer, self.nets, self.index) = (consumer, nets, index)
    positions = max(Self.fewestPositions, (Self.perInput * consumer.width - 1) / max(1, images) + 1)
    shortcut = nets.pruned.shortcut(behind: index)
  }

  /// Adds up the equations of every block of the consumer. Those of every fifth image are added up separately, to test
  /// fits to the others.
  func equations(images: Int, seed: Int) throws -> (fitted: [NormalEquations], held: [NormalEquations]) {
    let random = RandomSource(seed: seed &+ index)
    var fitted = consumer.inputs.indices.map {
      NormalEquations(inputs: consumer.width($0), outputs: consumer.outputs[$0].count)
    }
    var held = fitted
    var waiting = fitted.map { _ in (fitted: Rows(), held: Rows()) }
    try nets.run(images: images, to: index) { first, count in
      let batch = Batch(nets, index, shortcut)
      for image in 0..<count {
        let area = batch.area
        let drawn =
          positions >= area ? Array(0..<area) : (0..<positions).map { _ in Int(random.next() % UInt64(area)) }
        for block in fitted.indices where !consumer.outputs[block].isEmpty && !consumer.inputs[block].isEmpty {
          let (x, y) = batch.samples(of: image, at: drawn, consumer, block)
          if (first + image) % 5 == 4 {
            waiting[block].held.add(x, y, to: &held[block])
          } else {
            waiting[block].fitted.add(x, y, to: &fitted[block])
          }
        }
      }
    }
    for block in waiting.indices {
      waiting[block].held.flush(to: &held[block])
      waiting[block].fitted.flush(to: &fitted[block])
    }
    return (fitted, held)
  }
}

/// What a consumer reads and should make in a batch.
private struct Batch {
  private let bottom: Plain
  private let top: Plain
  private let shortcut: (before: Plain, after: Plain, factors: [Double])?

  init(_ nets: TwinNets, _ index: Int, _ shortcut: Shortcut?) {
    bottom = Plain(nets.pruned.layers[index].bottom[0])
    top = Plain(nets.original.layers[index].top[0])
    self.shortcut = shortcut.map {
      (Plain(nets.original.blobs[$0.blob]), Plain(nets.pruned.blobs[$0.blob]), $0.factors)
    }
  }

  /// Positions of the top.
  var area: Int { top.area }

  /// What a block reads at positions of an image, and what it should make: what it made in the original net, plus the
  /// difference by which the shortcut has changed.
  func samples(of image: Int, at positions: [Int], _ consumer: Consumer, _ block: Int) -> (x: [Double], y: [Double]) {
    var (x, y) = ([Double](), [Double]())
    for position in positions {
      let places = consumer.patches.places(position, in: bottom.shape)
      for channel in consumer.inputs[block] {
        let start = (image * bottom.channels + channel) * bottom.area
        for place in places { x.append(place.map { Double(bottom.values[start + $0]) } ?? 0) }
      }
      for channel in consumer.outputs[block] {
        let place = (image * top.channels + channel) * area + position
        var value = Double(top.values[place])
        if let shortcut, shortcut.factors[channel] != 0 {
          value += Double(shortcut.before.values[place] - shortcut.after.values[place]) / shortcut.factors[channel]
        }
        y.append(value)
      }
    }
    return (x, y)
  }
}

/// A blob's values in the order of its axes.
private struct Plain {
  let shape: Shape
  let values: [Float]
  let channels: Int
  /// Positions behind the channels.
  let area: Int

  init(_ blob: Blob) {
    (shape, values) = (blob.shape, blob.plainData)
    (channels, area) = (shape.legacy(1), shape.rank > 2 ? shape.count(from: 2) : 1)
  }
}

/// Samples that are collected, since adding many at a time is faster.
private struct Rows {
  private var x: [Double] = []
  private var y: [Double] = []
  private static let most = 512

  mutating func add(_ x: [Double], _ y: [Double], to equations: inout NormalEquations) {
    self.x += x
    self.y += y
    if self.y.count >= Self.most * equations.outputs { flush(to: &equations) }
  }

  mutating func flush(to equations: inout NormalEquations) {
    if !y.isEmpty { equations.add(x, y) }
    (x, y) = ([], [])
  }
}
