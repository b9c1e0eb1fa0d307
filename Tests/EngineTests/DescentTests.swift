import NetModel
import TestSupport
import Testing

@testable import Engine

/// The update in one pass, with all that a pruning method may add, against its formula element by element.
@Suite struct DescentTests {
  /// More elements than one thread takes at once, in lines that end within its pieces.
  private let rows = 6
  private let columns = 5_003
  private let blocks = 2
  private var count: Int { rows * columns }

  private enum Masks: CaseIterable { case none, gradient, weightOnly, all }

  @Test(arguments: [false, true], [0, 1, 2, 3])
  func steps(keepsChange: Bool, kind: Int) {
    var numbers = Numbers(6)
    let (w, g, h) = (numbers.small(count), numbers.floats(count), numbers.floats(count))
    let (weight, history) = (Blob([count], w, diff: g), Blob([count], h))
    let step = DescentStep(
      rate: 0.1, momentum: 0.9, gradientScale: 0.5, l2: 0.01, l1: 0.02, keepsChange: keepsChange)
    var terms = GroupTerms(MatrixMask(rows: rows, columns: columns, blocks: blocks))
    if kind & 1 == 1 { terms.rowPenalty = numbers.floats(rows) }
    if kind & 2 == 2 { terms.columnPenalty = numbers.floats(columns) }
    for masks in Masks.allCases {
      weight.setPlainData(w)
      weight.setPlainDiff(g)
      history.setPlainData(h)
      terms.gradientMask = masks == .gradient || masks == .all ? mask(&numbers) : nil
      terms.historyMask = masks == .all ? mask(&numbers) : nil
      terms.weightMask = masks == .all || masks == .weightOnly ? mask(&numbers) : nil
      let given = kind == 0 && masks == .none ? nil : terms
      weight.mutableData.descend(step, terms: given, gradient: weight.mutableDiff, history: history.mutableData)
      let change = (0..<count).map { i in
        let (row, column) = (i / columns, i % columns)
        let sign: Float = w[i] > 0 ? 1 : w[i] < 0 ? -1 : 0
        let penalty = (kind & 1 == 1 ? terms.rowPenalty[row] : 0) + (kind & 2 == 2 ? terms.columnPenalty[column] : 0)
        let gradient = 0.5 * g[i] * factor(terms.gradientMask, i) + (0.01 + penalty) * w[i] + 0.02 * sign
        return 0.9 * h[i] * factor(terms.historyMask, i) + 0.1 * gradient
      }
      expectEqual(history.plainData, change, "history, \(masks)")
      expectEqual(weight.plainDiff, keepsChange ? change : g, "gradient, \(masks)")
      expectEqual(
        weight.plainData, (0..<count).map { w[$0] * factor(terms.weightMask, $0) - change[$0] }, "weights, \(masks)")
    }
  }

  /// What the update sums on its way is what summing afterwards gives, to the last bit, for matrices of one part and of
  /// several.
  @Test(arguments: [(6, 5_003), (9, 40_001), (40_000, 9)], [GroupSums.Axis.rows, .columns])
  func sumsOnTheWay(shape: (rows: Int, columns: Int), axis: GroupSums.Axis) {
    let (rows, columns) = shape
    var numbers = Numbers(8)
    let weight = Blob([rows * columns], numbers.floats(rows * columns), diff: numbers.floats(rows * columns))
    let history = Blob([rows * columns], numbers.floats(rows * columns))
    var terms = GroupTerms(MatrixMask(rows: rows, columns: columns))
    let sums = GroupSums(axis, rows: rows, columns: columns)
    terms.sums = sums
    var mask = terms.shape
    mask.set(row: 1, stays: false)
    let floats = weight.mutableData
    for masked in [false, true] {
      if masked { (terms.gradientMask, terms.historyMask, terms.weightMask) = (mask, mask, mask) }
      floats.descend(
        DescentStep(rate: 0.1, momentum: 0.9), terms: terms, gradient: weight.mutableDiff,
        history: history.mutableData)
      sums.updated(weight)
      var after = [Float](repeating: .nan, count: axis == .rows ? rows : columns)
      if axis == .rows { weight.data.rowMagnitudes(into: &after) } else { weight.data.columnMagnitudes(into: &after) }
      // The weight does not hear of this, so that what is summed again would be seen.
      floats.fill(1)
      #expect(Array(sums.of(weight)) == after)
    }
    let ones = [Float](repeating: Float(axis == .rows ? columns : rows), count: axis == .rows ? rows : columns)
    sums.updated(weight)
    #expect(Array(sums.of(weight)) == ones, "an update that took no sums")
    floats.fill(2)
    #expect(Array(sums.of(weight)) == ones, "summed once")
    weight.mutableData.fill(2)
    #expect(Array(sums.of(weight)) == ones.map { 2 * $0 }, "the weight has changed")
  }

  @Test func aMaskMultiplies() {
    var numbers = Numbers(7)
    let values = numbers.floats(count)
    let (blob, mask) = (Blob([count], values), mask(&numbers))
    mask.apply(to: blob.mutableData)
    expectEqual(blob.plainData, (0..<count).map { values[$0] * factor(mask, $0) }, "masked")
  }

  private func mask(_ numbers: inout Numbers) -> MatrixMask {
    var mask = MatrixMask(rows: rows, columns: columns, blocks: blocks)
    for block in 0..<blocks {
      for (column, value) in numbers.floats(columns).enumerated() where value > 0 {
        mask.set(column: column, block: block, stays: false)
      }
    }
    mask.set(row: 4, stays: false)
    return mask
  }

  private func factor(_ mask: MatrixMask?, _ index: Int) -> Float {
    mask?.factor(row: index / columns, column: index % columns) ?? 1
  }
}
