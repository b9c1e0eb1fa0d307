import NetModel
import Testing

@testable import Engine

/// Filters in tiles are the same filters: whoever asks for them in the order of their axes gets them so, and what is computed
/// with tiles is the same to the last bit.
@Suite struct FilterTilesTests {
  /// Two convolution groups of whole tiles, enough to be worth it.
  private let shape: Shape = [96, 304, 3, 3]
  private var rows: Int { shape[0] }
  private var columns: Int { shape.count(from: 1) }

  private let tiles: FilterTiles

  init() throws { tiles = try #require(FilterTiles(shape)) }

  private func blob(_ numbers: inout Numbers) -> Blob {
    Blob(shape, numbers.floats(shape.count), diff: numbers.floats(shape.count))
  }

  @Test func whereElementsLie() {
    var numbers = Numbers(3)
    let blob = blob(&numbers)
    let (data, diff, version) = (blob.plainData, blob.plainDiff, blob.dataVersion)
    let (tiled, tiledDiff) = (Array(blob.data(in: tiles)), Array(blob.mutableDiff(in: tiles)))
    var place = 0
    for outputs in stride(from: 0, to: rows, by: 16) {
      for inputs in stride(from: 0, to: shape[1], by: 16) {
        for position in 0..<9 {
          for input in inputs..<inputs + 16 {
            for output in outputs..<outputs + 16 {
              let plain = output * columns + input * 9 + position
              if tiled[place] != data[plain] || tiledDiff[place] != diff[plain] {
                Issue.record("element \(place) is not that of output \(output), input \(input), \(position)")
                return
              }
              place += 1
            }
          }
        }
      }
    }
    #expect(blob.dataTiles == tiles && blob.diffTiles == tiles)
    #expect(blob.plainData == data && blob.plainDiff == diff)
    #expect(blob.dataTiles != nil && blob.diffTiles != nil, "copies leave tiles where they are")
    #expect(Array(blob.data) == data && Array(blob.diff) == diff)
    #expect(blob.dataTiles == nil && blob.diffTiles == nil)
    #expect(blob.dataVersion == version, "the values are the same")
  }

  @Test func whatSharesFiltersSeesThem() {
    var numbers = Numbers(4)
    let (blob, other) = (blob(&numbers), Blob(shape: shape))
    let data = blob.plainData
    other.shareData(with: blob)
    _ = blob.data(in: tiles)
    #expect(Array(other.data) == data)
    other.mutableData(in: tiles).fill(2)
    #expect(blob.data.allSatisfy { $0 == 2 })
  }

  @Test func aClearedGradientIsZeroInAnyOrder() {
    var numbers = Numbers(5)
    let blob = blob(&numbers)
    blob.clearDiff()
    #expect(blob.addingDiff(in: tiles).startsAtZero)
    blob.clearDiff()
    #expect(blob.mutableDiff(in: tiles).allSatisfy { $0 == 0 })
    blob.mutableDiff(in: tiles).fill(1)
    #expect(!blob.addingDiff(in: tiles).startsAtZero)
    blob.clearDiff()
    #expect(blob.diff.allSatisfy { $0 == 0 } && blob.diffTiles == nil)
  }

  @Test func whatHasNoTiles() {
    #expect(FilterTiles([100, 304, 3, 3]) == nil && FilterTiles([96, 300, 3, 3]) == nil, "broken ones")
    #expect(FilterTiles([1024, 1024]) == nil, "no filters")
  }

  @Test(arguments: [nil, .rows, .columns] as [GroupSums.Axis?], [false, true])
  func updatesAreTheSame(axis: GroupSums.Axis?, keepsChange: Bool) {
    for kind in 0..<4 {
      for masked in [false, true] {
        var numbers = Numbers(6)
        var terms = GroupTerms(MatrixMask(rows: rows, columns: columns, blocks: 2))
        if kind & 1 == 1 { terms.rowPenalty = numbers.floats(rows) }
        if kind & 2 == 2 { terms.columnPenalty = numbers.floats(columns) }
        if masked {
          (terms.gradientMask, terms.historyMask) = (mask(&numbers), mask(&numbers))
          terms.weightMask = mask(&numbers)
        }
        let step = DescentStep(
          rate: 0.1, momentum: 0.9, gradientScale: 0.5, l2: 0.01, l1: 0.02, keepsChange: keepsChange)
        let (weight, history) = (blob(&numbers), blob(&numbers))
        let (w, g, h) = (weight.plainData, weight.plainDiff, history.plainData)
        func run(_ tiles: FilterTiles?) -> [[Float]] {
          weight.setPlainData(w)
          weight.setPlainDiff(g)
          history.setPlainData(h)
          if let axis { terms.sums = GroupSums(axis, rows: rows, columns: columns) }
          let floats = weight.mutableData(in: tiles)
          floats.descend(
            step, terms: terms, tiles: tiles, gradient: weight.mutableDiff(in: tiles),
            history: history.mutableData(in: tiles))
          terms.sums?.updated(weight)
          let results = [weight.plainData, weight.plainDiff, history.plainData]
          // The weight does not hear of this: the sums are those that the update took.
          floats.fill(0)
          return results + [terms.sums.map { Array($0.of(weight)) } ?? []]
        }
        let plain = run(nil)
        #expect(run(tiles) == plain, "penalties \(kind), masked \(masked)")
        #expect(plain[0] != w)
      }
    }
  }

  @Test(arguments: [GroupSums.Axis.rows, .columns]) func sumsAreTheSame(axis: GroupSums.Axis) {
    var numbers = Numbers(7)
    let blob = blob(&numbers)
    #expect(GroupSums(axis, rows: rows, columns: columns).takesTiles)
    let plain = Array(GroupSums(axis, rows: rows, columns: columns).of(blob))
    _ = blob.data(in: tiles)
    #expect(Array(GroupSums(axis, rows: rows, columns: columns).of(blob)) == plain)
    #expect(blob.dataTiles != nil)
  }

  @Test(arguments: [GroupSums.Axis.rows, .columns]) func sumsOfASmallWeightAreInItsOrder(axis: GroupSums.Axis) throws {
    var numbers = Numbers(7)
    let blob = Blob([32, 16, 3, 3], numbers.floats(32 * 144))
    let small = try #require(FilterTiles(blob.shape))
    let sums = GroupSums(axis, rows: 32, columns: 144)
    let plain = Array(sums.of(blob))
    _ = blob.data(in: small)
    #expect(Array(GroupSums(axis, rows: 32, columns: 144).of(blob)) == plain)
    var terms = GroupTerms(MatrixMask(rows: 32, columns: 144))
    #expect(terms.fits(small))
    terms.sums = sums
    #expect(terms.fits(small) == (axis == .rows) && sums.takesTiles == (axis == .rows))
  }

  @Test func masksAreTheSame() {
    var numbers = Numbers(8)
    let (blob, mask) = (blob(&numbers), mask(&numbers))
    let (data, diff) = (blob.plainData, blob.plainDiff)
    func masked(_ tiles: FilterTiles?, _ mask: MatrixMask) -> [[Float]] {
      blob.setPlainData(data)
      blob.setPlainDiff(diff)
      (_, _) = (blob.data(in: tiles), blob.mutableDiff(in: tiles))
      mask.apply(toDataOf: blob)
      mask.apply(toDiffOf: blob)
      return [blob.plainData, blob.plainDiff]
    }
    #expect(masked(tiles, mask) == masked(nil, mask))
    #expect(blob.dataTiles == nil)
    _ = masked(tiles, mask)
    #expect(blob.dataTiles != nil && blob.diffTiles != nil)
    // Blocks of 12 rows are no whole tiles.
    var blocks = MatrixMask(rows: rows, columns: columns, blocks: 8)
    blocks.set(column: 3, block: 5, stays: false)
    #expect(!blocks.fits(tiles))
    #expect(masked(tiles, blocks) == masked(nil, blocks))
  }

  private func mask(_ numbers: inout Numbers) -> MatrixMask {
    var mask = MatrixMask(rows: rows, columns: columns, blocks: 2)
    for (index, value) in numbers.floats(2 * columns).enumerated() where value > 0 {
      mask.set(column: index % columns, block: index / columns, stays: false)
    }
    for (row, value) in numbers.floats(rows).enumerated() where value > 0.5 { mask.set(row: row, stays: false) }
    return mask
  }
}
