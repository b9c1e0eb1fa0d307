/// A grey image of 28 x 28 pixels, 0 (paper) to 1 (ink).
struct Canvas {
  static let side = 28
  private(set) var pixels = [Float](repeating: 0, count: side * side)

  /// Draws a line with a round pen whose radius goes from `radius` to `radius * (1 + taper)`.
  mutating func draw(_ line: [Point], radius: Float, taper: Float, ink: Float = 1) {
    for i in 1..<line.count {
      let along = Float(i) / Float(line.count)
      segment(line[i - 1], line[i], radius * (1 + taper * along), ink)
    }
  }

  /// Coverage falls from 1 to 0 over one pixel across the pen's edge; overlapping ink does not add up.
  private mutating func segment(_ from: Point, _ to: Point, _ radius: Float, _ ink: Float) {
    let reach = radius + 0.5
    let low = pointwiseMin(from, to) - reach
    let high = pointwiseMax(from, to) + reach
    let direction = to - from
    let squared = max((direction * direction).sum(), 1e-6)
    let last = Float(Self.side - 1)
    guard high.x >= 0, high.y >= 0, low.x <= last, low.y <= last else { return }
    for y in Int(max(0, low.y))...Int(min(last, high.y)) {
      for x in Int(max(0, low.x))...Int(min(last, high.x)) {
        let offset = Point(Float(x), Float(y)) - from
        let t = max(0, min(1, (offset * direction).sum() / squared))
        let gap = offset - direction * t
        let distance = (gap * gap).sum().squareRoot()
        let coverage = ink * max(0, min(1, reach - distance))
        let index = y * Self.side + x
        if coverage > pixels[index] { pixels[index] = coverage }
      }
    }
  }

  /// Spreads every pixel over its neighbours: weights (amount, 1, amount) in both directions, normalised.
  mutating func blur(_ amount: Float) {
    let scale = 1 / (1 + 2 * amount)
    for step in [1, Self.side] {
      let source = pixels
      for i in pixels.indices {
        let position = step == 1 ? i % Self.side : i / Self.side
        let before = position > 0 ? source[i - step] : 0
        let after = position < Self.side - 1 ? source[i + step] : 0
        pixels[i] = (source[i] + amount * (before + after)) * scale
      }
    }
  }

  /// Scales the ink, adds noise, and gives bytes, 255 for full ink.
  func bytes(gain: Float, noise: Float, _ random: inout Randomness) -> [UInt8] {
    pixels.map { value in
      let noisy = value * gain + (noise > 0 ? random.gaussian(noise) : 0)
      return UInt8(max(0, min(255, noisy * 255)))
    }
  }
}

/// One image of digit `digit`: a random writing variant by a random hand, on imperfect paper.
func render(_ digit: Int, _ random: inout Randomness) -> [UInt8] {
  let variants = Glyph.variants[digit]
  let glyph = variants[random.below(variants.count)]
  let hand = Hand(&random)
  var canvas = Canvas()
  for stroke in glyph.strokes {
    canvas.draw(hand.write(stroke, &random), radius: hand.width, taper: hand.taper)
  }
  if random.chance(0.12) { distract(&canvas, &random) }
  canvas.blur(random.uniform(0.05, 0.35))
  let noise: Float = random.chance(0.5) ? random.uniform(0.01, 0.08) : 0
  return canvas.bytes(gain: random.uniform(0.8, 1.25), noise: noise, &random)
}

/// A speck or a piece of a neighbour's stroke near the border.
private func distract(_ canvas: inout Canvas, _ random: inout Randomness) {
  let last = Float(Canvas.side - 1)
  let near = random.uniform(0, 4)
  let along = random.uniform(2, last - 2)
  let start: Point =
    switch random.below(4) {
    case 0: Point(near, along)
    case 1: Point(last - near, along)
    case 2: Point(along, near)
    default: Point(along, last - near)
    }
  let end = start + Point(random.gaussian(2.5), random.gaussian(2.5))
  canvas.draw([start, end], radius: random.uniform(0.5, 1.1), taper: 0, ink: random.uniform(0.5, 1))
}
