import Engine

// Loops over equally long arrays. The target may be one of the sources: then it alone is named in the loop, because the
// compiler only vectorises arrays that it can tell apart.

/// y = f(x)
@inline(__always)
func map(_ x: FloatView, _ y: MutableFloatView, _ f: (Float) -> Float) {
  if x.isSame(as: y) {
    for i in 0..<y.count { y[i] = f(y[i]) }
  } else {
    for i in 0..<y.count { y[i] = f(x[i]) }
  }
}

/// y = f(a, b)
@inline(__always)
func map(_ a: FloatView, _ b: FloatView, _ y: MutableFloatView, _ f: (Float, Float) -> Float) {
  if a.isSame(as: y) {
    for i in 0..<y.count { y[i] = f(y[i], b[i]) }
  } else if b.isSame(as: y) {
    for i in 0..<y.count { y[i] = f(a[i], y[i]) }
  } else {
    for i in 0..<y.count { y[i] = f(a[i], b[i]) }
  }
}

/// y = f(a, b, c), where y may be c.
@inline(__always)
func map(
  _ a: FloatView, _ b: FloatView, _ c: FloatView, _ y: MutableFloatView, _ f: (Float, Float, Float) -> Float
) {
  if c.isSame(as: y) {
    for i in 0..<y.count { y[i] = f(a[i], b[i], y[i]) }
  } else {
    for i in 0..<y.count { y[i] = f(a[i], b[i], c[i]) }
  }
}

/// The sum of f(i) over 0 ..< count, in sixteen partial sums: fast, and more exact than one after the other.
@inline(__always)
func sum(_ count: Int, _ f: (Int) -> Float) -> Float {
  var partial = SIMD16<Float>(repeating: 0)
  var start = 0
  while start + 16 <= count {
    var terms = SIMD16<Float>()
    for lane in 0..<16 { terms[lane] = f(start + lane) }
    partial += terms
    start += 16
  }
  var total = partial.sum()
  for i in start..<max(start, count) { total += f(i) }
  return total
}

extension FloatView {
  /// Whether this is the same memory.
  @inline(__always)
  func isSame(as other: MutableFloatView) -> Bool { pointer == UnsafePointer(other.pointer) }
}
