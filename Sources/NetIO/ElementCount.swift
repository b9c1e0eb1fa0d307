/// The number of elements of a shape, nil if an axis is negative or the product does not fit.
func elementCount(_ shape: [Int]) -> Int? {
  var count = 1
  for axis in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: axis)
    if axis < 0 || overflow { return nil }
    count = product
  }
  return count
}
