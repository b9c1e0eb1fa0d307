import Glibc

/// A point in pixels.
typealias Point = SIMD2<Float>

/// The habits of one writer, drawn anew for every image.
struct Hand {
  let jitter: Float
  let width: Float
  let taper: Float
  private let a: Point
  private let b: Point
  private let centre: Point

  init(_ random: inout Randomness) {
    jitter = random.uniform(1.5, 4.5)
    width = random.uniform(0.75, 1.75)
    taper = random.uniform(-0.3, 0.3)
    let height = random.uniform(15, 21)
    let breadth = height * random.uniform(0.55, 0.95)
    let angle = random.gaussian(0.16)
    let shear = random.gaussian(0.2)
    // Columns of rotation x shear x scale.
    a = Point(cos(angle), sin(angle)) * breadth
    b = (Point(-sin(angle), cos(angle)) + Point(cos(angle), sin(angle)) * -shear) * height
    centre = Point(13.5 + random.gaussian(1.1), 13.5 + random.gaussian(1.1))
  }

  /// The pixel position of a point in percent of the glyph's box.
  func place(_ x: Float, _ y: Float) -> Point {
    centre + a * (x / 100 - 0.5) + b * (y / 100 - 0.5)
  }

  /// A stroke as this hand writes it: short straight pieces of a Catmull-Rom spline through jittered points.
  func write(_ stroke: [Int], _ random: inout Randomness) -> [Point] {
    var points: [Point] = []
    for i in stride(from: 0, to: stroke.count, by: 2) {
      // The second copy of a corner stays on the first.
      if i > 0, stroke[i] == stroke[i - 2], stroke[i + 1] == stroke[i - 1] {
        points.append(points[points.count - 1])
        continue
      }
      points.append(
        place(Float(stroke[i]) + random.gaussian(jitter), Float(stroke[i + 1]) + random.gaussian(jitter)))
    }
    return spline(points)
  }
}

/// Points on the uniform Catmull-Rom spline through `points`, at most about a pixel apart.
func spline(_ points: [Point]) -> [Point] {
  var curve: [Point] = [points[0]]
  for i in 1..<points.count where points[i] != points[i - 1] {
    let p0 = points[max(0, i - 2)]
    let (p1, p2) = (points[i - 1], points[i])
    let p3 = points[min(points.count - 1, i + 1)]
    let chord = p2 - p1
    let steps = max(2, Int((chord * chord).sum().squareRoot()))
    for step in 1...steps {
      let t = Float(step) / Float(steps)
      let linear = (p2 - p0) * t
      let square = (p0 * 2 - p1 * 5 + p2 * 4 - p3) * (t * t)
      let cube = (p1 * 3 - p0 - p2 * 3 + p3) * (t * t * t)
      curve.append((p1 * 2 + linear + square + cube) * 0.5)
    }
  }
  return curve
}
